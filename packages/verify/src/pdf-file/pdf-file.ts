import { type PdfDictionary, readDictionaryAt, referenceOf } from './dictionary.js';
import { bufferOf, type FileBytes } from './file-bytes.js';
import { malformed, PdfFileError, unsupported } from './pdf-file-error.js';
import { readXrefSections, streamAt, type XrefSection } from './xref.js';

/** The parts of a PDF that adding a revision needs (ISO 32000-1 §7.5.6). */
export interface PdfFile {
  readonly pdf: FileBytes;
  /** The trailer of the last revision. */
  readonly trailer: PdfDictionary;
  /** What the next revision has to end with too (ISO 32000-1 §7.5.8.4). */
  readonly xrefKind: XrefSection['kind'];
  /** Where the last cross-reference section starts: /Prev of the next revision. */
  readonly xrefOffset: number;
  /** The number that the next new object takes. */
  readonly nextObject: number;
  /** The object number of the catalog. */
  readonly root: number;
  readonly catalog: PdfDictionary;
  /** Reads the dictionary of an object, or throws `PdfFileError` `pdf_malformed`. */
  dictionaryOf(object: number): PdfDictionary;
  /** Reads the bytes of an unfiltered stream whose /Length is a number, or throws `PdfFileError` `pdf_malformed`. */
  streamOf(object: number): Buffer;
}

/** Offsets in a cross-reference table have ten digits. */
const PDF_MAX_BYTES = 9_999_999_999;

/** Enough for nearly every object; larger ones are read a second time. */
const OBJECT_USUAL_BYTES = 4 * 1024;
/** A page tree of 100,000 pages has a /Kids of about 1 MB. */
const OBJECT_MAX_BYTES = 4 * 1024 * 1024;
/** `startxref`, a number and `%%EOF` take 30; readers look for them in the last kilobyte (ISO 32000-1 Annex H.3). */
const TAIL_BYTES = 1024;
const PAGE_TREE_DEPTH_MAX = 32;

/** Throws `PdfFileError` if nothing can be added to the file by an incremental update. */
export function openPdfFile(pdf: FileBytes): PdfFile {
  if (pdf.length > PDF_MAX_BYTES) {
    throw new PdfFileError('pdf_too_large', `The PDF has ${pdf.length} bytes; the limit is ${PDF_MAX_BYTES}.`);
  }
  if (pdf.toString('latin1', 0, 5) !== '%PDF-') throw malformed('it does not begin with %PDF-');
  const xrefOffset = readXrefOffset(pdf);
  const sections = readXrefSections(pdf, xrefOffset);
  const [{ kind, trailer }] = sections;
  const root = referenceOf(trailer.get('/Root'));
  if (root === undefined) throw malformed('its trailer has no /Root');
  const locate = (object: number): ObjectAt => locateObject(pdf, object, sections);
  return {
    pdf,
    trailer,
    xrefKind: kind,
    xrefOffset,
    nextObject: Number(trailer.get('/Size')),
    root,
    catalog: locate(root).dictionary,
    dictionaryOf: (object) => locate(object).dictionary,
    streamOf: (object) => readUnfiltered(pdf, locate(object)),
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

function readXrefOffset(pdf: FileBytes): number {
  const tail = pdf.toString('latin1', Math.max(0, pdf.length - TAIL_BYTES));
  const match = /startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(tail);
  if (match === null) throw malformed('it does not end with startxref and %%EOF');
  return Number(match[1]);
}

interface ObjectAt {
  readonly dictionary: PdfDictionary;
  /** The offset in the file right after the dictionary. */
  readonly end: number;
}

function locateObject(pdf: FileBytes, object: number, sections: readonly XrefSection[]): ObjectAt {
  const offset = offsetOf(object, sections);
  try {
    return readObject(pdf.subarray(offset, offset + OBJECT_USUAL_BYTES), object, offset);
  } catch (error) {
    if (!(error instanceof PdfFileError) || offset + OBJECT_USUAL_BYTES >= pdf.length) throw error;
    return readObject(pdf.subarray(offset, offset + OBJECT_MAX_BYTES), object, offset);
  }
}

function readObject(window: FileBytes, object: number, offset: number): ObjectAt {
  const text = window.toString('latin1');
  const header = new RegExp(`^${object} 0 obj\\s`).exec(text);
  if (header === null) throw malformed(`object ${object} is not where the cross-reference says`);
  const { entries, end } = readDictionaryAt(text, header[0].length);
  return { dictionary: entries, end: offset + end };
}

function offsetOf(object: number, sections: readonly XrefSection[]): number {
  for (const section of sections) {
    const entry = section.entryOf(object);
    if (entry?.type === 'plain') return entry.offset;
    if (entry?.type === 'compressed')
      throw unsupported(`object ${object} is in an object stream: write it as a plain object`);
    if (entry?.type === 'free') break;
  }
  throw malformed(`object ${object} is not in the cross-reference`);
}

function readUnfiltered(pdf: FileBytes, { dictionary, end }: ObjectAt): Buffer {
  if (dictionary.has('/Filter')) throw malformed('a stream is compressed but must not be');
  return bufferOf(streamAt(pdf, end, dictionary));
}
