import type { Severity } from '@evidence/contracts';

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
  ['info', 'info'],
  ['informational', 'info'],
]);

/** The severity that a word means, in any case; undefined for any other word, and for numbers, because their scale is unknown. */
export const severityNamed = (word: unknown): Severity | undefined =>
  typeof word === 'string' ? WORDS.get(word.trim().toLowerCase()) : undefined;
