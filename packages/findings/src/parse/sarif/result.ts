import type { FileDisposition } from '@evidence/contracts';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { excerptOf } from '../redaction.js';
import { oneLine } from '../text.js';
import { dispositionOf, fileOf, identityWithinRule, placeOf } from './identity.js';
import { indexOf, type RuleName, ruleNameOf, type TaxonName, taxaOf } from './rules.js';
import { type StatedSeverities, statedSeverities } from './severity.js';
import { type StatedTag, statedTags } from './stated-tags.js';

const MESSAGE_CHARS_MAX = 4000;
const ARGUMENTS_MAX = 32;
const ARGUMENT_CHARS_MAX = 500;

/** The outcome of a result, from its `kind` (SARIF 2.1.0 §3.27.9) and `baselineState` (§3.27.24). */
export type Outcome =
  | 'failed'
  | 'passed'
  | 'open'
  | 'informational'
  | 'not_applicable'
  | 'review'
  | 'baseline_absent'
  | 'kind_unknown'
  | 'level_contradicts';

const OUTCOME_BY_KIND: ReadonlyMap<unknown, Outcome> = new Map<unknown, Outcome>([
  [undefined, 'failed'],
  ['fail', 'failed'],
  ['pass', 'passed'],
  ['open', 'open'],
  ['informational', 'informational'],
  ['notApplicable', 'not_applicable'],
  ['review', 'review'],
]);

/**
 * `absent`: the result was in an earlier run and is not in this one. A pass must have the level `none` (§3.27.10); with another level, it is
 * not reliable.
 */
export function outcomeOf({ kind, baselineState, level }: JsonObject): Outcome {
  if (baselineState === 'absent') return 'baseline_absent';
  const outcome = OUTCOME_BY_KIND.get(kind) ?? 'kind_unknown';
  return outcome === 'passed' && level !== undefined && level !== 'none' ? 'level_contradicts' : outcome;
}

/** The controls that a result itself states, while it waits for its rule. JSON. */
export interface StatedControls {
  readonly tags: readonly StatedTag[];
  readonly taxa: readonly TaxonName[];
}

export const controlsOf = (row: JsonObject): StatedControls => ({
  tags: statedTags(member(row, 'properties')),
  taxa: taxaOf(row.taxa),
});

/** The identity of a result across runs, while it waits for its rule. JSON. */
export interface WaitingIdentity {
  readonly run: number;
  readonly rule: RuleName;
  readonly withinRule: readonly string[];
}

/** A failed result that waits for its rule, which may come later in the file. JSON. */
export interface WaitingResult extends WaitingIdentity, StatedControls {
  /** The invocation of the run that found it (§3.48.6); -1 if the file does not say. */
  readonly invocation: number;
  readonly level: string | undefined;
  readonly severities: StatedSeverities;
  readonly message: string;
  readonly messageId: string;
  readonly messageArguments: readonly string[];
  readonly place: string;
  readonly excerpt: string;
  /** The suppression that closes it; undefined: it is open. */
  readonly disposition: FileDisposition | undefined;
}

export function waitingIdentity(row: JsonObject, run: number): WaitingIdentity {
  const location = locationOf(row);
  const message = textOf(member(row, 'message').text) ?? '';
  return {
    run,
    rule: ruleOfResult(row),
    withinRule: identityWithinRule(row, placeOf(location), fileOf(location), message),
  };
}

export function waitingResult(row: JsonObject, run: number): WaitingResult {
  const message = member(row, 'message');
  const location = locationOf(row);
  return {
    ...waitingIdentity(row, run),
    invocation: indexOf(member(row, 'provenance').invocationIndex),
    level: textOf(row.level),
    severities: statedSeverities(member(row, 'properties')),
    ...controlsOf(row),
    message: (textOf(message.text) ?? textOf(message.markdown) ?? '').slice(0, MESSAGE_CHARS_MAX),
    messageId: textOf(message.id) ?? '',
    messageArguments: argumentsOf(message.arguments),
    place: placeOf(location),
    excerpt: excerptOf(snippetOf(location)),
    disposition: isSuppressed(row.suppressions) ? dispositionOf(row.suppressions) : undefined,
  };
}

/** `ruleId` and `ruleIndex`, or the same within `rule` (§3.27.7). Only `rule` can name an extension. */
export const ruleOfResult = (row: JsonObject): RuleName => ruleNameOf(member(row, 'rule'), row);

/**
 * A result is suppressed if it has suppressions and none of them is under review or was rejected (§3.27.23, §3.35.3). A suppression without
 * a status counts as accepted.
 */
function isSuppressed(suppressions: unknown): boolean {
  if (!Array.isArray(suppressions) || suppressions.length === 0) return false;
  return suppressions.every(
    (suppression) => isObject(suppression) && [undefined, null, 'accepted'].includes(statusOf(suppression)),
  );
}

/** Drafts of 2.1.0 called it `state`, and so does the example in its appendix K. */
const statusOf = ({ status, state }: JsonObject) => (status ?? state) as string | null | undefined;

function argumentsOf(values: unknown): string[] {
  if (!Array.isArray(values)) return [];
  return values.slice(0, ARGUMENTS_MAX).map((value) => oneLine(textOf(value) ?? '', ARGUMENT_CHARS_MAX));
}

function locationOf({ locations }: JsonObject): JsonObject {
  return Array.isArray(locations) && isObject(locations[0]) ? locations[0] : {};
}

function snippetOf(location: JsonObject): string {
  const physical = member(location, 'physicalLocation');
  const snippets = ['region', 'contextRegion'].map((name) => member(member(physical, name), 'snippet').text);
  return snippets.map(textOf).find((text) => text !== undefined) ?? '';
}

const member = (object: JsonObject, name: string): JsonObject => {
  const value = object[name];
  return isObject(value) ? value : {};
};
