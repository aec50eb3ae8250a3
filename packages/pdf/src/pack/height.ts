/** The largest text in our tables is 8.4 points: its average letter and its line are no larger than this. */
const LETTER_WIDTH = 5.5;
const LINE_HEIGHT = 11;

/**
 * A careful guess, in points, at how high a text or a stack of texts stands in a column of that width. Most texts are
 * lower; one that is all wide capitals can be higher by a half.
 */
export const heightOf = (content: unknown, width: number): number => linesOf(content, width) * LINE_HEIGHT;

function linesOf(content: unknown, width: number): number {
  const { stack } = content as { stack?: readonly unknown[] };
  if (stack !== undefined) return stack.reduce((total: number, part) => total + linesOf(part, width), 0);
  return Math.max(1, Math.ceil((lettersIn(content).length * LETTER_WIDTH) / width));
}

function lettersIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(lettersIn).join('');
  return content === undefined ? '' : lettersIn((content as { text?: unknown }).text);
}
