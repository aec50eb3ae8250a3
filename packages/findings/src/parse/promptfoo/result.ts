import { NAME_CHARS_MAX } from '../../limits.js';
import { summarySays } from '../../sentences/findings.js';
import { countOf, isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';
import { hasFailed, type Judgement, judged, RED_TEAM } from './judged.js';
import { testDigestOf } from './test-digest.js';

/** `ResultFailureReason` (promptfoo 0.94 to 0.123, checked in November 2026); 0 is none. */
const FAILURE_BY_ASSERTION = 1;
const FAILURE_BY_ERROR = 2;
const PROBE_WITHOUT_PLUGIN = 'assertions';

/**
 * `error`: the provider, or everything that should have judged, failed. `unscored`: nothing judged the output. `operational_failure`: it was
 * only too slow or too expensive.
 */
export type RowVerdict = 'passed' | 'failed' | 'error' | 'unscored' | 'operational_failure';

/** One test case, run with one provider. */
export interface PromptfooResult {
  readonly verdict: RowVerdict;
  /** As promptfoo counts it in its totals. */
  readonly countedAs: 'successes' | 'failures' | 'errors';
  /** The red-team plugin; `assertions` for other evals. */
  readonly plugin: string;
  /** The types of assertions, which do not depend on the outcome of the test. */
  readonly assertions: string;
  readonly strategy: string;
  readonly severity: unknown;
  readonly category: string;
  readonly goal: string;
  readonly reason: string;
  readonly output: string;
  readonly provider: string;
  /** `openai:gpt-4o-mini`, without a label. */
  readonly providerId: string;
  /** Identifies the test within its eval and in other evals; undefined if the row has nothing that identifies it. */
  readonly testDigest: string | undefined;
}

/** A row of `results`; undefined if it has no verdict. */
export function resultOf(row: unknown): PromptfooResult | undefined {
  if (!isObject(row)) return undefined;
  const grading = member(row, 'gradingResult');
  const stated = typeof row.success === 'boolean' ? row.success : grading.pass;
  // A row that contradicts itself counts as failed: nothing may look better than its file says.
  const success = grading.pass === false ? false : stated;
  const test = member(row, 'testCase');
  const metadata = { ...member(test, 'metadata'), ...member(row, 'metadata') };
  const attack = successfulAttackOf(metadata) ?? successfulAttackOf(member(member(row, 'response'), 'metadata'));
  const verdict = attack ? 'failed' : verdictOf(row, grading, success);
  if (!verdict) return undefined;
  const assertions = assertionsOf(test, grading);
  const { pluginId, strategyId, severity, harmCategory, goal } = metadata;
  return {
    verdict,
    countedAs: row.failureReason === FAILURE_BY_ERROR ? 'errors' : stated === true ? 'successes' : 'failures',
    plugin: pluginOf(nameOf(pluginId), assertions),
    assertions: oneLine(assertions.join(', '), NAME_CHARS_MAX),
    strategy: nameOf(strategyId),
    severity: severity ?? member(metadata, 'pluginConfig').severity,
    category: nameOf(harmCategory) || nameOf(test.description) || nameOf(row.description),
    goal: textOf(goal) ?? '',
    reason: attack?.note ?? textOf(grading.reason) ?? textOf(row.error) ?? '',
    output: attack?.response ?? outputOf(row),
    provider: nameOf(isObject(row.provider) ? row.provider.label || row.provider.id : row.provider),
    providerId: nameOf(isObject(row.provider) ? row.provider.id : row.provider),
    testDigest: testDigestOf(row, test),
  };
}

const VERDICT_BY_JUDGEMENT = {
  passed: 'passed',
  failed: 'failed',
  crashed: 'error',
  not_judged: 'unscored',
  operational_pass: 'unscored',
  operational_failure: 'operational_failure',
} as const satisfies Record<Judgement, RowVerdict>;

/**
 * An empty answer to a red-team test is a success without a grading result: nothing judged it. Until 0.94, a result had no failure reason,
 * and `error` also said why an assertion failed; such a result without an output is an error.
 */
function verdictOf(row: JsonObject, grading: JsonObject, success: unknown): RowVerdict | undefined {
  if (row.failureReason === FAILURE_BY_ERROR) return hasFailed(grading) ? 'failed' : 'error';
  if (typeof success !== 'boolean') return undefined;
  const isGraded = typeof grading.pass === 'boolean';
  const hasOutput = textOf(outputOf(row)) !== undefined;
  if (!isGraded && success && !hasOutput) return 'unscored';
  if (!isGraded && !success) {
    const isAssertion = row.failureReason === FAILURE_BY_ASSERTION;
    const isSaid = row.failureReason === undefined && (hasOutput || textOf(row.error) === undefined);
    if (!isAssertion && !isSaid) return 'error';
  }
  return VERDICT_BY_JUDGEMENT[judged(grading, member(row, 'testCase').assert, success)];
}

/**
 * A strategy that continues after a success (`continueAfterSuccess`) lists the successful attacks in the metadata, and promptfoo judges only
 * the last answer.
 */
function successfulAttackOf({ totalSuccessfulAttacks, successfulAttacks }: JsonObject): SuccessfulAttack | undefined {
  const listed = Array.isArray(successfulAttacks) ? successfulAttacks : [];
  const count = Math.max(countOf(totalSuccessfulAttacks) ?? 0, listed.length);
  if (count === 0) return undefined;
  const note = summarySays.successfulAttacks(count);
  return { note, response: isObject(listed[0]) ? textOf(listed[0].response) : undefined };
}

interface SuccessfulAttack {
  readonly note: string;
  readonly response: string | undefined;
}

/** Until 0.88, only the red-team assertion names the plugin (`promptfoo:redteam:pii`). If there are several, the plugin is unknown. */
function pluginOf(stated: string, assertions: readonly string[]): string {
  const [judge, ...others] = assertions.filter((type) => type.startsWith(RED_TEAM));
  const plugin = stated || (judge !== undefined && others.length === 0 ? judge : '');
  return plugin.replace(RED_TEAM, '') || PROBE_WITHOUT_PLUGIN;
}

function assertionsOf(test: JsonObject, grading: JsonObject): string[] {
  const stated = typesOf(test.assert);
  const judged = Array.isArray(grading.componentResults)
    ? typesOf(grading.componentResults.map((result) => isObject(result) && result.assertion))
    : [];
  return stated.length > 0 ? stated : judged;
}

function typesOf(assertions: unknown): string[] {
  if (!Array.isArray(assertions)) return [];
  const types = assertions.map((assertion: unknown) => (isObject(assertion) ? nameOf(assertion.type) : ''));
  return [...new Set(types.filter((type) => type !== ''))].sort();
}

const member = (object: JsonObject, name: string): JsonObject => {
  const value = object[name];
  return isObject(value) ? value : {};
};

const nameOf = (value: unknown): string => oneLine(textOf(value) ?? '', NAME_CHARS_MAX);

/**
 * The model's answer; tool calls and structured answers are returned as JSON. promptfoo's own records, as sent by `promptfoo share`, call the
 * response `providerResponse` (seen in its test data of October 2024).
 */
function outputOf(row: JsonObject): string {
  const { output } = { ...member(row, 'providerResponse'), ...member(row, 'response') };
  return typeof output === 'string' ? output : output === undefined || output === null ? '' : JSON.stringify(output);
}
