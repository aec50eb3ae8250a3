import { isObject, type JsonObject, textOf } from '../json/values.js';

/**
 * What one assertion, or several together, say of an answer. `crashed`: the assertion itself failed to judge. `operational`: only its
 * latency or its cost was judged, which says nothing about its content.
 */
export type Judgement = 'passed' | 'failed' | 'crashed' | 'operational_pass' | 'operational_failure' | 'not_judged';

const OPERATIONAL: ReadonlySet<string> = new Set(['latency', 'cost', 'trace-span-duration']);

/** Judged by code that the user wrote or promptfoo has; all others are judged by a model or by a service. */
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
 * How promptfoo says that a judging model or service failed (0.110 to 0.123, checked in November 2026). Newer versions also mark it with
 * `graderError`. Where the reason may be a model's own words, all of it has to fit, or a beginning that is promptfoo's alone.
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

/** Judges one entry of `componentResults`; undefined for one that only sums up others, as that of an `assert-set` does. */
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

/** promptfoo lets an assertion of weight 0 pass whatever it found, but for its red team's (runAssertion, 0.121.20). */
const isMetric = (type: string, assertion: unknown): boolean =>
  isObject(assertion) && assertion.weight === 0 && !type.startsWith(RED_TEAM);

/** The red team's judge found that the attack got through. */
const gotThrough = (component: JsonObject): boolean =>
  typeOf(component.assertion).startsWith(RED_TEAM) && judgementOf(component) === 'failed';

/** Whether any assertion failed, whatever became of the others. */
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
 * What the assertions of a result say, by promptfoo's own verdict: `success` may be true though one failed, as a threshold may allow it, but
 * not for an attack that got through. A failure counts before everything else, then a crash, so that neither hides behind latency.
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

/** Of a test's own `assertScoringFunction`. */
const SCORING_FAILED = /^Scoring function error: /;

/** Older and stripped results have no components: the sum is all there is, and that of the only assertion is its own. */
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
