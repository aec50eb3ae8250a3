import type { PackNode, PackRun, PackTable, PackTemplate } from '@evidence/contracts';

type NodeObject = Exclude<PackNode, string>;
type Repeating = 'forEach' | 'as' | 'content' | 'empty';
type Holding = 'text' | 'stack' | 'columns' | 'ul' | 'ol' | 'table' | 'link';

/** A part in which every `forEach` is repeated and every path is replaced. It has exactly one kind. */
export type ExpandedNode = Omit<NodeObject, Repeating | Holding> & {
  readonly text?: readonly ExpandedRun[];
  readonly stack?: readonly ExpandedNode[];
  readonly columns?: readonly ExpandedNode[];
  readonly ul?: readonly ExpandedNode[];
  readonly ol?: readonly ExpandedNode[];
  readonly table?: ExpandedTable;
};

/** `link` is a URL of the report. The text is the report's, unchanged, with any characters. */
export type ExpandedRun = Omit<Exclude<PackRun, string>, 'link'> & { readonly link?: string };

export type ExpandedRow = readonly ExpandedNode[];

export type ExpandedTable = Omit<PackTable, 'body'> & { readonly body: readonly ExpandedRow[] };

/** The parts of a line in the margin. Page numbers are filled in when the pages are known. */
export type ExpandedLine = Readonly<Partial<Record<'left' | 'center' | 'right', readonly LinePart[]>>>;
export type LinePart = string | { readonly page: 'number' | 'total' };

/** A template filled in with a report. */
export type Expanded = Omit<PackTemplate, 'header' | 'footer' | 'content'> & {
  readonly header?: ExpandedLine;
  readonly footer?: ExpandedLine;
  readonly content: readonly ExpandedNode[];
};
