import { type Block, drawUnmarked, type Paragraph, type Stack } from './blocks.js';
import type { ContentStream } from './content-stream.js';
import type { Flow } from './flow.js';
import type { StructureElement } from './structure-tree.js';

export interface Column {
  readonly title: string;
  /** Points, or `*` for an even share of the remaining width. */
  readonly width: number | '*';
  readonly align?: 'right';
  /** The cells of this column are row heads. */
  readonly isHead?: true;
}

export interface TableLook {
  readonly gap: number;
  readonly padding: number;
  readonly head: (title: string, align: 'right' | undefined) => Paragraph;
  readonly headRule: Rule;
  readonly rowRule: Rule;
}

/** The place of a table that does not take the full width, in points. */
export interface Area {
  readonly x: number;
  readonly width: number;
}

/** Room below a head, in points, so that it is never left alone at the foot of a page. */
const HEAD_AND_A_ROW = 50;

export interface Rule {
  readonly thickness: number;
  readonly colour: string;
}

/**
 * A table whose head is repeated on each page. Rows are written as they are added, so a table may have any length.
 * `end` closes it.
 */
export class Table {
  readonly #table: StructureElement;
  readonly #body: StructureElement;
  readonly #places: readonly { readonly x: number; readonly width: number }[];

  constructor(
    private readonly flow: Flow,
    private readonly columns: readonly Column[],
    private readonly look: TableLook,
    parent: StructureElement,
    private readonly area: Area = { x: flow.left, width: flow.width },
  ) {
    const { structure } = flow.document;
    this.#places = placesOf(columns, look.gap, area);
    flow.needs(HEAD_AND_A_ROW);
    this.#table = structure.open('Table', parent);
    this.#head();
    this.#body = structure.open('TBody', this.#table);
  }

  /** `tints` are the background colours of the cells, `#RRGGBB`, if they have one. */
  row(cells: readonly (readonly Block[])[], tints: readonly (string | undefined)[] = []): void {
    const { structure } = this.flow.document;
    const row = structure.open('TR', this.#body);
    const placed = this.columns.map(({ align, isHead }, i): Stack => {
      const parent = isHead ? structure.open('TH', row, '/A<</O/Table/Scope/Row>>') : structure.open('TD', row);
      return { blocks: (cells[i] ?? []).map((block) => aligned(block, align)), parent, ...this.#places[i]! };
    });
    this.flow.rows([placed], {
      padding: this.look.padding,
      decorate: (content, top, bottom) => {
        tints.forEach((tint, i) => {
          const { x, width } = this.#places[i]!;
          const half = this.look.gap / 2;
          const right = Math.min(x + width + half, this.area.x + this.area.width);
          if (tint) content.fill(x - half, top, right - x + half, bottom - top, tint);
        });
        this.#rule(content, bottom, this.look.rowRule);
      },
      onNextPage: () => this.#repeatHead(),
    });
    for (const { parent } of placed) structure.close(parent);
    structure.close(row);
  }

  end(): void {
    this.flow.document.structure.close(this.#body);
    this.flow.document.structure.close(this.#table);
  }

  #head(): void {
    const { structure } = this.flow.document;
    const head = structure.open('THead', this.#table);
    const row = structure.open('TR', head);
    const cells = this.columns.map(({ title, align }, i): Stack => {
      const parent = structure.open('TH', row, '/A<</O/Table/Scope/Column>>');
      return { blocks: [this.look.head(title, align)], parent, ...this.#places[i]! };
    });
    this.flow.rows([cells], {
      padding: this.look.padding,
      decorate: (content, _, bottom) => this.#rule(content, bottom, this.look.headRule),
    });
    for (const { parent } of cells) structure.close(parent);
    structure.close(row);
    structure.close(head);
  }

  /** Visual only: in the structure the table has one head. */
  #repeatHead(): void {
    const { page, shaper } = this.flow.document;
    const { padding, head, headRule } = this.look;
    page.artifact('Pagination', (content) => {
      const top = this.flow.y + padding;
      const ends = this.columns.map(({ title, align }, i) => {
        const { x, width } = this.#places[i]!;
        return drawUnmarked(content, shaper, head(title, align), x, top, width);
      });
      this.flow.y = Math.max(top, ...ends) + padding;
      this.#rule(content, this.flow.y, headRule);
    });
  }

  #rule(content: ContentStream, y: number, { thickness, colour }: Rule): void {
    content.rule(this.area.x, y, this.area.width, thickness, colour);
  }
}

/** Every width in points, so that a word that is wider than its column is split and moves nothing. */
function placesOf(columns: readonly Column[], gap: number, area: Area): { x: number; width: number }[] {
  const shares = columns.filter(({ width }) => width === '*').length;
  const fixed = columns.reduce((total, { width }) => total + (width === '*' ? 0 : width), 0);
  const share = (area.width - fixed - gap * (columns.length - 1)) / shares;
  let x = area.x;
  return columns.map(({ width }) => {
    const place = { x, width: width === '*' ? share : width };
    x += place.width + gap;
    return place;
  });
}

const aligned = (block: Block, align: 'right' | undefined): Block =>
  align === undefined || 'alt' in block ? block : { ...block, align };
