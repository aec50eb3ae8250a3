import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

type Row = readonly (string | Cell)[];

/**
 * The rows as aligned columns, one line each. Colour only on a terminal, and not under NO_COLOR (https://no-color.org);
 * `styleText` checks both. Control characters are shown as U+FFFD, because text from events must not control the terminal.
 */
export function columns(rows: readonly Row[], stream: NodeJS.WriteStream): string {
  const cells = rows.map((row) => row.map(cellOf));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [index, { text }] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, text.length);
  }
  return cells.map((row) => lineOf(row, widths, stream)).join('');
}

/** One line in columns of the given widths, for an endless stream of rows whose widest cell is not known. */
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

/** Also replaces marks that change the direction of writing, which can make text look different from what it is. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** 1 → `1 report`, 2 → `2 reports`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** One JSON document per line (https://jsonlines.org). */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`;
