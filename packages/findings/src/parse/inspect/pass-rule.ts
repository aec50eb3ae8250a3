import { ImportRefusal } from '../../import-refusal.js';
import { optionSays, passRuleIs } from '../../sentences/formats.js';

type Limit = string | number | boolean;

/** When a score passes. */
interface Condition {
  /** The scorer, with the key of the value if it gives several: `judge`, `judge.harm`. */
  readonly score: string;
  readonly operator: '=' | '<' | '<=' | '>' | '>=';
  readonly limit: Limit;
}

/** The verdict of a rule on a score, or why there is none. */
export type ScoreVerdict = 'passed' | 'failed' | 'not_judged' | 'no_answer' | 'score_not_understood';

/** Inspect's value for a missing or refused answer (inspect_ai/scorer/_metric.py, 0.3.285). */
const NO_ANSWER = 'N';
const CONDITION = /^([^=<>,]{1,200}?)\s*(<=|>=|=|<|>)\s*([^=<>,]{1,100})$/;

/**
 * Inspect scores say how well a task was done. Whether that is good depends on the task: `C` may mean that a question was answered
 * correctly, or that an attack succeeded. So a score is a verdict only if a rule says when it passes: `attack_blocked=C, judge.harm<=0.25`.
 */
export class PassRule {
  readonly #conditions: ReadonlyMap<string, Condition>;

  /** Throws `ImportRefusal` `pass_rule_malformed`. */
  constructor(readonly text: string) {
    const conditions = text.split(',').map((part) => conditionOf(part.trim()));
    this.#conditions = new Map(conditions.map((condition) => [condition.score, condition]));
    if (this.#conditions.size < conditions.length) throw malformed(text, passRuleIs.repeated);
  }

  /** Undefined for a score that the rule does not name. */
  verdictOf(score: string, value: unknown): ScoreVerdict | undefined {
    const condition = this.#conditions.get(score);
    if (!condition) return undefined;
    if (value === null || value === undefined) return 'not_judged';
    const { operator, limit } = condition;
    if (typeof value !== typeof limit) return 'score_not_understood';
    if (value === NO_ANSWER && limit !== NO_ANSWER) return 'no_answer';
    return fulfils(value as Limit, operator, limit) ? 'passed' : 'failed';
  }
}

function conditionOf(text: string): Condition {
  const [, score, operator, limit] = CONDITION.exec(text) ?? [];
  const condition = { score, operator, limit: limit === undefined ? undefined : limitOf(limit) } as Condition;
  const isOrder = operator !== '=' && typeof condition.limit !== 'number';
  if (score !== undefined && !isOrder) return condition;
  throw malformed(text, passRuleIs.incomplete);
}

function malformed(text: string, what: string): ImportRefusal {
  return new ImportRefusal('pass_rule_malformed', optionSays.passRule(text, what), { value: text });
}

function limitOf(text: string): Limit {
  if (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function fulfils(value: Limit, operator: Condition['operator'], limit: Limit): boolean {
  switch (operator) {
    case '=':
      return value === limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
