import type { PackStyle } from '@evidence/contracts';
import {
  columnsRoom,
  DEFAULT_COLUMN_GAP,
  DEFAULT_FONT_SIZE,
  type ExpandedNode,
  type ExpandedRun,
  type ExpandedTable,
  listRoom,
  sharesOf,
  tableRoom,
} from '@evidence/template';
import type { Content, ContentTable, ContentText, Margins, TableCell } from 'pdfmake/interfaces.js';
import type { FontFamily } from '../fonts.js';
import { oneLine } from '../printable.js';
import { colour } from '../style.js';
import { cellHeightBound, heightBound, type Line } from './height.js';
import { layouts, rule } from './layouts.js';
import { piecesOf } from './text.js';

type Look = PackStyle & { readonly style?: string };

/** What a part inherits from its surroundings. */
interface Around extends Line {
  readonly font: FontFamily;
  /** Over the whole width of the page, and in no list. */
  readonly isFlow: boolean;
}

/** The default look of headings. */
const HEADINGS: Readonly<Record<number, PackStyle>> = {
  1: { fontSize: 17, bold: true, color: colour.accent, margin: [0, 0, 0, 8] },
  2: { fontSize: 11, bold: true, margin: [0, 14, 0, 5] },
  3: { fontSize: 9, bold: true, margin: [0, 8, 0, 3] },
};

const RULE = { thickness: 0.4, color: colour.rule } as const;

/** Room below a heading, in points, for the first lines of its content. */
const BELOW_HEADING = 48;
/**
 * The lowest page leaves 195 points for its content. pdfmake 0.3.11 cuts off the overflow of a part that must stay together,
 * or of a table's head: content that may be higher than this, in points, is not kept together.
 */
const KEPT_MAX = 195 - BELOW_HEADING;

/** The parts of an expanded template for pdfmake, made in one pass from top to bottom because each bookmark hangs on an earlier one. */
export class Parts {
  readonly #styles: Readonly<Record<string, PackStyle>>;
  /** By level: the bookmark that deeper ones hang on. */
  readonly #bookmarks: string[] = [];
  #headings = 0;

  constructor(styles: Readonly<Record<string, PackStyle>>) {
    this.#styles = styles;
  }

  /** All content, for a page with this much room between its margins. */
  all(nodes: readonly ExpandedNode[], room: number): Content[] {
    return this.#sequence(nodes, { room, font: 'sans', fontSize: DEFAULT_FONT_SIZE, lineHeight: 1.12, isFlow: true });
  }

  #sequence(nodes: readonly ExpandedNode[], around: Around): Content[] {
    return nodes.map((node) => this.#part(node, around));
  }

  /** Every width is in points: pdfmake's own `*` grows with the longest word and would push an id off the page. */
  #part(node: ExpandedNode, around: Around): Content {
    const look = this.#lookOf(node, node.headlineLevel);
    const { pageBreak, fillColor, colSpan } = node;
    const [left = 0, , right = 0] = look.margin ?? [];
    const within: Around = {
      font: look.font ?? around.font,
      fontSize: look.fontSize ?? around.fontSize,
      lineHeight: look.lineHeight ?? around.lineHeight,
      room: around.room - left - right,
      isFlow: around.isFlow && left === 0 && right === 0,
    };
    const inside = { ...within, isFlow: false };
    const inList = { ...inside, room: listRoom(within.room, within.fontSize) };
    const placed = { ...(pageBreak && { pageBreak }), ...(fillColor && { fillColor }), ...(colSpan && { colSpan }) };
    const part = { ...look, ...placed, margin: look.margin as Margins };
    if (node.text) return this.#text(node, part, within);
    if (node.stack) return { ...part, stack: this.#sequence(node.stack, within) };
    if (node.ul) return { ...part, ul: this.#sequence(node.ul, inList) };
    if (node.ol) return { ...part, ol: this.#sequence(node.ol, inList) };
    if (node.columns) return { ...part, ...this.#columns(node, inside) };
    if (node.table) return { ...part, ...this.#table(node.table, inside) };
    return { ...part, ...rule({ ...RULE, ...node.rule }) };
  }

  /** The part's own members override its style, which overrides the look of headings. */
  #lookOf(said: Look, headlineLevel = 0): PackStyle {
    const { style, font, fontSize, bold, italics, color, lineHeight, alignment, margin } = said;
    const own = { font, fontSize, bold, italics, color, lineHeight, alignment, margin };
    const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    return { ...HEADINGS[headlineLevel], ...(style === undefined ? {} : this.#styles[style]), ...given };
  }

  #text(node: ExpandedNode, part: Omit<ContentText, 'text'>, within: Around): Content {
    const { text = [], headlineLevel } = node;
    const content = { ...part, text: this.#runs(text, within) };
    if (headlineLevel === undefined) return content;
    const heading = { ...content, ...this.#bookmark(headlineLevel, text) };
    const [, above = 0, , below = 0] = part.margin as readonly number[];
    const isKept = within.isFlow && heightBound(text, within) + above + below <= KEPT_MAX;
    return isKept ? kept(heading) : heading;
  }

  #runs(runs: readonly ExpandedRun[], around: Around): Content[] {
    return runs.flatMap((run) => {
      const look = this.#lookOf(run);
      const style = { ...look, margin: look.margin as Margins, ...(run.link === undefined ? {} : { link: run.link }) };
      return piecesOf(run, look.font ?? around.font).map((piece) => ({
        ...style,
        ...(typeof piece === 'string' ? { text: piece } : piece),
      }));
    });
  }

  #columns({ columns = [], columnGap = DEFAULT_COLUMN_GAP }: ExpandedNode, around: Around) {
    const widths = columns.map(({ width = '*' }) => width);
    const shares = sharesOf(widths, columnsRoom(columns.length, columnGap, around.room));
    return {
      columnGap,
      columns: columns.map((column, i) => {
        const room = shares[i] ?? 0;
        return { ...(this.#part(column, { ...around, room }) as object), width: room } as Content;
      }),
    };
  }

  #table(table: ExpandedTable, around: Around): ContentTable {
    const { widths, headerRows = 0, layout = 'ruled', body } = table;
    const shares = sharesOf(widths, tableRoom(table, around.room));
    const rows = body.map((row) => {
      const cells: TableCell[] = [];
      for (const cell of row) {
        const spanned = shares.slice(cells.length, cells.length + (cell.colSpan ?? 1));
        const room = spanned.reduce((sum, share) => sum + share, 0);
        cells.push(this.#part(cell, { ...around, room }) as TableCell, ...spanned.slice(1).map(() => ({})));
      }
      return cells;
    });
    const head = body.slice(0, headerRows).map((row) => this.#rowHeightBound(row, shares, around));
    const isKept = head.reduce((sum, height) => sum + height, 0) <= KEPT_MAX;
    return { table: { widths: shares, headerRows: isKept ? headerRows : 0, body: rows }, layout: layouts[layout] };
  }

  #rowHeightBound(row: readonly ExpandedNode[], shares: readonly number[], around: Around): number {
    const narrowest = Math.min(...shares);
    return Math.max(...row.map((cell) => cellHeightBound(cell, { ...around, ...this.#lookOf(cell), room: narrowest })));
  }

  #bookmark(level: number, runs: readonly ExpandedRun[]): object {
    this.#headings += 1;
    const id = `heading-${this.#headings}`;
    const parent = this.#bookmarks.slice(0, level - 1).findLast((above) => above !== undefined);
    this.#bookmarks.length = level - 1;
    this.#bookmarks[level - 1] = id;
    const outlineText = oneLine(runs.map(({ text }) => text).join('')) || '–';
    return { id, outline: true, outlineText, outlineExpanded: true, ...(parent && { outlineParentId: parent }) };
  }
}

/**
 * A heading that is never left alone at the foot of a page. pdfmake 0.3.11 has no "keep with next": the heading is kept
 * together with room below it, and the room is then given back. (Its `pageBreakBefore` lays the document out again for
 * each break.)
 */
function kept({ pageBreak, ...text }: ContentText): Content {
  return {
    ...(pageBreak && { pageBreak }),
    unbreakable: true,
    stack: [text, { text: '', fontSize: 0.1, margin: [0, 0, 0, BELOW_HEADING] }],
    margin: [0, 0, 0, -BELOW_HEADING],
  };
}
