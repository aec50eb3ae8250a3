import { type Block, type Canvas, type Cell, LaidCell, type Paragraph } from './blocks.js';
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
  /** They are cut where the page ends, even when they would fit on the next one. */
  readonly mayBreak?: boolean;
  /** Draws behind the part of the rows that stands on one page, before it. */
  readonly decorate?: (content: ContentStream, top: number, bottom: number, isLast: boolean) => void;
  /** Called on each further page, before the rows go on; `isCut` when part of them stands on the page before. */
  readonly onNextPage?: (isCut: boolean) => void;
}

/** Text at the foot of a page that would be fewer points high than this starts on the next page instead. */
const LEAST_PART = 60;

/** Fills pages from top to bottom. `y` is where the next thing begins, in points from the top of the page. */
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

  /** Where the first thing of a page begins. */
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

  /** Goes to the next page unless there is so much room. */
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

  /** A paragraph that stays with what follows it: `room` points of that fit below. Answers where its text begins. */
  heading(paragraph: Paragraph, parent: StructureElement, room: number): number {
    const cell = new LaidCell({ blocks: [paragraph], parent, x: this.left, width: this.width }, this.canvas);
    this.needs(cell.height + room);
    this.space(paragraph.above ?? 0);
    const top = this.y;
    this.y = cell.draw(top, Number.POSITIVE_INFINITY, true);
    return top;
  }

  /**
   * Rows of cells side by side. They stay together on one page when they fit on one, unless they may break; else they are
   * cut between lines, each cell going on upon the next page.
   */
  rows(rows: readonly (readonly Cell[])[], { padding = 0, mayBreak = false, decorate, onNextPage }: RowOptions): void {
    let laid = rows.map((cells) => cells.map((cell) => new LaidCell(cell, this.canvas)));
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

  /** Draws what fits; answers the rows that are left over, in whole or in part. */
  #draw(rows: readonly LaidCell[][], bottom: number, isFresh: boolean): LaidCell[][] {
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

const highest = (cells: readonly LaidCell[]): number => Math.max(0, ...cells.map(({ height }) => height));
