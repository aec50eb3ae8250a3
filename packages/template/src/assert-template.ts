import {
  assertDocument,
  type PackNode,
  type PackRow,
  type PackStyle,
  type PackTable,
  type PackTemplate,
} from '@evidence/contracts';
import { assertFills, assertLink, assertOneKind, assertPlace, type NodeObject, type Place } from './assert-part.js';
import { assertBounds } from './bounds.js';
import { Names } from './names.js';
import { isUnclear, partsOf } from './placeholders.js';
import {
  columnsRoom,
  contentWidth,
  DEFAULT_COLUMN_GAP,
  DEFAULT_FONT_SIZE,
  isRoomFor,
  listRoom,
  sharesOf,
  tableRoom,
} from './room.js';
import { pageShape, reportShape } from './shape.js';
import { violation } from './violation.js';

/**
 * Throws `ContractError` for anything that is not a valid template: it breaks PackTemplate.v1, exceeds a limit, has a path
 * that does not exist in EvidenceReport.v1, an unknown style, or a part in the wrong place. The violation's pointer is the
 * place in the template. A valid template can be expanded with any report, within the limits of the expansion.
 */
export function assertTemplate(template: unknown): asserts template is PackTemplate {
  assertBounds(template);
  assertDocument('PackTemplate.v1', template);
  new Check(template as PackTemplate).all();
}

/** The surroundings of a part. */
interface Around {
  readonly names: Names;
  readonly place: Place;
  /** How wide a line is here, in points. */
  readonly room: number;
  readonly fontSize: number;
}

class Check {
  readonly #template: PackTemplate;
  readonly #styles: ReadonlyMap<string, PackStyle>;

  constructor(template: PackTemplate) {
    this.#template = template;
    this.#styles = new Map(Object.entries(template.styles ?? {}));
  }

  all(): void {
    const { header, footer, content } = this.#template;
    const onPage = Names.of({ report: reportShape, page: pageShape });
    for (const [line, slots] of Object.entries({ header, footer })) {
      for (const [slot, text] of Object.entries(slots ?? {})) assertText(text as string, onPage, `/${line}/${slot}`);
    }
    const names = Names.of({ report: reportShape });
    const room = contentWidth(this.#template);
    this.#sequence(content, { names, place: 'flow', room, fontSize: DEFAULT_FONT_SIZE }, '/content');
  }

  #sequence(nodes: readonly PackNode[], around: Around, pointer: string): void {
    for (const [i, node] of nodes.entries()) this.#node(node, around, `${pointer}/${i}`);
  }

  #node(node: PackNode, around: Around, pointer: string): void {
    if (typeof node === 'string') {
      assertLine(around, pointer);
      assertText(node, around.names, pointer);
      return;
    }
    assertOneKind(node, pointer);
    assertPlace(node, pointer, around.place);
    const { margin, fontSize = around.fontSize } = { ...this.#style(node.style, pointer), ...node };
    const [left = 0, , right = 0] = margin ?? [];
    const room = around.room - left - right;
    const place = around.place === 'flow' ? 'flow' : 'inside';
    const within: Around = { names: around.names, place, room, fontSize };
    const inList: Around = { ...within, place: 'inside', room: listRoom(room, fontSize) };
    if (node.text !== undefined) this.#runs(node, within, pointer);
    if (node.stack) this.#sequence(node.stack, within, `${pointer}/stack`);
    if (node.ul) this.#sequence(node.ul, inList, `${pointer}/ul`);
    if (node.ol) this.#sequence(node.ol, inList, `${pointer}/ol`);
    if (node.columns) this.#columns(node, within, pointer);
    if (node.table) this.#table(node.table, within, `${pointer}/table`);
    if (node.forEach === undefined) return;
    // The schema requires `as`, `content` and `empty` together with `forEach`.
    const { forEach, as = '', content = [], empty = [] } = node;
    this.#sequence(content, { ...within, names: within.names.inside(forEach, as, pointer) }, `${pointer}/content`);
    this.#sequence(empty, within, `${pointer}/empty`);
  }

  #runs({ text, link }: NodeObject, around: Around, pointer: string): void {
    const { names } = around;
    assertLink(link, names, pointer);
    assertLine(around, pointer);
    const runs = typeof text === 'string' ? [] : (text ?? []);
    if (typeof text === 'string') assertText(text, names, `${pointer}/text`);
    for (const [i, run] of runs.entries()) {
      const at = `${pointer}/text/${i}`;
      if (typeof run === 'string') {
        assertText(run, names, at);
        continue;
      }
      const { fontSize = around.fontSize } = { ...this.#style(run.style, at), ...run };
      assertLine({ ...around, fontSize }, at);
      assertLink(run.link, names, at);
      assertText(run.text, names, `${at}/text`);
    }
  }

  #columns({ columns = [], columnGap = DEFAULT_COLUMN_GAP }: NodeObject, around: Around, pointer: string): void {
    const widths = columns.map((column) => (typeof column === 'string' ? '*' : (column.width ?? '*')));
    const room = columnsRoom(columns.length, columnGap, around.room);
    const shares = sharesOf(widths, room);
    assertFits(shares, room, `${pointer}/columns`);
    for (const [i, column] of columns.entries()) {
      this.#node(column, { ...around, place: 'column', room: shares[i] ?? 0 }, `${pointer}/columns/${i}`);
    }
  }

  #table(table: PackTable, around: Around, pointer: string): void {
    const { body, widths, headerRows = 0 } = table;
    for (let i = 0; i < headerRows; i += 1) {
      if (Array.isArray(body[i])) continue;
      throw violation({
        pointer: `${pointer}/headerRows`,
        message: 'counts rows that do not exist, or that come from a forEach',
        allowed: [i],
      });
    }
    const room = tableRoom(table, around.room);
    const shares = sharesOf(widths, room);
    assertFits(shares, room, `${pointer}/widths`);
    this.#rows(body, { ...around, place: 'cell' }, `${pointer}/body`, shares);
  }

  #rows(rows: readonly PackRow[], around: Around, pointer: string, shares: readonly number[]): void {
    for (const [i, row] of rows.entries()) {
      const at = `${pointer}/${i}`;
      if (Array.isArray(row)) {
        this.#cells(row, around, at, shares);
      } else {
        const names = around.names.inside(row.forEach, row.as, at);
        this.#rows(row.rows, { ...around, names }, `${at}/rows`, shares);
        this.#rows(row.empty, around, `${at}/empty`, shares);
      }
    }
  }

  #cells(row: readonly PackNode[], around: Around, pointer: string, shares: readonly number[]): void {
    assertFills(row, pointer, shares.length);
    let column = 0;
    for (const [i, cell] of row.entries()) {
      const span = typeof cell === 'string' ? 1 : (cell.colSpan ?? 1);
      const room = shares.slice(column, column + span).reduce((sum, share) => sum + share, 0);
      this.#node(cell, { ...around, room }, `${pointer}/${i}`);
      column += span;
    }
  }

  #style(name: string | undefined, pointer: string): PackStyle | undefined {
    if (name === undefined) return undefined;
    const style = this.#styles.get(name);
    if (style) return style;
    throw violation({
      pointer: `${pointer}/style`,
      message: 'is not a style in `styles`',
      allowed: [...this.#styles.keys()],
    });
  }
}

function assertText(text: string, names: Names, pointer: string): void {
  for (const part of partsOf(text)) {
    if (isUnclear(part)) {
      throw violation({ pointer, message: 'has braces without a path: write, for example, {{ report.title }}' });
    }
    if (typeof part !== 'string') names.assertPrintable(part.path, pointer);
  }
}

function assertLine({ room, fontSize }: Around, pointer: string): void {
  if (isRoomFor(fontSize, room)) return;
  const message = `has lines of only ${Math.floor(room)} points for letters of ${fontSize} points: give it more room`;
  throw violation({ pointer, message });
}

function assertFits(shares: readonly number[], room: number, pointer: string): void {
  const needed = shares.reduce((sum, share) => sum + share, 0);
  // Shares of a third add up to a little more than one.
  if (needed <= room + 0.01) return;
  throw violation({ pointer, message: `needs ${Math.ceil(needed)} points, but there are only ${Math.floor(room)}` });
}
