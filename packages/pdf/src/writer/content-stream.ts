import { number, rgb } from './syntax.js';
import type { Piece } from './text-pieces.js';

/** More than a full page of small text needs; it grows if a page needs more. */
const BYTES_AT_FIRST = 64 * 1024;

/** Control points of a quarter of a circle lie this far along the tangent, in radii. */
const CIRCLE_ARM = 0.5523;

/** Points from the left and the top edge of the page. */
export type Point = readonly [x: number, y: number];

export interface Pen {
  /** Points. */
  readonly thickness: number;
  readonly colour: string;
}

/** Operators of one page (ISO 32000-1, 8 and 9), y counted from the top. The buffer is reused for each page. */
export class ContentStream {
  #buffer = Buffer.allocUnsafe(BYTES_AT_FIRST);
  #length = 0;
  /** The current state: font and fill colour persist after a text object (ISO 32000-1, 8.4.1). */
  readonly #state = new Map<'font' | 'fill', string>();

  constructor(private readonly pageHeight: number) {}

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.#state.clear();
  }

  /** Adds operators unchanged, in latin1. */
  add(operators: string): void {
    const needed = this.#length + operators.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#length += this.#buffer.write(operators, this.#length, 'latin1');
  }

  piece({ face, style, codes, operators }: Piece, x: number, baseline: number): void {
    const at = `${number(x)} ${number(this.pageHeight - baseline)} Td`;
    const font = this.#changed('font', `/${face.name} ${number(style.size)} Tf `);
    const fill = this.#changed('fill', `${rgbOf(style.colour)} rg `);
    this.add(`BT ${font}${fill}${at}${codes === undefined ? ` ${operators}` : `(${codes})Tj `}ET\n`);
  }

  fill(x: number, top: number, width: number, height: number, colour: string): void {
    const box = [x, this.pageHeight - top - height, width, height].map(number).join(' ');
    this.add(`${this.#changed('fill', `${rgbOf(colour)} rg `)}${box} re f\n`);
  }

  outline(x: number, top: number, width: number, height: number, colour: string): void {
    const box = [x, this.pageHeight - top - height, width, height].map(number).join(' ');
    this.add(`0.5 w ${rgbOf(colour)} RG ${box} re S\n`);
  }

  rule(x: number, y: number, width: number, thickness: number, colour: string): void {
    const height = number(this.pageHeight - y);
    this.add(
      `${number(thickness)} w ${rgbOf(colour)} RG ${number(x)} ${height} m ${number(x + width)} ${height} l S\n`,
    );
  }

  /** Straight lines from point to point, closed and filled, or open and drawn with a pen. */
  shape(points: readonly Point[], { fill, pen }: { readonly fill?: string; readonly pen?: Pen }): void {
    const path = points
      .map(([x, y], i) => `${number(x)} ${number(this.pageHeight - y)} ${i === 0 ? 'm' : 'l'}`)
      .join(' ');
    if (fill) this.add(`${this.#changed('fill', `${rgbOf(fill)} rg `)}${path} f\n`);
    if (pen) this.add(`${number(pen.thickness)} w ${rgbOf(pen.colour)} RG ${path} S\n`);
  }

  circle(x: number, y: number, radius: number, { thickness, colour }: Pen): void {
    const [centre, arm] = [this.pageHeight - y, radius * CIRCLE_ARM];
    const point = (dx: number, dy: number) => `${number(x + dx)} ${number(centre + dy)}`;
    const quarter = (fromX: number, fromY: number, toX: number, toY: number) =>
      `${point(fromX * radius + toX * arm, fromY * radius + toY * arm)} ${point(toX * radius + fromX * arm, toY * radius + fromY * arm)} ${point(toX * radius, toY * radius)} c`;
    const path = [quarter(1, 0, 0, 1), quarter(0, 1, -1, 0), quarter(-1, 0, 0, -1), quarter(0, -1, 1, 0)].join(' ');
    this.add(`${number(thickness)} w ${rgbOf(colour)} RG ${point(radius, 0)} m ${path} S\n`);
  }

  /** Shows a form XObject with its origin at the place. */
  form(name: string, x: number, baseline: number): void {
    this.add(`q 1 0 0 1 ${number(x)} ${number(this.pageHeight - baseline)} cm/${name} Do Q\n`);
  }

  #changed(what: 'font' | 'fill', operator: string): string {
    if (this.#state.get(what) === operator) return '';
    this.#state.set(what, operator);
    return operator;
  }
}

const colours = new Map<string, string>();

function rgbOf(colour: string): string {
  const known = colours.get(colour);
  if (known) return known;
  const made = rgb(colour);
  colours.set(colour, made);
  return made;
}
