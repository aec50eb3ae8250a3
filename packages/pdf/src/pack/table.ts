import type { Content, ContentTable, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js';
import { colour, contentWidth } from '../style.js';
import { heightOf } from './height.js';

export interface Column {
  readonly title: string;
  /** Points, or `*` for an even share of what is left. */
  readonly width: number | '*';
  readonly alignment?: 'right';
}

/** Points between a text and the edge of its cell: to the sides, and above and below. */
interface Spacing {
  readonly beside: number;
  readonly above: number;
}

const SPACING = {
  normal: { beside: 5, above: 4 },
  dense: { beside: 3, above: 1 },
} as const satisfies Record<string, Spacing>;

/**
 * A row that looks higher than this, in points, may break: pdfmake 0.3.11 cuts off what overflows the page of a row that
 * it was told to keep together. A page has 720 points; the estimate may be short by a half when a text is all wide letters.
 */
const KEPT_ROW_MAX_HEIGHT = 400;

const ruled = ({ beside, above }: Spacing): CustomTableLayout => ({
  hLineWidth: (line, { table }) => (line === 0 ? 0 : line === table.headerRows ? 0.8 : 0.4),
  vLineWidth: () => 0,
  hLineColor: (line, { table }) => (line === table.headerRows ? colour.accent : colour.rule),
  paddingLeft: (column) => (column === 0 ? 0 : beside),
  paddingRight: (column, { table }) => (column === (table.widths?.length ?? 0) - 1 ? 0 : beside),
  paddingTop: () => above,
  paddingBottom: () => above,
});

/** A ruled table: its head comes again on each page, and rows stay whole unless one of them may not fit on a page. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[],
  density: keyof typeof SPACING = 'normal',
): ContentTable {
  const widths = widthsOf(columns, SPACING[density]);
  const keepRows = rows.every((row) => rowHeight(row, widths) <= KEPT_ROW_MAX_HEIGHT);
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
    layout: ruled(SPACING[density]),
    style: 'small',
  };
}

/** Up to this many rows, a table needs no second half. */
const FEW_ROWS = 4;

/** For rows that are short and may be many: beyond a few, they stand densely and side by side, left before right. */
export function tableInTwo(columns: readonly Column[], rows: readonly (readonly TableCell[])[]): ContentTable {
  if (rows.length <= FEW_ROWS) return table(columns, rows);
  const gutter: Column = { title: '', width: 4 };
  const none: TableCell[] = columns.map(() => '');
  const pairs: TableCell[][] = [];
  for (let i = 0; i < rows.length; i += 2) pairs.push([...(rows[i] ?? none), '', ...(rows[i + 1] ?? none)]);
  return table([...columns, gutter, ...columns], pairs, 'dense');
}

/**
 * Every width in points. pdfmake's own `*` grows with the longest word, and an id of 128 characters would push the
 * table over the edge of the page; a column of fixed width breaks such a word instead.
 */
function widthsOf(columns: readonly Column[], { beside }: Spacing): number[] {
  const shares = columns.filter(({ width }) => width === '*').length;
  const fixed = columns.reduce((total, { width }) => total + (width === '*' ? 0 : width), 0);
  const share = (contentWidth - fixed - 2 * beside * (columns.length - 1)) / shares;
  return columns.map(({ width }) => (width === '*' ? share : width));
}

const aligned = (alignment: 'right' | undefined) => (alignment === undefined ? {} : { alignment });

const alignedCell = (cell: TableCell, alignment: 'right' | undefined): TableCell =>
  alignment === undefined ? cell : { stack: [cell as Content], alignment };

const rowHeight = (row: readonly TableCell[], widths: readonly number[]): number =>
  Math.max(...row.map((cell, i) => heightOf(cell, widths[i] ?? contentWidth)));
