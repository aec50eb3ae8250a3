import {
  DOCUMENT_TIMESTAMP_HEAD,
  documentTimestampRevision,
  readSecurityStore,
  type SecurityStore,
  securityStoreRevision,
} from './added-revisions.js';
import { bufferOf, type FileBytes } from './file-bytes.js';
import { endOfPreviousRevision, openPdfFile, type PdfFile } from './pdf-file.js';
import { malformed, PdfFileError } from './pdf-file-error.js';
import { digestAround, readGap, unpadded } from './signature-gap.js';
import { findPdfSignature } from './signature-place.js';

/** A signed PDF, taken apart into the revisions that may follow a signature. */
export interface PdfRevisions {
  /** The file up to the end of the report's own signature. */
  readonly signed: FileBytes;
  /** Level B-LT: what was appended next, if anything. */
  readonly store?: SecurityStore;
  /** Level B-LTA: the last one, over everything before it. */
  readonly documentTimestamp?: {
    readonly token: Uint8Array;
    /** The digest that the token is for. */
    readonly sha256: Uint8Array;
  };
}

/**
 * Removes a document time-stamp and a security store, if they are the last revisions. The rest may be anything: the caller
 * must find a signature that covers it to its end. Throws `PdfFileError` if such a revision is not, byte for byte, the one
 * that would be written.
 */
export function readRevisions(pdf: FileBytes): PdfRevisions {
  const stamped = takeDocumentTimestamp(pdf);
  const stored = takeSecurityStore(stamped?.before ?? pdf);
  return {
    signed: stored?.before ?? stamped?.before ?? pdf,
    ...(stored === undefined ? {} : { store: stored.store }),
    ...(stamped === undefined ? {} : { documentTimestamp: stamped.documentTimestamp }),
  };
}

function takeDocumentTimestamp(pdf: FileBytes) {
  const place = findPdfSignature(pdf);
  if (place === undefined || !endsWith(pdf.subarray(0, place.start), DOCUMENT_TIMESTAMP_HEAD)) return undefined;
  const before = beforeLastRevision(openPdfFile(pdf));
  if (before === undefined) throw malformed('there is nothing that the document time-stamp could cover');
  const { gapStart, gapEnd } = place;
  const expected = documentTimestampRevision(openPdfFile(before), (gapEnd - gapStart - 2) / 2);
  const token = unpadded(readGap(pdf, place));
  const [start, end] = [gapStart - before.length, gapEnd - before.length];
  const actual = bufferOf(pdf.subarray(before.length));
  const same =
    expected.revision.length === actual.length &&
    expected.revision.subarray(0, start).equals(actual.subarray(0, start)) &&
    expected.revision.subarray(end).equals(actual.subarray(end));
  if (!same || token === undefined) throw malformed('its document time-stamp contains unexpected bytes');
  return { before, documentTimestamp: { token, sha256: digestAround(pdf, place) } };
}

function takeSecurityStore(pdf: FileBytes) {
  const file = openIfReadable(pdf);
  const before = file?.catalog.has('/DSS') ? beforeLastRevision(file) : undefined;
  const store = file === undefined || before === undefined ? undefined : readSecurityStore(file);
  if (before === undefined || store === undefined) return undefined;
  const expected = securityStoreRevision(openPdfFile(before), store);
  if (!expected.equals(bufferOf(pdf.subarray(before.length)))) {
    throw malformed('its security store contains unexpected bytes');
  }
  return { before, store };
}

function beforeLastRevision(file: PdfFile): FileBytes | undefined {
  const end = endOfPreviousRevision(file);
  return end === undefined ? undefined : file.pdf.subarray(0, end);
}

/** A layout that cannot be added to, such as one with a cross-reference stream, can still be signed in one pass. */
function openIfReadable(pdf: FileBytes): PdfFile | undefined {
  try {
    return openPdfFile(pdf);
  } catch (error) {
    if (error instanceof PdfFileError) return undefined;
    throw error;
  }
}

const endsWith = (bytes: FileBytes, text: string): boolean => bytes.subarray(-text.length).toString('latin1') === text;
