import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

type Row = readonly (string | Cell)[];

/**
 * The rows as aligned columns, one line each. Colour only on a terminal, and not under NO_COLOR (https://no-color.org);
 * `styleText` looks at both. Control characters are shown as U+FFFD: text out of events must not steer the terminal.
 */
export function columns(rows: readonly Row[], stream: NodeJS.WriteStream): string {
  const cells = rows.map((row) => row.map(cellOf));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [index, { text }] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, text.length);
  }
  return cells.map((row) => lineOf(row, widths, stream)).join('');
}

/** One line for a stream of events that has no end, whose widest cell is not known: columns of the given widths. */
export function lineOf(row: Row, widths: readonly number[], stream: NodeJS.WriteStream): string {
  const line = row.map(cellOf).map(({ text, style }, index) => {
    const isLast = index === row.length - 1;
    const padding = isLast ? '' : ' '.repeat(Math.max((widths[index] ?? 0) - text.length, 0));
    return (style && text ? styleText(style, text, { stream }) : text) + padding;
  });
  return `${line.join('  ').trimEnd()}\n`;
}

const cellOf = (cell: string | Cell): Cell => {
  const { text, ...rest } = typeof cell === 'string' ? { text: cell } : cell;
  return { text: printable(text), ...rest };
};

/** Also the marks that turn the direction of writing, with which a text can show other than it says. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** One JSON document a line (https://jsonlines.org). */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`;
