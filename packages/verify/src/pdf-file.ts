import { type PdfDictionary, readDictionary, readDictionaryAt, referenceOf } from './pdf-dictionary.js';
import { malformed, PdfError, unsupported } from './pdf-error.js';

/** A PDF with classic cross-reference tables (ISO 32000-1 §7.5.4), one per revision, as far as adding to it needs. */
export interface PdfFile {
  readonly pdf: Buffer;
  /** The trailer of the last revision. */
  readonly trailer: PdfDictionary;
  /** Where the last cross-reference table starts: /Prev of the next revision. */
  readonly xrefOffset: number;
  /** The number that the next new object takes. */
  readonly nextObject: number;
  /** The object number of the catalog. */
  readonly root: number;
  readonly catalog: PdfDictionary;
  /** Reads the dictionary of an object, or throws `PdfError` `pdf_malformed`. */
  dictionaryOf(object: number): PdfDictionary;
  /** Reads the bytes of an unfiltered stream whose /Length is a number, or throws `PdfError` `pdf_malformed`. */
  streamOf(object: number): Buffer;
}

/** Offsets in a cross-reference table have ten digits; a Buffer of this size is still safe to copy. */
const PDF_MAX_BYTES = 1024 * 1024 * 1024;

/** A page tree of 100,000 pages has a /Kids of about 1 MB. */
const OBJECT_MAX_BYTES = 4 * 1024 * 1024;
/** `startxref`, a number and `%%EOF` take 30; readers look for them in the last kilobyte (ISO 32000-1 Annex H.3). */
const TAIL_BYTES = 1024;
const XREF_ENTRY_BYTES = 20;
/** A table written in one piece has one; one per changed object is the most an update needs. */
const SUBSECTIONS_MAX = 10_000;
const PAGE_TREE_DEPTH_MAX = 32;
/** The document, its signature, a security store and a time-stamp make four. */
const REVISIONS_MAX = 8;

/** Throws `PdfError` when nothing can be added to the file by an incremental update. */
export function openPdfFile(pdf: Buffer): PdfFile {
  if (pdf.length > PDF_MAX_BYTES) {
    throw new PdfError('pdf_too_large', `The PDF has ${pdf.length} bytes and at most ${PDF_MAX_BYTES} are read.`);
  }
  if (pdf.toString('latin1', 0, 5) !== '%PDF-') throw malformed('it does not begin with %PDF-');
  const xrefOffset = readXrefOffset(pdf);
  const tables = readTables(pdf, xrefOffset);
  const { trailer } = tables[0];
  const root = referenceOf(trailer.get('/Root'));
  if (root === undefined) throw malformed('its trailer has no /Root');
  const locate = (object: number): ObjectAt => locateObject(pdf, object, tables);
  return {
    pdf,
    trailer,
    xrefOffset,
    nextObject: Number(trailer.get('/Size')),
    root,
    catalog: locate(root).dictionary,
    dictionaryOf: (object) => locate(object).dictionary,
    streamOf: (object) => readStream(pdf, locate(object)),
  };
}

/** The first leaf of the page tree, and its object number. */
export function firstPageOf(file: PdfFile): [object: number, page: PdfDictionary] {
  let object = referenceOf(file.catalog.get('/Pages'));
  for (let depth = 0; depth < PAGE_TREE_DEPTH_MAX && object !== undefined; depth += 1) {
    const node = file.dictionaryOf(object);
    if (node.get('/Type') === '/Page') return [object, node];
    const firstKid = /^\[\s*(\d{1,10}\s+0\s+R)/.exec(node.get('/Kids') ?? '')?.[1];
    object = referenceOf(firstKid);
  }
  throw malformed('it has no first page');
}

/** Where the revision before the last one ends, or undefined when there is only one. */
export function endOfPreviousRevision({ pdf, trailer }: PdfFile): number | undefined {
  const previous = trailer.get('/Prev');
  if (previous === undefined) return undefined;
  const at = pdf.indexOf('startxref', Number(previous));
  const tail = /^startxref\s+(\d{1,10})\s+%%EOF\n?/.exec(at === -1 ? '' : pdf.toString('latin1', at, at + 40));
  return tail?.[1] === previous ? at + tail[0].length : undefined;
}

function readXrefOffset(pdf: Buffer): number {
  const tail = pdf.toString('latin1', Math.max(0, pdf.length - TAIL_BYTES));
  const match = /startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(tail);
  if (match === null) throw malformed('it does not end with startxref and %%EOF');
  return Number(match[1]);
}

interface XrefTable {
  readonly subsections: readonly { readonly first: number; readonly count: number; readonly at: number }[];
  readonly trailer: PdfDictionary;
}

/** The newest first; each earlier in the file than the one that names it, so that no chain is a circle. */
function readTables(pdf: Buffer, newest: number): [XrefTable, ...XrefTable[]] {
  const first = readXrefTable(pdf, newest);
  const tables: [XrefTable, ...XrefTable[]] = [first];
  let offset = newest;
  for (let previous = first.trailer.get('/Prev'); previous !== undefined; ) {
    if (!/^\d{1,10}$/.test(previous) || Number(previous) >= offset) throw malformed('its revisions are out of order');
    if (tables.length === REVISIONS_MAX) throw unsupported(`it was updated more than ${REVISIONS_MAX - 1} times`);
    offset = Number(previous);
    const table = readXrefTable(pdf, offset);
    tables.push(table);
    previous = table.trailer.get('/Prev');
  }
  return tables;
}

/** Reads the subsections: `first count`, then `count` entries of exactly 20 bytes, until `trailer`. */
function readXrefTable(pdf: Buffer, xrefOffset: number): XrefTable {
  const start = /^xref[ ]?\r?\n/.exec(pdf.toString('latin1', xrefOffset, xrefOffset + 8));
  if (start === null) throw refuseXref(pdf, xrefOffset);
  const subsections = [];
  let at = xrefOffset + start[0].length;
  while (subsections.length <= SUBSECTIONS_MAX) {
    const line = pdf.toString('latin1', at, at + 40);
    const trailerStart = /^trailer\s*/.exec(line);
    if (trailerStart !== null) {
      const trailer = readDictionary(window(pdf, at + trailerStart[0].length));
      refuseTrailer(trailer);
      return { subsections, trailer };
    }
    const header = /^(\d{1,10}) (\d{1,10}) ?\r?\n/.exec(line);
    if (header === null) throw malformed('its cross-reference table cannot be read');
    const [first, count] = [Number(header[1]), Number(header[2])];
    at += header[0].length;
    subsections.push({ first, count, at });
    at += count * XREF_ENTRY_BYTES;
    if (at > pdf.length) throw malformed('its cross-reference table is cut short');
  }
  throw unsupported('its cross-reference table is in too many pieces');
}

function refuseXref(pdf: Buffer, xrefOffset: number): PdfError {
  if (/^\d+ \d+ obj/.test(pdf.toString('latin1', xrefOffset, xrefOffset + 24))) {
    return unsupported('it has a cross-reference stream: write it with a classic table');
  }
  return malformed('startxref does not point to a cross-reference table');
}

function refuseTrailer(trailer: PdfDictionary): void {
  if (trailer.has('/Encrypt')) {
    throw new PdfError('pdf_encrypted', 'The PDF is encrypted, which PDF/A forbids: write it without encryption.');
  }
  if (trailer.has('/XRefStm')) {
    throw unsupported('it is a hybrid with a cross-reference stream: write a classic table only');
  }
  if (!/^\d{1,10}$/.test(trailer.get('/Size') ?? '')) throw malformed('its trailer has no /Size');
}

interface ObjectAt {
  readonly dictionary: PdfDictionary;
  /** The offset in the file right after the dictionary. */
  readonly end: number;
}

function locateObject(pdf: Buffer, object: number, tables: readonly XrefTable[]): ObjectAt {
  const offset = offsetOf(pdf, object, tables);
  if (offset === undefined) throw malformed(`object ${object} is not in the cross-reference table`);
  const text = window(pdf, offset);
  const header = new RegExp(`^${object} 0 obj\\s`).exec(text);
  if (header === null) throw malformed(`object ${object} is not where the cross-reference table says`);
  const { entries, end } = readDictionaryAt(text, header[0].length);
  return { dictionary: entries, end: offset + end };
}

/** Looked up where it stands: a report of 50,000 findings has some 100,000 entries, and four are asked for. */
function offsetOf(pdf: Buffer, object: number, tables: readonly XrefTable[]): number | undefined {
  for (const { subsections } of tables) {
    const found = subsections.find(({ first, count }) => object >= first && object < first + count);
    if (found === undefined) continue;
    const at = found.at + (object - found.first) * XREF_ENTRY_BYTES;
    const entry = /^(\d{10}) 00000 n/.exec(pdf.toString('latin1', at, at + XREF_ENTRY_BYTES));
    return entry === null ? undefined : Number(entry[1]);
  }
  return undefined;
}

function readStream(pdf: Buffer, { dictionary, end }: ObjectAt): Buffer {
  const length = /^\d{1,10}$/.exec(dictionary.get('/Length') ?? '')?.[0];
  const start = /^\s*stream\r?\n/.exec(pdf.toString('latin1', end, end + 16));
  if (length === undefined || start === null || dictionary.has('/Filter')) throw malformed('a stream cannot be read');
  const from = end + start[0].length;
  return pdf.subarray(from, from + Number(length));
}

const window = (pdf: Buffer, offset: number): string => pdf.toString('latin1', offset, offset + OBJECT_MAX_BYTES);
