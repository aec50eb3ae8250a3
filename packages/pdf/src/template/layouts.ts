import type { PackTable } from '@evidence/contracts';
import type { ContentTable, CustomTableLayout } from 'pdfmake/interfaces.js';
import { colour } from '../style.js';

const ruled: CustomTableLayout = {
  hLineWidth: (line, { table }) => (line === 0 ? 0 : line === table.headerRows ? 0.8 : 0.4),
  vLineWidth: () => 0,
  hLineColor: (line, { table }) => (line === table.headerRows ? colour.accent : colour.rule),
  paddingLeft: (column) => (column === 0 ? 0 : 5),
  paddingRight: (column, { table }) => (column === (table.widths?.length ?? 0) - 1 ? 0 : 5),
  paddingTop: () => 4,
  paddingBottom: () => 4,
};

const grid: CustomTableLayout = {
  hLineWidth: () => 0.4,
  vLineWidth: () => 0.4,
  hLineColor: () => colour.rule,
  vLineColor: () => colour.rule,
  paddingLeft: () => 5,
  paddingRight: () => 5,
  paddingTop: () => 4,
  paddingBottom: () => 4,
};

const none: CustomTableLayout = { ...ruled, hLineWidth: () => 0 };

export const layouts: Readonly<Record<NonNullable<PackTable['layout']>, CustomTableLayout>> = { ruled, grid, none };

/** A line as wide as its container; a canvas would need to know that width. */
export const rule = ({ thickness, color }: { readonly thickness: number; readonly color: string }): ContentTable => ({
  table: { widths: ['*'], body: [[{ text: '', fontSize: 0.1 }]] },
  layout: {
    hLineWidth: (line) => (line === 0 ? thickness : 0),
    vLineWidth: () => 0,
    hLineColor: () => color,
    paddingLeft: () => 0,
    paddingRight: () => 0,
    paddingTop: () => 0,
    paddingBottom: () => 0,
  },
});
