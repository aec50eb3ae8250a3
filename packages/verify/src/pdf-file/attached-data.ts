import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createInflate, inflateSync } from 'node:zlib';
import { bufferOf, type FileBytes, FileReadError, piecesOf, placesOf } from './file-bytes.js';

/** The largest inflated size: in memory, and as a stream. */
const DATA_MAX_BYTES = 1024 * 1024 * 1024;
const STREAMED_DATA_MAX_BYTES = 16 * DATA_MAX_BYTES;
/** A dictionary of an embedded file takes some hundred bytes. */
const DICTIONARY_MAX_BYTES = 2 * 1024;

const SUBTYPE = /\/Subtype\s*\/application#2Fjson\b/;
const FILTER = /\/Filter\s*(?:\/FlateDecode\b|\[\s*\/FlateDecode\s*\])/;
const STATED_PREFIX = 'sha256:';
const STATED = /^sha256:([0-9a-f]{64})\b/;

/** The data attached to a report, as canonical JSON. */
export interface AttachedData {
  /** SHA-256 of the attached file, lower-case hex. */
  readonly sha256: string;
  /** The digest in the document properties (/Keywords), which the cover or the footer prints too; undefined if there is none. */
  readonly stated: string | undefined;
}

/**
 * Undefined: no JSON is attached, more than one, or one that is not deflated or larger than 1 GiB. Only for a file with a valid
 * signature: the attachment is found by its dictionary, which is never compressed because streams do not nest (ISO 32000-1 §7.5.7), but a
 * malicious signer could hide one.
 */
export function attachedDataOf(pdf: Buffer): AttachedData | undefined {
  const deflated = attachmentIn(pdf);
  if (deflated === undefined) return undefined;
  try {
    // Anything after the deflated bytes is ignored.
    const data = inflateSync(bufferOf(deflated), { maxOutputLength: DATA_MAX_BYTES });
    return { sha256: createHash('sha256').update(data).digest('hex'), stated: statedIn(pdf) };
  } catch {
    return undefined;
  }
}

/** As `attachedDataOf`, in constant memory, for data up to 16 GiB. Throws `FileReadError`. */
export async function streamedDataOf(pdf: FileBytes): Promise<AttachedData | undefined> {
  const deflated = attachmentIn(pdf);
  if (deflated === undefined) return undefined;
  const source = Readable.from(piecesOf(deflated));
  const inflate = createInflate({ chunkSize: 256 * 1024 });
  source.on('error', (error) => inflate.destroy(error)).pipe(inflate);
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    // Ends with the deflated bytes; anything after them is ignored.
    for await (const chunk of inflate) {
      sizeBytes += chunk.length;
      if (sizeBytes > STREAMED_DATA_MAX_BYTES) return undefined;
      hash.update(chunk);
    }
    return { sha256: hash.digest('hex'), stated: statedIn(pdf) };
  } catch (error) {
    if (error instanceof FileReadError) throw error;
    return undefined;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

/** From the first byte of the one deflated JSON stream that is attached. */
function attachmentIn(pdf: FileBytes): FileBytes | undefined {
  const [start, ...more] = [...placesOf(pdf, '/EmbeddedFile')].flatMap((at) => streamAround(pdf, at) ?? []);
  return start === undefined || more.length > 0 ? undefined : pdf.subarray(start);
}

/** The offset at which the bytes of a deflated JSON stream start, if `at` is within its dictionary. */
function streamAround(pdf: FileBytes, at: number): number | undefined {
  const from = Math.max(at - DICTIONARY_MAX_BYTES, 0);
  const start = from + Math.max(pdf.toString('latin1', from, at).lastIndexOf(' obj'), 0);
  const text = pdf.toString('latin1', start, at + DICTIONARY_MAX_BYTES);
  const head = /^.*?>>\s*stream\r?\n/s.exec(text)?.[0];
  return head && SUBTYPE.test(head) && FILTER.test(head) ? start + head.length : undefined;
}

function statedIn(pdf: FileBytes): string | undefined {
  for (const at of placesOf(pdf, STATED_PREFIX)) {
    const stated = STATED.exec(pdf.toString('latin1', at, at + STATED_PREFIX.length + 65))?.[1];
    if (stated !== undefined) return stated;
  }
  return undefined;
}
