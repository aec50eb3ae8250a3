import { type PdfDictionary, writeDictionary } from './pdf-dictionary.js';
import type { PdfFile } from './pdf-file.js';

/** The trailer entries that a later revision repeats (ISO 32000-1 §7.5.6). /ID stays as it is: PDF/A wants one. */
const KEPT_IN_TRAILER = ['/Root', '/Info', '/ID'] as const;

/** An incremental update (ISO 32000-1 §7.5.6) in the making, as latin1 text that knows where in the file it stands. */
export class RevisionText {
  #text = '';
  readonly #offsets = new Map<number, number>();

  constructor(private readonly start: number) {}

  get text(): string {
    return this.#text;
  }

  /** The offset in the file of what is added next. */
  get end(): number {
    return this.start + this.#text.length;
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

  /** Cross-reference table of this revision, trailer and end of file. `size` is one more than the highest object. */
  addXref(file: PdfFile, size: number): void {
    const xrefOffset = this.end;
    this.add('xref\n');
    for (const run of consecutiveRuns([...this.#offsets.keys()])) {
      this.add(`${run[0]} ${run.length}\n`);
      for (const object of run) this.add(`${String(this.#offsets.get(object)).padStart(10, '0')} 00000 n \n`);
    }
    const trailer = new Map([['/Size', String(size)]]);
    for (const key of KEPT_IN_TRAILER) {
      const value = file.trailer.get(key);
      if (value !== undefined) trailer.set(key, value);
    }
    trailer.set('/Prev', String(file.xrefOffset));
    this.add(`trailer\n${writeDictionary(trailer)}\nstartxref\n${xrefOffset}\n%%EOF\n`);
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
