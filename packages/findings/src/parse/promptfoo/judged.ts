import { isObject, type JsonObject, textOf } from '../json/values.js';

/**
 * The judgement of one or several assertions on an answer. `crashed`: the assertion itself failed to judge. `operational_…`: only latency or
 * cost was judged, which says nothing about the content.
 */
export type Judgement = 'passed' | 'failed' | 'crashed' | 'operational_pass' | 'operational_failure' | 'not_judged';

const OPERATIONAL: ReadonlySet<string> = new Set(['latency', 'cost', 'trace-span-duration']);

/** Assertions judged by code of the user or of promptfoo, and how they report that the code failed. A model or a service judges all others. */
const CODED: ReadonlyMap<string, RegExp> = new Map([
  ['javascript', /^Custom function threw error: /],
  ['python', /^Python code execution failed: /],
  ['ruby', /^Ruby code execution failed: /],
  ['webhook', /^Webhook error: /],
  ['regex', /^Invalid regex pattern: /],
  ['moderation', /^Moderation API error: /],
]);
const JUDGED_BY_MODEL =
  /^(?:llm-rubric|agent-rubric|search-rubric|g-eval|factuality|classifier|similar|pi|select-best|answer-relevance|model-graded-|context-|conversation-relevance|trajectory:goal|promptfoo:redteam:)/;
/**
 * How promptfoo reports that a judging model or service failed (0.110 to 0.123, checked in November 2026). Newer versions also set
 * `graderError`. If the reason may be a model's own words, all of it must match, or a beginning that only promptfoo writes.
 */
const JUDGE_FAILED = new RegExp(
  [
    '^Could not extract JSON from [\\w -]{1,60} response$',
    '^[\\w-]{1,40} produced malformed response',
    '^Could not perform remote grading: ',
    '^(?:No output|No embedding|Embedding not found|No classification scores returned)$',
    '^Unknown error fetching (?:classification|similarity|embeddings)$',
    '^API (?:call |response )?error: (?:\\d{3}\\b|\\w*Error\\b)',
    '^(?:Error parsing output|Invalid select-best verdict|Search rubric evaluation failed): ',
    '^LLM-proposed evaluation (?:steps are|result is) not in JSON format: ',
    '^LLM does not propose any evaluation step$',
    '^Factuality checker output did not match expected format: ',
    '^Could not (?:extract context-faithfulness statements|parse context-faithfulness verdicts)$',
  ].join('|'),
);

/** Judges one entry of `componentResults`; undefined for one that only sums up others, such as that of an `assert-set`. */
function judgementOf(component: JsonObject): Judgement | undefined {
  const type = typeOf(component.assertion);
  const metadata = isObject(component.metadata) ? component.metadata : {};
  if (type === 'assert-set' || isObject(metadata.assertionSet) || Array.isArray(component.componentResults)) return;
  const reason = textOf(component.reason) ?? '';
  if (metadata.graderError === true || hasCrashed(type, reason)) return 'crashed';
  // Some turns of a strategy were not judged, so a pass says nothing about them.
  if (metadata.gradingIncomplete === true && component.pass === true) return 'crashed';
  if (component.pass === true && type === 'moderation' && reason === 'No output to moderate') return 'not_judged';
  if (component.pass === true && isMetric(type, component.assertion)) return 'not_judged';
  if (OPERATIONAL.has(type)) return component.pass === true ? 'operational_pass' : 'operational_failure';
  return component.pass === true ? 'passed' : 'failed';
}

export const RED_TEAM = 'promptfoo:redteam:';

/** promptfoo lets every assertion of weight 0 pass, except those of its red team (runAssertion, 0.121.20). */
const isMetric = (type: string, assertion: unknown): boolean =>
  isObject(assertion) && assertion.weight === 0 && !type.startsWith(RED_TEAM);

/** The red team's judge found that the attack got through. */
const gotThrough = (component: JsonObject): boolean =>
  typeOf(component.assertion).startsWith(RED_TEAM) && judgementOf(component) === 'failed';

/** Whether any assertion failed, regardless of the others. */
export const hasFailed = ({ componentResults: components }: JsonObject): boolean =>
  Array.isArray(components) && components.filter(isObject).some((component) => judgementOf(component) === 'failed');

function hasCrashed(type: string, reason: string): boolean {
  const coded = CODED.get(type);
  return coded ? coded.test(reason) : JUDGED_BY_MODEL.test(type) && JUDGE_FAILED.test(reason);
}

/** Without the `not-` of a negated assertion. */
const typeOf = (assertion: unknown): string =>
  isObject(assertion) ? (textOf(assertion.type) ?? '').replace(/^not-/, '') : '';

/**
 * The judgement of a result's assertions, following promptfoo's own verdict: a threshold may allow `success` although one assertion failed.
 * An attack that got through is always a failure. Otherwise, a failure takes precedence, then a crash, so that latency hides neither.
 */
export function judged(grading: JsonObject, asserted: unknown, success: boolean): Judgement {
  const components = Array.isArray(grading.componentResults) ? grading.componentResults.filter(isObject) : [];
  const judgements = components.map(judgementOf).filter((judgement) => judgement !== undefined);
  if (judgements.length === 0) return judgedInSum(grading, asserted, success);
  const has = (judgement: Judgement): boolean => judgements.includes(judgement);
  if (components.some(gotThrough)) return 'failed';
  if (success) return has('crashed') ? 'crashed' : has('passed') || has('failed') ? 'passed' : 'not_judged';
  const first = (['failed', 'crashed', 'operational_failure'] as const).find(has);
  if (first) return first;
  return SCORING_FAILED.test(textOf(grading.reason) ?? '') ? 'crashed' : 'failed';
}

/** An error of the test's own `assertScoringFunction`. */
const SCORING_FAILED = /^Scoring function error: /;

/** Older and stripped results have no components, only a summary. If there is one assertion, the summary is its result. */
function judgedInSum(grading: JsonObject, asserted: unknown, success: boolean): Judgement {
  const assertions = Array.isArray(asserted) ? asserted : [];
  const reason = textOf(grading.reason);
  if (assertions.length === 1 || isObject(grading.assertion)) {
    const only = judgementOf({ ...grading, pass: success, assertion: grading.assertion ?? assertions[0] });
    if (only) return only === 'operational_pass' ? 'not_judged' : only;
  }
  if (!success) return SCORING_FAILED.test(reason ?? '') ? 'crashed' : 'failed';
  if (reason === 'No assertions') return 'not_judged';
  return assertions.length > 0 || reason !== undefined ? 'passed' : 'not_judged';
}
