import type { Ref } from './syntax.js';
import { WriterError } from './writer-error.js';

const FREE = 0;
const PLAIN = 1;
const IN_STREAM = 2;

/** Type, offset or stream, index in the stream: /W[1 4 2] (ISO 32000-1, 7.5.8.2). Offsets end at 4 GiB. */
const ROW_BYTES = 7;
const OFFSET_MAX = 2 ** 32 - 1;
/** ISO 19005-3, 6.1.13. */
const OBJECTS_MAX = 8_388_607;
const ROWS_AT_FIRST = 1024;

/** The place of every object. It grows with the document, so it is kept as the bytes that will be written. */
export class CrossReference {
  #rows = Buffer.alloc(ROWS_AT_FIRST * ROW_BYTES);
  #count = 1;

  constructor() {
    // Object 0 heads the list of free objects, with the generation that is never used again (7.5.4).
    this.#rows.writeUInt16BE(65_535, 5);
  }

  reserve(): Ref {
    const ref = this.#count++;
    if (ref > OBJECTS_MAX) {
      throw new WriterError(
        'file_too_large',
        `PDF/A-3 allows ${OBJECTS_MAX} objects, and this report needs more: narrow the report.`,
      );
    }
    if (this.#count * ROW_BYTES > this.#rows.length) {
      const rows = Buffer.alloc(this.#rows.length * 2);
      this.#rows.copy(rows);
      this.#rows = rows;
    }
    return ref;
  }

  place(ref: Ref, offset: number): void {
    if (offset > OFFSET_MAX) throw new WriterError('file_too_large', 'The PDF would exceed 4 GiB: narrow the report.');
    this.#set(ref, PLAIN, offset, 0);
  }

  placeInStream(ref: Ref, stream: Ref, index: number): void {
    this.#set(ref, IN_STREAM, stream, index);
  }

  /** The cross-reference stream and the end of the file. `start` is its offset; `entries` go into the trailer. */
  encode(start: number, entries: string, deflate: (rows: Uint8Array) => Uint8Array): Buffer {
    const own = this.reserve();
    this.place(own, start);
    this.#requireAll();
    const rows = deflate(this.#predicted());
    const dictionary = `/Type/XRef/Size ${this.#count}/W[1 4 2]${entries}/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns ${ROW_BYTES}>>/Length ${rows.length}`;
    return Buffer.concat([
      Buffer.from(`${own} 0 obj\n<<${dictionary}>>stream\n`, 'latin1'),
      rows,
      Buffer.from(`\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`, 'latin1'),
    ]);
  }

  #set(ref: Ref, type: number, field: number, index: number): void {
    const at = ref * ROW_BYTES;
    if (this.#rows[at] !== FREE) throw new Error(`object ${ref} was written twice`);
    this.#rows[at] = type;
    this.#rows.writeUInt32BE(field, at + 1);
    this.#rows.writeUInt16BE(index, at + 5);
  }

  #requireAll(): void {
    for (let ref = 1; ref < this.#count; ref++) {
      if (this.#rows[ref * ROW_BYTES] === FREE) throw new Error(`object ${ref} was reserved and never written`);
    }
  }

  /** Each byte less the one above it (PNG filter “up”): neighbours differ little, and zeros compress well. */
  #predicted(): Buffer {
    const predicted = Buffer.alloc(this.#count * (ROW_BYTES + 1));
    for (let row = 0; row < this.#count; row++) {
      const to = row * (ROW_BYTES + 1);
      predicted[to] = 2;
      for (let i = 0; i < ROW_BYTES; i++) {
        const above = row === 0 ? 0 : this.#rows[(row - 1) * ROW_BYTES + i]!;
        predicted[to + 1 + i] = this.#rows[row * ROW_BYTES + i]! - above;
      }
    }
    return predicted;
  }
}
