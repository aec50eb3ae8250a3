import { textString } from '@evidence/verify/formats';
import type { ContentStream } from './content-stream.js';
import { breakLines, type Line } from './lines.js';
import type { Page } from './page.js';
import type { StructureElement, StructureTree, StructureType } from './structure-tree.js';
import { number } from './syntax.js';
import type { Link, Piece, Run, Shaper } from './text-pieces.js';

/** A paragraph before it is broken into lines. */
export interface Paragraph {
  readonly runs: readonly Run[];
  readonly tag: StructureType;
  /** Distance of lines as a multiple of the text's size. */
  readonly leading: number;
  readonly align?: 'right';
  /** Points above and below; none above at the top of a page. */
  readonly above?: number;
  readonly below?: number;
  /** A sign to the left of the first line; all lines are indented by its width. */
  readonly mark?: Mark;
}

/** A sign that only decorates: the words after it say the same. */
export interface Mark {
  /** Points, the gap to the text included. */
  readonly width: number;
  draw(content: ContentStream, x: number, top: number): void;
}

/** A drawing that is never split, with an alternative text. */
export interface Figure {
  readonly alt: string;
  /** Points. */
  readonly width: number;
  readonly height: number;
  readonly above?: number;
  readonly below?: number;
  draw(content: ContentStream, x: number, top: number): void;
}

export type Block = Paragraph | Figure;

/** Blocks stacked vertically, which belong to `parent`. */
export interface Stack {
  readonly blocks: readonly Block[];
  readonly parent: StructureElement;
  /** Points from the left edge of the page. */
  readonly x: number;
  readonly width: number;
}

/** What drawing needs: the open page, and the structure tree. */
export interface Canvas {
  readonly page: Page;
  readonly structure: StructureTree;
  readonly shaper: Shaper;
}

interface LaidBlock {
  readonly block: Block;
  readonly lines: readonly Line[];
  element: StructureElement | undefined;
  readonly links: Map<Link, StructureElement>;
}

/** A stack broken into lines, which remembers how far it has been drawn, so that it can continue on the next page. */
export class LaidStack {
  readonly #blocks: readonly LaidBlock[];
  #block = 0;
  #line = 0;

  constructor(
    private readonly stack: Stack,
    private readonly canvas: Canvas,
  ) {
    this.#blocks = stack.blocks.map((block) => ({
      block,
      lines: 'alt' in block ? [figureLine(block)] : linesOf(block, canvas.shaper, stack.width),
      element: undefined,
      links: new Map(),
    }));
  }

  /** The height of everything not yet drawn, in points. */
  get height(): number {
    const rest = this.#blocks.slice(this.#block);
    const drawn = heightOf(rest[0]?.lines.slice(0, this.#line) ?? []);
    return rest.reduce(
      (total, { block, lines }) => total + (block.above ?? 0) + heightOf(lines) + (block.below ?? 0),
      -drawn,
    );
  }

  get isDone(): boolean {
    return this.#block === this.#blocks.length;
  }

  /**
   * Draws as many lines as fit between `top` and `bottom` and returns where they end. A line that is higher than the page
   * is drawn anyway if `isFresh`, because it would fit nowhere.
   */
  draw(top: number, bottom: number, isFresh: boolean): number {
    let y = top;
    while (!this.isDone) {
      const laid = this.#blocks[this.#block]!;
      if (this.#line === 0 && !(isFresh && y === top)) y += laid.block.above ?? 0;
      const first = this.#line;
      const start = y;
      while (this.#line < laid.lines.length) {
        const { height } = laid.lines[this.#line]!;
        if (y + height > bottom && !(isFresh && y === top)) break;
        y += height;
        this.#line += 1;
      }
      if (this.#line > first) this.#show(laid, laid.lines.slice(first, this.#line), start);
      if (this.#line < laid.lines.length) return y;
      this.#close(laid);
      this.#block += 1;
      this.#line = 0;
      y += laid.block.below ?? 0;
    }
    return y;
  }

  #show(laid: LaidBlock, lines: readonly Line[], top: number): void {
    const { block } = laid;
    const { page, structure } = this.canvas;
    const { parent, x, width } = this.stack;
    if ('alt' in block) {
      laid.element = structure.open('Figure', parent, figureAttributes(block, x, top, page));
      page.marked(laid.element, (content) => block.draw(content, x, top));
      return;
    }
    const { mark } = block;
    const indent = mark?.width ?? 0;
    if (mark && lines[0] === laid.lines[0]) page.artifact('Layout', (content) => mark.draw(content, x, top));
    laid.element ??= structure.open(block.tag, parent);
    for (const stretch of stretches(lines, x + indent, top, width - indent, block.align)) {
      const link = stretch[0]?.piece.run.link;
      const element = link === undefined ? laid.element : this.#linkElement(laid, link);
      page.marked(element, (content) => {
        for (const { piece, x, top, line } of stretch) content.piece(piece, x, top + line.baseline);
      });
      if (link) this.#annotate(element, link, stretch);
    }
  }

  #linkElement(laid: LaidBlock, link: Link): StructureElement {
    const known = laid.links.get(link);
    if (known) return known;
    const element = this.canvas.structure.open('Link', laid.element!);
    laid.links.set(link, element);
    return element;
  }

  /** One box per line. */
  #annotate(element: StructureElement, link: Link, stretch: Stretch): void {
    for (const line of new Set(stretch.map(({ line }) => line))) {
      const pieces = stretch.filter((piece) => piece.line === line);
      const left = Math.min(...pieces.map(({ x }) => x));
      const right = Math.max(...pieces.map(({ x, piece }) => x + piece.width));
      this.canvas.page.link(element, link, left, pieces[0]!.top, right - left, line.height);
    }
  }

  #close(laid: LaidBlock): void {
    for (const element of laid.links.values()) this.canvas.structure.close(element);
    if (laid.element) this.canvas.structure.close(laid.element);
  }
}

interface PlacedPiece {
  readonly piece: Piece;
  readonly line: Line;
  readonly x: number;
  /** The top of the line. */
  readonly top: number;
}

/** Consecutive pieces with the same link, or without one: one marked content. */
type Stretch = PlacedPiece[];

function stretches(lines: readonly Line[], left: number, top: number, width: number, align?: 'right'): Stretch[] {
  const found: Stretch[] = [];
  let y = top;
  for (const line of lines) {
    let x = align === 'right' ? left + width - line.width : left;
    for (const piece of line.pieces) {
      const placed = { piece, line, x, top: y };
      const last = found.at(-1);
      if (last && last[0]?.piece.run.link === piece.run.link) last.push(placed);
      else found.push([placed]);
      x += piece.width;
    }
    y += line.height;
  }
  return found;
}

/** Draws a paragraph that belongs to no element, or to the element being marked, and returns where it ends. */
export function drawUnmarked(
  content: ContentStream,
  shaper: Shaper,
  { runs, leading, align }: Pick<Paragraph, 'runs' | 'leading' | 'align'>,
  x: number,
  top: number,
  width: number,
): number {
  let y = top;
  for (const line of breakLines(shaper, runs, width, leading)) {
    let at = align === 'right' ? x + width - line.width : x;
    for (const piece of line.pieces) {
      content.piece(piece, at, y + line.baseline);
      at += piece.width;
    }
    y += line.height;
  }
  return y;
}

const linesOf = ({ runs, leading, mark }: Paragraph, shaper: Shaper, width: number): Line[] =>
  breakLines(shaper, runs, width - (mark?.width ?? 0), leading);

const heightOf = (lines: readonly Line[]): number => lines.reduce((total, { height }) => total + height, 0);

const figureLine = ({ width, height }: Figure): Line => ({ pieces: [], width, height, baseline: height });

/** /BBox lets a reader find the drawing (ISO 32000-1, 14.8.5.4.3). */
function figureAttributes({ alt, width, height }: Figure, x: number, top: number, page: Page): string {
  const bottom = page.height - top - height;
  const box = [x, bottom, x + width, bottom + height].map(number).join(' ');
  return `/Alt${textString(alt)}/A<</O/Layout/Placement/Block/BBox[${box}]>>`;
}
