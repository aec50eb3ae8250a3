import type { Content, ContentTable, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js';
import { colour } from '../style.js';

export interface Column {
  readonly title: string;
  /** Points, or `*` for an even share of what is left. */
  readonly width: number | '*';
  readonly alignment?: 'right';
}

/**
 * A row longer than this might not fit on a page, and pdfmake 0.3.11 cuts off what overflows a row that it was told to
 * keep together. 2,500 characters in the narrowest text column take less than half a page.
 */
const KEPT_ROW_MAX_CHARACTERS = 2_500;

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

/** A ruled table: its head comes again on each page, and a row stays on one page unless it is as long as a page. */
export function table(columns: readonly Column[], rows: readonly (readonly TableCell[])[]): ContentTable {
  const head = columns.map(
    ({ title, alignment }): TableCell => ({ text: title.toUpperCase(), style: 'label', ...aligned(alignment) }),
  );
  const body = rows.map((row) => row.map((cell, i) => alignedCell(cell, columns[i]?.alignment)));
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: rows.every((row) => lengthOf(row) <= KEPT_ROW_MAX_CHARACTERS),
      widths: columns.map(({ width }) => width),
      body: [head, ...body],
    },
    layout: ruled,
    style: 'small',
  };
}

const aligned = (alignment: 'right' | undefined) => (alignment === undefined ? {} : { alignment });

const alignedCell = (cell: TableCell, alignment: 'right' | undefined): TableCell =>
  alignment === undefined ? cell : { stack: [cell as Content], alignment };

function lengthOf(content: unknown): number {
  if (typeof content === 'string') return content.length;
  if (Array.isArray(content)) return content.reduce((total: number, part) => total + lengthOf(part), 0);
  if (content === null || typeof content !== 'object') return 0;
  const { text, stack } = content as { text?: unknown; stack?: unknown };
  return lengthOf(text) + lengthOf(stack);
}
