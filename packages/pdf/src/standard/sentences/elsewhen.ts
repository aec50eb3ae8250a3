import type { CountsByReason } from '@evidence/contracts';
import { counted } from '../words.js';

const SEEN: readonly (readonly [reason: string, seen: string])[] = [
  ['before_from', 'last seen before the period'],
  ['after_to', 'first seen after the period'],
];

/** Findings that no scan saw within the report’s dates but that are still open; one sentence for each reason. */
export const openElsewhen = (counts: CountsByReason = {}): string[] =>
  SEEN.flatMap(([reason, seen]) => {
    const n = counts[reason] ?? 0;
    return n === 0 ? [] : [`${counted(n, 'finding')} ${seen} ${n === 1 ? 'is' : 'are'} still open.`];
  });

/** A row of the exclusion table. */
export const ofWhichOpen = 'Still open';
