import { type PdfDictionary, readDictionary, referenceOf } from './pdf-dictionary.js';
import { SigningError } from './signing-error.js';

/** A PDF of one revision with a classic cross-reference table (ISO 32000-1 §7.5.4), as pdfmake and pdfkit write it. */
export interface PdfFile {
  readonly trailer: PdfDictionary;
  /** Where the cross-reference table starts: /Prev of the next revision. */
  readonly xrefOffset: number;
  /** The number that the next new object takes. */
  readonly nextObject: number;
  /** Reads the dictionary of an object, or throws `SigningError` `pdf_malformed`. */
  dictionaryOf(object: number): PdfDictionary;
}

/** Offsets in a cross-reference table have ten digits; a Buffer of this size is still safe to copy. */
export const PDF_MAX_BYTES = 1024 * 1024 * 1024;

/** A page tree of 100,000 pages has a /Kids of about 1 MB. */
const OBJECT_MAX_BYTES = 4 * 1024 * 1024;
/** `startxref`, a number and `%%EOF` take 30; readers look for them in the last kilobyte (ISO 32000-1 Annex H.3). */
const TAIL_BYTES = 1024;
const XREF_ENTRY_BYTES = 20;
const PAGE_TREE_DEPTH_MAX = 32;

/** Throws `SigningError` when the file cannot be signed by an incremental update: see its `pdf_…` codes. */
export function openPdfFile(pdf: Buffer): PdfFile {
  if (pdf.length > PDF_MAX_BYTES) {
    throw new SigningError(
      'pdf_too_large',
      `The PDF has ${pdf.length} bytes and at most ${PDF_MAX_BYTES} are signed: split it.`,
    );
  }
  if (pdf.toString('latin1', 0, 5) !== '%PDF-') throw malformed('it does not begin with %PDF-');
  const xrefOffset = readXrefOffset(pdf);
  const { offsets, trailerStart } = readXrefTable(pdf, xrefOffset);
  const trailer = readDictionary(window(pdf, trailerStart));
  refuseWhatIsNotSigned(trailer);
  return {
    trailer,
    xrefOffset,
    nextObject: Number(trailer.get('/Size') ?? Number.NaN),
    dictionaryOf: (object) => readObject(pdf, object, offsets.get(object)),
  };
}

/** The first leaf of the page tree, and its object number. */
export function firstPageOf(file: PdfFile, catalog: PdfDictionary): [object: number, page: PdfDictionary] {
  let object = referenceOf(catalog.get('/Pages'));
  for (let depth = 0; depth < PAGE_TREE_DEPTH_MAX && object !== undefined; depth += 1) {
    const node = file.dictionaryOf(object);
    if (node.get('/Type') === '/Page') return [object, node];
    const firstKid = /^\[\s*(\d{1,10}\s+0\s+R)/.exec(node.get('/Kids') ?? '')?.[1];
    object = referenceOf(firstKid);
  }
  throw malformed('it has no first page');
}

function readXrefOffset(pdf: Buffer): number {
  const tail = pdf.toString('latin1', Math.max(0, pdf.length - TAIL_BYTES));
  const match = /startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(tail);
  if (match === null) throw malformed('it does not end with startxref and %%EOF');
  return Number(match[1]);
}

/** Reads the subsections: `first count`, then `count` entries of exactly 20 bytes, until `trailer`. */
function readXrefTable(pdf: Buffer, xrefOffset: number): { offsets: Map<number, number>; trailerStart: number } {
  const start = /^xref[ ]?\r?\n/.exec(pdf.toString('latin1', xrefOffset, xrefOffset + 8));
  if (start === null) throw refuseXref(pdf, xrefOffset);
  const offsets = new Map<number, number>();
  let at = xrefOffset + start[0].length;
  for (;;) {
    const line = pdf.toString('latin1', at, at + 40);
    const trailer = /^trailer\s*/.exec(line);
    if (trailer !== null) return { offsets, trailerStart: at + trailer[0].length };
    const header = /^(\d{1,10}) (\d{1,10}) ?\r?\n/.exec(line);
    if (header === null) throw malformed('its cross-reference table cannot be read');
    const [first, count] = [Number(header[1]), Number(header[2])];
    at += header[0].length;
    if (at + count * XREF_ENTRY_BYTES > pdf.length) throw malformed('its cross-reference table is cut short');
    for (let index = 0; index < count; index += 1, at += XREF_ENTRY_BYTES) {
      const entry = /^(\d{10}) 00000 n/.exec(pdf.toString('latin1', at, at + XREF_ENTRY_BYTES));
      if (entry !== null) offsets.set(first + index, Number(entry[1]));
    }
  }
}

function refuseXref(pdf: Buffer, xrefOffset: number): SigningError {
  if (/^\d+ \d+ obj/.test(pdf.toString('latin1', xrefOffset, xrefOffset + 24))) {
    return unsupported('it has a cross-reference stream: write it with a classic table');
  }
  return malformed('startxref does not point to a cross-reference table');
}

function refuseWhatIsNotSigned(trailer: PdfDictionary): void {
  if (trailer.has('/Encrypt')) {
    throw new SigningError('pdf_encrypted', 'The PDF is encrypted, which PDF/A forbids: sign it without encryption.');
  }
  if (trailer.has('/Prev')) throw unsupported('it was updated after it was written: sign the original');
  if (trailer.has('/XRefStm'))
    throw unsupported('it is a hybrid with a cross-reference stream: write a classic table only');
  if (!/^\d{1,10}$/.test(trailer.get('/Size') ?? '')) throw malformed('its trailer has no /Size');
}

function readObject(pdf: Buffer, object: number, offset: number | undefined): PdfDictionary {
  if (offset === undefined) throw malformed(`object ${object} is not in the cross-reference table`);
  const text = window(pdf, offset);
  const header = new RegExp(`^${object} 0 obj\\s`).exec(text);
  if (header === null) throw malformed(`object ${object} is not where the cross-reference table says`);
  return readDictionary(text, header[0].length);
}

const window = (pdf: Buffer, offset: number): string => pdf.toString('latin1', offset, offset + OBJECT_MAX_BYTES);

export const malformed = (why: string): SigningError =>
  new SigningError('pdf_malformed', `The PDF cannot be signed, for ${why}.`);

export const unsupported = (why: string): SigningError =>
  new SigningError('pdf_unsupported', `The PDF cannot be signed, for ${why}.`);
