import { number, rgb } from './syntax.js';
import type { Piece } from './text-pieces.js';

/** More than a full page of small text takes; it grows when a page needs more. */
const BYTES_AT_FIRST = 64 * 1024;

/** Operators of one page (ISO 32000-1, 8 and 9), y counted from the top. The buffer is used again for each page. */
export class ContentStream {
  #buffer = Buffer.allocUnsafe(BYTES_AT_FIRST);
  #length = 0;
  /** What is set already: font and fill colour outlast a text object (ISO 32000-1, 8.4.1). */
  readonly #state = new Map<'font' | 'fill', string>();

  constructor(private readonly pageHeight: number) {}

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.#state.clear();
  }

  /** Operators as they are: latin1. */
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
