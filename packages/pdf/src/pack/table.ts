import type { Content, ContentTable, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js';
import { colour, contentWidth } from '../style.js';

export interface Column {
  readonly title: string;
  /** Points, or `*` for an even share of what is left. */
  readonly width: number | '*';
  readonly alignment?: 'right';
}

/**
 * A row that looks higher than this, in points, may break: pdfmake 0.3.11 cuts off what overflows the page of a row that
 * it was told to keep together. A page has 720 points; the estimate may be short by a half when a text is all wide letters.
 */
const KEPT_ROW_MAX_HEIGHT = 400;

/** The largest text in our tables is 8.4 points: its average letter and its line are no larger than this. */
const LETTER_WIDTH = 5.5;
const LINE_HEIGHT = 11;

const CELL_GAP = 5;

const ruled: CustomTableLayout = {
  hLineWidth: (line, { table }) => (line === 0 ? 0 : line === table.headerRows ? 0.8 : 0.4),
  vLineWidth: () => 0,
  hLineColor: (line, { table }) => (line === table.headerRows ? colour.accent : colour.rule),
  paddingLeft: (column) => (column === 0 ? 0 : CELL_GAP),
  paddingRight: (column, { table }) => (column === (table.widths?.length ?? 0) - 1 ? 0 : CELL_GAP),
  paddingTop: () => 4,
  paddingBottom: () => 4,
};

/** A ruled table: its head comes again on each page, and rows stay whole unless one of them may not fit on a page. */
export function table(columns: readonly Column[], rows: readonly (readonly TableCell[])[]): ContentTable {
  const widths = widthsOf(columns);
  const keepRows = rows.every((row) => heightOf(row, widths) <= KEPT_ROW_MAX_HEIGHT);
  const head = columns.map(
    ({ title, alignment }): TableCell => ({ text: title.toUpperCase(), style: 'label', ...aligned(alignment) }),
  );
  const body = rows.map((row) => row.map((cell, i) => alignedCell(cell, columns[i]?.alignment)));
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: keepRows ? 1 : 0,
      dontBreakRows: keepRows,
      widths,
      body: [head, ...body],
    },
    layout: ruled,
    style: 'small',
  };
}

/**
 * Every width in points. pdfmake's own `*` grows with the longest word, and an id of 128 characters would push the
 * table over the edge of the page; a column of fixed width breaks such a word instead.
 */
function widthsOf(columns: readonly Column[]): number[] {
  const shares = columns.filter(({ width }) => width === '*').length;
  const fixed = columns.reduce((total, { width }) => total + (width === '*' ? 0 : width), 0);
  const share = (contentWidth - fixed - 2 * CELL_GAP * (columns.length - 1)) / shares;
  return columns.map(({ width }) => (width === '*' ? share : width));
}

const aligned = (alignment: 'right' | undefined) => (alignment === undefined ? {} : { alignment });

const alignedCell = (cell: TableCell, alignment: 'right' | undefined): TableCell =>
  alignment === undefined ? cell : { stack: [cell as Content], alignment };

const heightOf = (row: readonly TableCell[], widths: readonly number[]): number =>
  Math.max(...row.map((cell, i) => linesOf(cell, widths[i] ?? contentWidth) * LINE_HEIGHT));

function linesOf(cell: unknown, width: number): number {
  const { stack } = cell as { stack?: readonly unknown[] };
  if (stack !== undefined) return stack.reduce((total: number, part) => total + linesOf(part, width), 0);
  return lettersIn(cell)
    .split('\n')
    .reduce((total, line) => total + Math.max(1, Math.ceil((line.length * LETTER_WIDTH) / width)), 0);
}

function lettersIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(lettersIn).join('');
  return content === undefined ? '' : lettersIn((content as { text?: unknown }).text);
}
