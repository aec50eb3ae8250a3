import { type PdfDictionary, writeDictionary } from './dictionary.js';
import type { PdfFile } from './pdf-file.js';
import { BLANK_BYTE_RANGE, blankGap, byteRange, type Gap } from './signature-gap.js';

/** The trailer entries that a later revision repeats (ISO 32000-1 §7.5.6). /ID is unchanged: PDF/A requires one. */
const KEPT_IN_TRAILER = ['/Root', '/Info', '/ID'] as const;

/** The holes that are filled in when the rest of a signature dictionary is written. */
export interface SignatureHoles extends Gap {
  /** Within the revision. */
  readonly byteRangeAt: number;
}

/** An incremental update (ISO 32000-1 §7.5.6) under construction, as latin1 text that knows its offset in the file. */
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

  /** The file offset of the next addition. */
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

  /** An unfiltered stream: DER hardly compresses, and this way its form does not depend on the version of zlib. */
  addStream(object: number, bytes: Uint8Array): void {
    this.startObject(object);
    const content = Buffer.from(bytes).toString('latin1');
    this.add(`<< /Length ${bytes.length} >>\nstream\n${content}\nendstream\nendobj\n`);
  }

  /** Adds a signature dictionary (ISO 32000-1 §12.8.1) with zeros for the signature, and returns the places of its holes. */
  addSignature(object: number, head: string, contentsBytes: number): SignatureHoles {
    this.startObject(object);
    this.add(`<<\n${head}/ByteRange `);
    const byteRangeAt = this.end - this.#start;
    this.add(`${BLANK_BYTE_RANGE} /Contents `);
    const gapStart = this.end;
    this.add(blankGap(contentsBytes));
    const gapEnd = this.end;
    this.add('\n>>\nendobj\n');
    return { byteRangeAt, gapStart, gapEnd };
  }

  /** The bytes to append, with /ByteRange filled in if the revision has a signature. */
  finish(holes?: SignatureHoles): Buffer {
    this.#addXref();
    const revision = Buffer.from(this.#text, 'latin1');
    if (holes !== undefined) {
      revision.write(byteRange(holes, this.end), holes.byteRangeAt, 'latin1');
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
