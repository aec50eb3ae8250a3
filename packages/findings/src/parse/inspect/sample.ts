import { NAME_CHARS_MAX } from '../../limits.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { oneLine } from '../text.js';
import type { PassRule } from './pass-rule.js';

/** The score of a sample by one scorer, or why it has none. */
export interface SampleScore {
  /** The scorer, with the key of the value if it gives several: `judge.harm`. Empty: the sample has no scores. */
  readonly score: string;
  readonly value: unknown;
  readonly explanation: string;
  /** `meaning_unknown`: no rule says when the score passes. */
  readonly verdict: string;
}

/** A sample in one epoch (inspect_ai/log/_log.py, 0.3.285). */
export interface Sample {
  readonly id: string;
  readonly epoch: number;
  readonly scores: readonly SampleScore[];
  readonly metadata: JsonObject;
  readonly output: string;
}

/** Undefined if it has no id. */
export function sampleOf(row: unknown, rule: PassRule | undefined): Sample | undefined {
  if (!isObject(row) || (typeof row.id !== 'string' && typeof row.id !== 'number')) return undefined;
  return {
    id: oneLine(String(row.id), NAME_CHARS_MAX),
    epoch: typeof row.epoch === 'number' ? row.epoch : 1,
    scores: scoresOf(row, rule),
    metadata: isObject(row.metadata) ? row.metadata : {},
    output: outputOf(row.output),
  };
}

/** A sample that ended in an error, or was marked invalid, counts as not judged, whatever its scores. */
function scoresOf({ error, invalidation, scores }: JsonObject, rule: PassRule | undefined): SampleScore[] {
  if (isObject(error)) return [unscored('error', textOf(error.message) ?? '')];
  if (isObject(invalidation)) return [unscored('invalidated', textOf(invalidation.reason) ?? '')];
  const all = isObject(scores)
    ? Object.entries(scores).flatMap(([scorer, score]) => valuesOf(scorer, score, rule))
    : [];
  return all.length > 0 ? all : [unscored('not_judged', '')];
}

const unscored = (verdict: string, explanation: string): SampleScore => ({
  score: '',
  value: null,
  explanation,
  verdict,
});

function valuesOf(scorer: string, score: unknown, rule: PassRule | undefined): SampleScore[] {
  if (!isObject(score)) {
    const verdict = score === null ? 'not_judged' : 'score_not_understood';
    return [{ score: oneLine(scorer, NAME_CHARS_MAX), value: score, explanation: '', verdict }];
  }
  const { value } = score;
  const values: (readonly [name: string, value: unknown])[] = isObject(value)
    ? Object.entries(value).map(([key, one]) => [`${scorer}.${key}`, one])
    : [[scorer, value]];
  return values.map(([name, one]) => ({
    score: oneLine(name, NAME_CHARS_MAX),
    value: one,
    explanation: textOf(score.explanation) ?? '',
    verdict: rule?.verdictOf(name, one) ?? (one === null || one === undefined ? 'not_judged' : 'meaning_unknown'),
  }));
}

/** The model's final output: a text, or the texts among other contents. */
function outputOf(output: unknown): string {
  if (!isObject(output) || !Array.isArray(output.choices)) return '';
  const [choice] = output.choices.filter(isObject);
  const content = isObject(choice?.message) ? choice.message.content : undefined;
  if (!Array.isArray(content)) return textOf(content) ?? '';
  const texts = content.filter(isObject).map(({ text }) => textOf(text) ?? '');
  return texts.filter((text) => text !== '').join('\n');
}
