import { type Block, type Canvas, LaidStack, type Paragraph, type Stack } from './blocks.js';
import type { ContentStream } from './content-stream.js';
import type { PdfDocument } from './document.js';
import { PAGE } from './page.js';
import type { StructureElement } from './structure-tree.js';

export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface RowOptions {
  /** Points above and below the cells. */
  readonly padding?: number;
  /** The rows are split at the end of the page, even if they would fit on the next one. */
  readonly mayBreak?: boolean;
  /** Draws the background of the part of the rows on one page, before that part. */
  readonly decorate?: (content: ContentStream, top: number, bottom: number, isLast: boolean) => void;
  /** Called on each further page, before the rows continue; `isCut` if part of them is on the page before. */
  readonly onNextPage?: (isCut: boolean) => void;
}

/** Text that would get less height than this at the foot of a page, in points, starts on the next page. */
const LEAST_PART = 60;

/** Fills pages from top to bottom. `y` is where the next content begins, in points from the top of the page. */
export class Flow {
  y: number;
  readonly left: number;
  readonly width: number;
  readonly #top: number;
  readonly #bottom: number;

  constructor(
    readonly document: PdfDocument,
    margins: Margins,
  ) {
    this.left = margins.left;
    this.width = PAGE.width - margins.left - margins.right;
    this.#top = margins.top;
    this.#bottom = PAGE.height - margins.bottom;
    this.y = this.#top;
  }

  get canvas(): Canvas {
    return this.document;
  }

  /** Where the content of a page begins. */
  get top(): number {
    return this.#top;
  }

  get isAtTop(): boolean {
    return this.y === this.#top;
  }

  nextPage(): void {
    this.document.nextPage();
    this.y = this.#top;
  }

  /** Goes to the next page unless there is this much room. */
  needs(height: number): void {
    if (this.y + height > this.#bottom && !this.isAtTop) this.nextPage();
  }

  space(height: number): void {
    if (!this.isAtTop) this.y += height;
  }

  /** Blocks over the full width, or a part of it. */
  blocks(blocks: readonly Block[], parent: StructureElement, x = this.left, width = this.width): void {
    this.rows([[{ blocks, parent, x, width }]], {});
  }

  /** A paragraph with at least `room` points below it on the same page, for what follows. Returns where its text begins. */
  heading(paragraph: Paragraph, parent: StructureElement, room: number): number {
    const cell = new LaidStack({ blocks: [paragraph], parent, x: this.left, width: this.width }, this.canvas);
    this.needs(cell.height + room);
    this.space(paragraph.above ?? 0);
    const top = this.y;
    this.y = cell.draw(top, Number.POSITIVE_INFINITY, true);
    return top;
  }

  /**
   * Rows of adjacent cells. They stay together on one page if they fit on one, unless they may break; otherwise they are split
   * between lines, and each cell continues on the next page.
   */
  rows(rows: readonly (readonly Stack[])[], { padding = 0, mayBreak = false, decorate, onNextPage }: RowOptions): void {
    let laid = rows.map((cells) => cells.map((cell) => new LaidStack(cell, this.canvas)));
    const height = laid.reduce((total, cells) => total + highest(cells), 2 * padding);
    const next = (isCut: boolean) => {
      this.nextPage();
      onNextPage?.(isCut);
    };
    const fits = this.y + height <= this.#bottom;
    const whole = !mayBreak && height <= this.#bottom - this.#top - LEAST_PART;
    if (!fits && !this.isAtTop && (whole || this.y + LEAST_PART > this.#bottom)) next(false);
    for (let isFresh = this.isAtTop; ; isFresh = true) {
      const remaining = laid.reduce((total, cells) => total + highest(cells), 2 * padding);
      const isLast = this.y + remaining <= this.#bottom;
      this.#decorate(decorate, this.y, Math.min(this.y + remaining, this.#bottom), isLast);
      this.y += padding;
      const undone = this.#draw(laid, this.#bottom - padding, isFresh);
      if (undone.length === 0) break;
      laid = undone;
      next(true);
    }
    this.y += padding;
  }

  /** Draws what fits and returns the remaining rows, whole or in part. */
  #draw(rows: readonly LaidStack[][], bottom: number, isFresh: boolean): LaidStack[][] {
    const top = this.y;
    for (const [i, cells] of rows.entries()) {
      const ends = cells.map((cell) => cell.draw(this.y, bottom, isFresh && this.y === top));
      this.y = Math.max(this.y, ...ends);
      if (!cells.every(({ isDone }) => isDone)) return rows.slice(i);
    }
    return [];
  }

  #decorate(decorate: RowOptions['decorate'], top: number, bottom: number, isLast: boolean): void {
    if (decorate) this.document.page.artifact('Layout', (content) => decorate(content, top, bottom, isLast));
  }
}

const highest = (cells: readonly LaidStack[]): number => Math.max(0, ...cells.map(({ height }) => height));
