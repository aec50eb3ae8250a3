import { ImportRefusal } from '../../import-refusal.js';

type Limit = string | number | boolean;

/** When a score means that the target withstood. */
interface Condition {
  /** The scorer, with the key of its value where it gives several: `judge`, `judge.harm`. */
  readonly score: string;
  readonly operator: '=' | '<' | '<=' | '>' | '>=';
  readonly limit: Limit;
}

/** What a rule makes of a score: a verdict, or why there is none. */
export type ScoreVerdict = 'passed' | 'failed' | 'not_judged' | 'no_answer' | 'score_not_understood';

/** Inspect's value for no answer, or a refusal to answer (inspect_ai/scorer/_metric.py, 0.3.285). */
const NO_ANSWER = 'N';
const CONDITION = /^([^=<>,]{1,200}?)\s*(<=|>=|=|<|>)\s*([^=<>,]{1,100})$/;

/**
 * Inspect scores say how well a task was done. Whether that is good news depends on the task: `C` may mean that a question was answered,
 * or that an attack was. So a score is a verdict only where somebody says when it passes: `attack_blocked=C, judge.harm<=0.25`.
 */
export class PassRule {
  readonly #conditions: ReadonlyMap<string, Condition>;

  /** Throws `ImportRefusal` `pass_rule_malformed`. */
  constructor(readonly text: string) {
    const conditions = text.split(',').map((part) => conditionOf(part.trim()));
    this.#conditions = new Map(conditions.map((condition) => [condition.score, condition]));
    if (this.#conditions.size < conditions.length) throw malformed(text, 'names a scorer more than once');
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
  throw malformed(text, 'does not say when a score passes');
}

function malformed(text: string, what: string): ImportRefusal {
  const message = `"${text}" ${what}. Write it like attack_blocked=C or judge.harm<=0.25, and separate several with commas.`;
  return new ImportRefusal('pass_rule_malformed', message, { value: text });
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
