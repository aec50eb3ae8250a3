import type { ExpandedNode, ExpandedRun } from '@evidence/template';

export interface Line {
  /** How wide it may be, in points. */
  readonly room: number;
  readonly fontSize: number;
  readonly lineHeight: number;
}

/** An upper bound for the width of nearly all letters, in sizes of their font; also for `[U+1F6A8]`, nine characters for one or two code units. */
const LETTER_WIDTH_MAX = 1;
const ESCAPE_LETTERS = 9;
/** The height of a line, in sizes of its font. */
const LINE = 1.4;

/** An upper bound for the height of the runs: lines of wide letters only, with a broken word on each. */
export function heightBound(runs: readonly ExpandedRun[], { room, fontSize, lineHeight }: Line): number {
  const size = Math.max(fontSize, ...runs.map((run) => run.fontSize ?? 0));
  const letters = runs.reduce((sum, { text }) => sum + lettersBound(text), 0);
  const perLine = Math.max(1, Math.floor(room / (size * LETTER_WIDTH_MAX)) / 2);
  return Math.ceil(letters / perLine) * size * LINE * lineHeight;
}

/** The same for a cell; a cell with more than text may have any height. */
export const cellHeightBound = ({ text, margin }: ExpandedNode, line: Line): number =>
  text === undefined ? Number.POSITIVE_INFINITY : heightBound(text, line) + (margin?.[1] ?? 0) + (margin?.[3] ?? 0);

const lettersBound = (text: string): number =>
  text.length + (ESCAPE_LETTERS - 1) * (text.match(/[^\x20-\x7e]/g) ?? []).length;
