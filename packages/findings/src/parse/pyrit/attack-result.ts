import { NAME_CHARS_MAX } from '../../limits.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';

/** One attempt at an objective. */
export interface AttackResult {
  readonly verdict: 'passed' | 'failed' | 'error' | 'not_judged';
  /** Its outcome contradicts its score. */
  readonly isContradictory: boolean;
  readonly objective: string;
  /** The class of the attack and of its prompt converters. */
  readonly attack: string;
  /** The class of the scorer that judges the objective. */
  readonly scorer: string;
  /** The class of the target. `model` is its model. */
  readonly target: string;
  readonly model: string;
  readonly why: string;
  readonly rationale: string;
  readonly output: string;
  readonly timestamp: unknown;
  /** Harm categories of the objective and of the score. */
  readonly tags: readonly unknown[];
  readonly version: string;
}

/** A row of an attack's results (PyRIT 1.1.0); undefined if it has no objective or no known outcome. */
export function attackResultOf(row: unknown): AttackResult | undefined {
  if (!isObject(row) || textOf(row.objective) === undefined) return undefined;
  const score = member(row, 'last_score');
  const verdict = verdictOf(row.outcome, score);
  if (!verdict) return undefined;
  const identifier = member(row, 'atomic_attack_identifier');
  const attack = attackIn(identifier);
  const target = child(attack, 'objective_target');
  const scorer = nameOf(child(attack, 'objective_scorer')) || nameOf(member(score, 'scorer_class_identifier'));
  return {
    verdict,
    isContradictory: verdict === 'failed' && row.outcome !== 'success',
    objective: textOf(row.objective) ?? '',
    attack: [nameOf(attack), ...convertersOf(attack)].filter((name) => name !== '').join(' with '),
    scorer,
    target: nameOf(target),
    model: textOf(target.model_name) ?? '',
    why: textOf(row.outcome_reason) ?? textOf(row.error_message) ?? '',
    rationale: textOf(score.score_rationale) ?? '',
    output: outputOf(member(row, 'last_response')),
    timestamp: row.timestamp,
    tags: [row.targeted_harm_categories, score.score_category].flat(),
    version: textOf(identifier.pyrit_version) ?? '',
  };
}

/**
 * `failure` also means that there was no response because all were filtered (pyrit/executor/attack/single_turn/prompt_sending.py, 1.1.0), so
 * the target withstood only if a score says so. An undetermined score does not count.
 */
function verdictOf(outcome: unknown, score: JsonObject): AttackResult['verdict'] | undefined {
  const isTrue = score.score_type === 'true_false' && /^true$/i.test(textOf(score.score_value) ?? '');
  switch (outcome) {
    case 'success':
      return 'failed';
    case 'failure':
      if (isTrue) return 'failed';
      return textOf(score.score_value) !== undefined && score.status !== 'undetermined' ? 'passed' : 'not_judged';
    case 'error':
      return 'error';
    case 'undetermined':
      return 'not_judged';
    default:
      return undefined;
  }
}

/** The strategy is a child of the technique; in results stored by earlier versions of PyRIT, a direct child of the attack. */
const attackIn = (identifier: JsonObject): JsonObject =>
  [child(child(identifier, 'attack_technique'), 'attack'), child(identifier, 'attack')].find(
    (one) => Object.keys(one).length > 0,
  ) ?? {};

function convertersOf(attack: JsonObject): string[] {
  const converters = member(attack, 'children').request_converters;
  return Array.isArray(converters) ? converters.filter(isObject).map(nameOf) : [];
}

/** The response as the target gave it, before converters. */
const outputOf = ({ original_value: original, converted_value: converted }: JsonObject): string =>
  textOf(original) ?? textOf(converted) ?? '';

const nameOf = ({ class_name: name }: JsonObject): string => oneLine(textOf(name) ?? '', NAME_CHARS_MAX);

const child = (identifier: JsonObject, name: string): JsonObject => member(member(identifier, 'children'), name);

const member = (object: JsonObject, name: string): JsonObject => {
  const value = object[name];
  return isObject(value) ? value : {};
};
