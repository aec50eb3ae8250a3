import { isObject, type JsonObject, textOf } from '../json/values.js';
import { NAME_CHARS_MAX } from '../limits.js';
import { oneLine } from '../text.js';

/** `ResultFailureReason.ERROR` (promptfoo 0.94 to 0.123, checked in November 2026); 0 is none and 1 a failed assertion. */
const FAILURE_BY_ERROR = 2;
const PROBE_WITHOUT_PLUGIN = 'assertions';
const RED_TEAM = 'promptfoo:redteam:';

/** One test case put to one provider. */
export interface PromptfooResult {
  readonly verdict: 'passed' | 'failed' | 'error';
  /** The red-team plugin; for an eval of one's own, `assertions`. */
  readonly plugin: string;
  /** The kinds of assertions, which are the same for every outcome of the test. */
  readonly assertions: string;
  readonly strategy: string;
  readonly severity: unknown;
  readonly category: string;
  readonly goal: string;
  readonly reason: string;
  readonly output: string;
  readonly provider: string;
}

/** A row of `results`; undefined when it has no verdict. */
export function resultOf(row: unknown): PromptfooResult | undefined {
  if (!isObject(row)) return undefined;
  const grading = member(row, 'gradingResult');
  const verdict = verdictOf(row, grading);
  if (!verdict) return undefined;
  const test = member(row, 'testCase');
  const metadata = { ...member(test, 'metadata'), ...member(row, 'metadata') };
  const assertions = assertionsOf(test, grading);
  const { pluginId, strategyId, severity, harmCategory, goal } = metadata;
  return {
    verdict,
    plugin: pluginOf(nameOf(pluginId), assertions),
    assertions: oneLine(assertions.join(', '), NAME_CHARS_MAX),
    strategy: nameOf(strategyId),
    severity: severity ?? member(metadata, 'pluginConfig').severity,
    category: nameOf(harmCategory) || nameOf(test.description) || nameOf(row.description),
    goal: textOf(goal) ?? '',
    reason: textOf(grading.reason) ?? textOf(row.error) ?? '',
    output: outputOf(row),
    provider: nameOf(isObject(row.provider) ? row.provider.label || row.provider.id : row.provider),
  };
}

/**
 * A judge that could not judge leaves a failed assertion marked `graderError`: that is no verdict on the model. Until 0.94 a result had no failure reason, and
 * `error` also said why an assertion failed: then a result without an output is an error.
 */
function verdictOf(row: JsonObject, grading: JsonObject): PromptfooResult['verdict'] | undefined {
  const success = typeof row.success === 'boolean' ? row.success : grading.pass;
  if (row.failureReason === FAILURE_BY_ERROR) return 'error';
  if (success === true) return 'passed';
  if (success !== false) return undefined;
  if (isGraderError(grading)) return 'error';
  const neverJudged = typeof grading.pass !== 'boolean' && textOf(outputOf(row)) === undefined;
  return row.failureReason === undefined && textOf(row.error) !== undefined && neverJudged ? 'error' : 'failed';
}

function isGraderError({ componentResults }: JsonObject): boolean {
  if (!Array.isArray(componentResults)) return false;
  const failed = componentResults.filter(isObject).filter(({ pass }) => pass !== true);
  return failed.length > 0 && failed.every((result) => member(result, 'metadata').graderError === true);
}

/** Until 0.88 only the red team's assertion says whose test it is (`promptfoo:redteam:pii`); one of several says nothing. */
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
 * What the model answered; tool calls and structured answers come as JSON. promptfoo's own records, as `promptfoo share` sends them, call
 * the response `providerResponse` (seen in its own test data of October 2024).
 */
function outputOf(row: JsonObject): string {
  const { output } = { ...member(row, 'providerResponse'), ...member(row, 'response') };
  return typeof output === 'string' ? output : output === undefined || output === null ? '' : JSON.stringify(output);
}
