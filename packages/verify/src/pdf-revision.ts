import { type PdfDictionary, writeDictionary } from './pdf-dictionary.js';
import type { PdfFile } from './pdf-file.js';

/** The trailer entries that a later revision repeats (ISO 32000-1 §7.5.6). /ID stays as it is: PDF/A wants one. */
const KEPT_IN_TRAILER = ['/Root', '/Info', '/ID'] as const;

/** `[0 a b c]` with three numbers of ten digits; shorter numbers are followed by spaces. */
const BYTE_RANGE_LENGTH = '[0 0000000000 0000000000 0000000000]'.length;

/** What is filled in once the rest of a signature dictionary stands. */
export interface SignatureHoles {
  /** Within the revision. */
  readonly byteRangeAt: number;
  /** The gap in the whole file, `<` and `>` included. */
  readonly gapStart: number;
  readonly gapEnd: number;
}

/** An incremental update (ISO 32000-1 §7.5.6) in the making, as latin1 text that knows where in the file it stands. */
export class RevisionText {
  #text = '';
  readonly #offsets = new Map<number, number>();
  readonly #start: number;
  #nextObject: number;

  constructor(private readonly file: PdfFile) {
    this.#start = file.pdf.length;
    this.#nextObject = file.nextObject;
    // pdfmake ends a file with %%EOF and no line break.
    if (file.pdf.at(-1) !== 0x0a) this.add('\n');
  }

  /** The offset in the file of what is added next. */
  get end(): number {
    return this.#start + this.#text.length;
  }

  /** The number of a new object. */
  allocate(): number {
    this.#nextObject += 1;
    return this.#nextObject - 1;
  }

  add(text: string): void {
    this.#text += text;
  }

  /** Begins an object; the caller adds its value and `endobj`. */
  startObject(object: number): void {
    this.#offsets.set(object, this.end);
    this.add(`${object} 0 obj\n`);
  }

  addObject(object: number, dictionary: PdfDictionary): void {
    this.startObject(object);
    this.add(`${writeDictionary(dictionary)}\nendobj\n`);
  }

  /** An unfiltered stream: DER hardly gets smaller, and so its form does not depend on a version of zlib. */
  addStream(object: number, bytes: Uint8Array): void {
    this.startObject(object);
    const content = Buffer.from(bytes).toString('latin1');
    this.add(`<< /Length ${bytes.length} >>\nstream\n${content}\nendstream\nendobj\n`);
  }

  /** Adds a signature dictionary (ISO 32000-1 §12.8.1) with zeros for the signature, and answers where its holes are. */
  addSignature(object: number, head: string, contentsBytes: number): SignatureHoles {
    this.startObject(object);
    this.add(`<<\n${head}/ByteRange `);
    const byteRangeAt = this.end - this.#start;
    this.add(`${' '.repeat(BYTE_RANGE_LENGTH)} /Contents `);
    const gapStart = this.end;
    this.add(`<${'0'.repeat(contentsBytes * 2)}>`);
    const gapEnd = this.end;
    this.add('\n>>\nendobj\n');
    return { byteRangeAt, gapStart, gapEnd };
  }

  /** The bytes to append, with /ByteRange filled in when the revision holds a signature. */
  finish(holes?: SignatureHoles): Buffer {
    this.#addXref();
    const revision = Buffer.from(this.#text, 'latin1');
    if (holes !== undefined) {
      const { byteRangeAt, gapStart, gapEnd } = holes;
      revision.write(`[0 ${gapStart} ${gapEnd} ${this.end - gapEnd}]`, byteRangeAt, 'latin1');
    }
    return revision;
  }

  /** The end of the revision, with a cross-reference of the kind that the file has. */
  #addXref(): void {
    const own = this.file.xrefKind === 'stream' ? this.allocate() : undefined;
    const xrefOffset = this.end;
    const trailer = new Map([['/Size', String(this.#nextObject)]]);
    for (const key of KEPT_IN_TRAILER) {
      const value = this.file.trailer.get(key);
      if (value !== undefined) trailer.set(key, value);
    }
    trailer.set('/Prev', String(this.file.xrefOffset));
    if (own === undefined) this.#addTable(trailer);
    else this.#addXrefStream(own, trailer);
    this.add(`startxref\n${xrefOffset}\n%%EOF\n`);
  }

  #addTable(trailer: PdfDictionary): void {
    this.add('xref\n');
    for (const run of consecutiveRuns([...this.#offsets.keys()])) {
      this.add(`${run[0]} ${run.length}\n`);
      for (const object of run) this.add(`${String(this.#offsets.get(object)).padStart(10, '0')} 00000 n \n`);
    }
    this.add(`trailer\n${writeDictionary(trailer)}\n`);
  }

  /** Rows of /W [1 4 2]: type 1, offset, generation 0 (ISO 32000-1 §7.5.8.3). */
  #addXrefStream(own: number, trailer: PdfDictionary): void {
    this.startObject(own);
    const runs = consecutiveRuns([...this.#offsets.keys()]);
    const rows = runs.flat().map((object) => {
      const row = Buffer.from([1, 0, 0, 0, 0, 0, 0]);
      row.writeUInt32BE(this.#offsets.get(object)!, 1);
      return row;
    });
    const index = runs.map((run) => `${run[0]} ${run.length}`).join(' ');
    const bytes = Buffer.concat(rows);
    const dictionary = new Map([
      ['/Type', '/XRef'],
      ['/W', '[1 4 2]'],
      ['/Index', `[${index}]`],
      ...trailer,
      ['/Length', String(bytes.length)],
    ]);
    this.add(`${writeDictionary(dictionary)}\nstream\n${bytes.toString('latin1')}\nendstream\nendobj\n`);
  }
}

/** [3, 7, 8] → [[3], [7, 8]]: one cross-reference subsection each. */
function consecutiveRuns(objects: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const object of objects.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.at(-1) === object - 1) last.push(object);
    else runs.push([object]);
  }
  return runs;
}
