import { inflateSync } from 'node:zlib';
import { type PdfDictionary, readDictionary, readDictionaryAt } from './dictionary.js';
import { bufferOf, type FileBytes } from './file-bytes.js';
import { malformed, PdfFileError, unsupported } from './pdf-file-error.js';

/** Where one revision put its objects: a cross-reference table or stream (ISO 32000-1 §7.5.4 and §7.5.8). */
export interface XrefSection {
  readonly kind: 'table' | 'stream';
  readonly trailer: PdfDictionary;
  /** undefined if this section does not mention the object. */
  entryOf(object: number): XrefEntry | undefined;
}

type XrefEntry =
  | { readonly type: 'plain'; readonly offset: number }
  /** In an object stream (§7.5.7): not read here. */
  | { readonly type: 'compressed' }
  | { readonly type: 'free' };

/** The document, its signature, a security store and a time-stamp make four. */
const REVISIONS_MAX = 8;
/** A table written in one piece has one; one per changed object is the most an update needs. */
const SUBSECTIONS_MAX = 10_000;
const TABLE_ENTRY_BYTES = 20;
/** The dictionary of a trailer or of a cross-reference stream. */
const DICTIONARY_MAX_BYTES = 8 * 1024;
/** 8 bytes for each of 8 million objects. */
const STREAM_MAX_BYTES = 64 * 1024 * 1024;

/**
 * The sections that end with the one at `newest`, the newest first. Each is earlier in the file than the one that
 * refers to it, so that there are no cycles. Throws `PdfFileError`.
 */
export function readXrefSections(pdf: FileBytes, newest: number): [XrefSection, ...XrefSection[]] {
  const first = readSection(pdf, newest);
  const sections: [XrefSection, ...XrefSection[]] = [first];
  let offset = newest;
  for (let previous = first.trailer.get('/Prev'); previous !== undefined; ) {
    if (!/^\d{1,10}$/.test(previous) || Number(previous) >= offset) throw malformed('its revisions are out of order');
    if (sections.length === REVISIONS_MAX) throw unsupported(`it was updated more than ${REVISIONS_MAX - 1} times`);
    offset = Number(previous);
    const section = readSection(pdf, offset);
    sections.push(section);
    previous = section.trailer.get('/Prev');
  }
  return sections;
}

function readSection(pdf: FileBytes, offset: number): XrefSection {
  const start = pdf.toString('latin1', offset, offset + 32);
  const table = /^xref[ ]?\r?\n/.exec(start);
  const stream = /^\d{1,10} 0 obj\s/.exec(start);
  const section = table
    ? readTable(pdf, offset + table[0].length)
    : stream && readStream(pdf, offset + stream[0].length);
  if (section === null) throw malformed('startxref does not point to a cross-reference table or stream');
  refuseTrailer(section.trailer);
  return section;
}

function refuseTrailer(trailer: PdfDictionary): void {
  if (trailer.has('/Encrypt')) {
    throw new PdfFileError('pdf_encrypted', 'The PDF is encrypted, which PDF/A forbids: write it without encryption.');
  }
  if (trailer.has('/XRefStm')) {
    throw unsupported('it is a hybrid with a cross-reference stream: write a table or a stream only');
  }
  if (!/^\d{1,10}$/.test(trailer.get('/Size') ?? '')) throw malformed('its trailer has no /Size');
}

interface Subsection {
  readonly first: number;
  readonly count: number;
  /** Where its entries start. */
  readonly at: number;
}

/** Reads the subsections: `first count`, then `count` entries of exactly 20 bytes, until `trailer`. */
function readTable(pdf: FileBytes, start: number): XrefSection {
  const subsections: Subsection[] = [];
  let at = start;
  while (subsections.length <= SUBSECTIONS_MAX) {
    const line = pdf.toString('latin1', at, at + 40);
    const trailerStart = /^trailer\s*/.exec(line);
    if (trailerStart !== null) {
      const trailer = readDictionary(window(pdf, at + trailerStart[0].length));
      return {
        kind: 'table',
        trailer,
        entryOf: (object) => tableEntry(pdf, placeOf(object, subsections, TABLE_ENTRY_BYTES)),
      };
    }
    const header = /^(\d{1,10}) (\d{1,10}) ?\r?\n/.exec(line);
    if (header === null) throw malformed('its cross-reference table cannot be read');
    const [first, count] = [Number(header[1]), Number(header[2])];
    at += header[0].length;
    subsections.push({ first, count, at });
    at += count * TABLE_ENTRY_BYTES;
    if (at > pdf.length) throw malformed('its cross-reference table is cut short');
  }
  throw unsupported('its cross-reference table is in too many pieces');
}

function tableEntry(pdf: FileBytes, at: number | undefined): XrefEntry | undefined {
  if (at === undefined) return undefined;
  const entry = /^(\d{10}) 00000 n/.exec(pdf.toString('latin1', at, at + TABLE_ENTRY_BYTES));
  return entry === null ? { type: 'free' } : { type: 'plain', offset: Number(entry[1]) };
}

/** Rows of big-endian numbers as wide as /W says: type, offset or stream, generation or index (§7.5.8.2). */
function readStream(pdf: FileBytes, at: number): XrefSection {
  const { entries: trailer, end } = readDictionaryAt(window(pdf, at), 0);
  const widths = numbersIn(trailer.get('/W'));
  const [typeBytes = 0, offsetBytes = 0, lastBytes = 0] = widths;
  if (
    trailer.get('/Type') !== '/XRef' ||
    widths.length !== 3 ||
    typeBytes !== 1 ||
    offsetBytes < 1 ||
    offsetBytes > 6
  ) {
    throw unsupported('its cross-reference stream has rows in an unsupported layout');
  }
  const rowBytes = typeBytes + offsetBytes + lastBytes;
  const rows = decode(trailer, bufferOf(streamAt(pdf, at + end, trailer)), rowBytes);
  const index = trailer.has('/Index') ? numbersIn(trailer.get('/Index')) : [0, Number(trailer.get('/Size'))];
  const subsections: Subsection[] = [];
  for (let pair = 0, row = 0; pair + 1 < index.length; pair += 2) {
    const [first, count] = [index[pair]!, index[pair + 1]!];
    subsections.push({ first, count, at: row * rowBytes });
    row += count;
    if (row * rowBytes > rows.length) throw malformed('its cross-reference stream is cut short');
  }
  const entryOf = (object: number): XrefEntry | undefined => {
    const place = placeOf(object, subsections, rowBytes);
    if (place === undefined) return undefined;
    const offset = rows.readUIntBE(place + typeBytes, offsetBytes);
    return rows[place] === 1 ? { type: 'plain', offset } : { type: rows[place] === 2 ? 'compressed' : 'free' };
  };
  return { kind: 'stream', trailer, entryOf };
}

/** The bytes of the stream whose dictionary ends at `at`. */
export function streamAt(pdf: FileBytes, at: number, dictionary: PdfDictionary): FileBytes {
  const length = /^\d{1,10}$/.exec(dictionary.get('/Length') ?? '')?.[0];
  const start = /^\s*stream\r?\n/.exec(pdf.toString('latin1', at, at + 16));
  if (length === undefined || start === null) throw malformed('a stream cannot be read');
  const from = at + start[0].length;
  return pdf.subarray(from, from + Number(length));
}

function decode(dictionary: PdfDictionary, bytes: Buffer, rowBytes: number): Buffer {
  const filter = dictionary.get('/Filter');
  if (filter === undefined) return bytes;
  const parameters = dictionary.get('/DecodeParms');
  const predictor = parameters === undefined ? undefined : readDictionary(parameters);
  const isUp = predictor?.get('/Predictor') === '12' && predictor.get('/Columns') === String(rowBytes);
  if (filter !== '/FlateDecode' || !(isUp || predictor === undefined)) {
    throw unsupported('its cross-reference stream is not encoded with Flate and PNG up');
  }
  const inflated = inflate(bytes);
  return isUp ? withoutPredictor(inflated, rowBytes) : inflated;
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: STREAM_MAX_BYTES });
  } catch {
    throw malformed('its cross-reference stream does not decompress');
  }
}

/** PNG filter "up" (RFC 2083 §6.4): a tag of 2, then each byte less the one above it. */
function withoutPredictor(encoded: Buffer, rowBytes: number): Buffer {
  const count = Math.floor(encoded.length / (rowBytes + 1));
  const rows = Buffer.alloc(count * rowBytes);
  for (let row = 0; row < count; row += 1) {
    const from = row * (rowBytes + 1);
    if (encoded[from] !== 2) throw unsupported('its cross-reference stream mixes predictors');
    for (let column = 0; column < rowBytes; column += 1) {
      const above = row === 0 ? 0 : rows[(row - 1) * rowBytes + column]!;
      rows[row * rowBytes + column] = encoded[from + 1 + column]! + above;
    }
  }
  return rows;
}

/** Looked up in place: a report of 50,000 findings has some 300,000 entries, and only four are needed. */
function placeOf(object: number, subsections: readonly Subsection[], entryBytes: number): number | undefined {
  const found = subsections.find(({ first, count }) => object >= first && object < first + count);
  return found === undefined ? undefined : found.at + (object - found.first) * entryBytes;
}

const numbersIn = (array = ''): number[] => (array.match(/\d{1,10}/g) ?? []).map(Number);

const window = (pdf: FileBytes, offset: number): string =>
  pdf.toString('latin1', offset, offset + DICTIONARY_MAX_BYTES);
