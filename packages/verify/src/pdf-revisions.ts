import { createHash } from 'node:crypto';
import { DerError, readFirst } from './der.js';
import {
  DOCUMENT_TIMESTAMP_HEAD,
  documentTimestampRevision,
  readSecurityStore,
  type SecurityStore,
  securityStoreRevision,
} from './pdf-archive.js';
import { malformed, PdfError } from './pdf-error.js';
import { endOfPreviousRevision, openPdfFile, type PdfFile } from './pdf-file.js';
import { findPdfSignature, type PdfSignature, readGap } from './pdf-signature.js';

/** A signed PDF, taken apart into the revisions that may follow a signature. */
export interface PdfRevisions {
  /** The file up to the end of the report's own signature. */
  readonly signed: Buffer;
  /** Level B-LT: what was appended next, if anything. */
  readonly store?: SecurityStore;
  /** Level B-LTA: the last one, over everything before it. */
  readonly documentTimestamp?: {
    readonly token: Uint8Array;
    /** What the token is about. */
    readonly sha256: Uint8Array;
  };
}

/**
 * Takes off a document time-stamp and a security store, if they are the last revisions. What is left may be anything: it
 * is for the caller to find a signature that covers it to its end. Throws `PdfError` when such a revision is there
 * and is not, to the byte, the one that would be written.
 */
export function readRevisions(pdf: Buffer): PdfRevisions {
  const stamped = takeDocumentTimestamp(pdf);
  const stored = takeSecurityStore(stamped?.before ?? pdf);
  return {
    signed: stored?.before ?? stamped?.before ?? pdf,
    ...(stored === undefined ? {} : { store: stored.store }),
    ...(stamped === undefined ? {} : { documentTimestamp: stamped.documentTimestamp }),
  };
}

/** SHA-256 of the file up to the end of what is signed, without the gap: the content of a signature or time-stamp. */
export function digestAround(pdf: Uint8Array, { gapStart, gapEnd, signedEnd }: PdfSignature): Buffer {
  const hash = createHash('sha256');
  return hash.update(pdf.subarray(0, gapStart)).update(pdf.subarray(gapEnd, signedEnd)).digest();
}

/** The one DER value that a gap holds before its zeros, or undefined when it holds anything else. */
export function unpadded(padded: Uint8Array | undefined): Uint8Array | undefined {
  if (padded === undefined) return undefined;
  try {
    const { encoded } = readFirst(padded);
    const rest = padded.subarray(encoded.length);
    return Buffer.compare(rest, Buffer.alloc(rest.length)) === 0 ? encoded : undefined;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function takeDocumentTimestamp(pdf: Buffer) {
  const place = findPdfSignature(pdf);
  if (place === undefined || !endsWith(pdf.subarray(0, place.start), DOCUMENT_TIMESTAMP_HEAD)) return undefined;
  const before = beforeLastRevision(openPdfFile(pdf));
  if (before === undefined) throw malformed('nothing is there that the document time-stamp could be about');
  const { gapStart, gapEnd } = place;
  const expected = documentTimestampRevision(openPdfFile(before), (gapEnd - gapStart - 2) / 2);
  const token = unpadded(readGap(pdf, place));
  const [start, end] = [gapStart - before.length, gapEnd - before.length];
  const actual = pdf.subarray(before.length);
  const same =
    expected.revision.length === actual.length &&
    expected.revision.subarray(0, start).equals(actual.subarray(0, start)) &&
    expected.revision.subarray(end).equals(actual.subarray(end));
  if (!same || token === undefined) throw malformed('its document time-stamp holds bytes that nothing accounts for');
  return { before, documentTimestamp: { token, sha256: digestAround(pdf, place) } };
}

function takeSecurityStore(pdf: Buffer) {
  const file = openIfReadable(pdf);
  const before = file?.catalog.has('/DSS') ? beforeLastRevision(file) : undefined;
  const store = file === undefined || before === undefined ? undefined : readSecurityStore(file);
  if (before === undefined || store === undefined) return undefined;
  const expected = securityStoreRevision(openPdfFile(before), store);
  if (!expected.equals(pdf.subarray(before.length))) {
    throw malformed('its security store holds bytes that nothing accounts for');
  }
  return { before, store };
}

function beforeLastRevision(file: PdfFile): Buffer | undefined {
  const end = endOfPreviousRevision(file);
  return end === undefined ? undefined : file.pdf.subarray(0, end);
}

/** A layout that cannot be added to, such as one with a cross-reference stream, can still be signed in one pass. */
function openIfReadable(pdf: Buffer): PdfFile | undefined {
  try {
    return openPdfFile(pdf);
  } catch (error) {
    if (error instanceof PdfError) return undefined;
    throw error;
  }
}

const endsWith = (bytes: Buffer, text: string): boolean => bytes.subarray(-text.length).toString('latin1') === text;
