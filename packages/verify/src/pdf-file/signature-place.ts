import type { FileBytes } from './file-bytes.js';
import type { SignedAround } from './signature-gap.js';
import { readDateString } from './values.js';

/**
 * Where a PAdES signature sits in a PDF (ISO 32000-1 §12.8.1, ETSI EN 319 142-1 §5.3). The signature dictionary holds
 *
 *     /ByteRange [0 a b c] /Contents <HEX…000>
 *
 * where the file is [0, a) signed, [a, b) the gap `<HEX>`, [b, b + c) signed, and b + c is the end of the file.
 */

export interface PdfSignature extends SignedAround {
  /** The offset of `/ByteRange`. */
  readonly start: number;
}

/** Long enough for the keyword and any numbers and white space that a writer puts after it. */
const DICTIONARY_HEAD_MAX_BYTES = 256;

/** A CMS with a certificate chain and a time-stamp takes some tens of kilobytes. */
const GAP_MAX_BYTES = 1024 * 1024;

const BYTE_RANGE =
  /^\/ByteRange\s{0,8}\[\s{0,8}0\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{0,64}\]\s{0,64}\/Contents\s{0,8}/;

/**
 * Finds the last signature; undefined if there is none whose /ByteRange starts at 0 and matches the /Contents that follows
 * it. It must be the last one: in a file that is covered to its end, only the cross-reference follows the signature
 * dictionary, so no text of a finding can come after it and pass for a signature. A gap has room for at least `<>` and at
 * most a megabyte.
 */
export function findPdfSignature(pdf: FileBytes): PdfSignature | undefined {
  const start = pdf.lastIndexOf('/ByteRange');
  if (start === -1) return undefined;
  const head = BYTE_RANGE.exec(pdf.toString('latin1', start, start + DICTIONARY_HEAD_MAX_BYTES));
  if (head === null) return undefined;
  const [gapStart, gapEnd, lastLength] = head.slice(1).map(Number) as [number, number, number];
  const gapBytes = gapEnd - gapStart;
  if (start + head[0].length !== gapStart || gapEnd > pdf.length) return undefined;
  if (gapBytes < '<>'.length || gapBytes > GAP_MAX_BYTES) return undefined;
  return { start, gapStart, gapEnd, signedEnd: gapEnd + lastLength };
}

/** The most that a name and a reason before it may take. */
const DICTIONARY_START_MAX_BYTES = 4096;

/** The time that the signer claims: /M (ISO 32000-1 §12.8.1) in UTC before `/ByteRange`, if there is one. */
export function claimedTimeOf(pdf: FileBytes, { start }: PdfSignature): Date | undefined {
  const dictionary = dictionaryBefore(pdf, { start });
  const at = /\/M ?(?=\()/.exec(dictionary);
  return at === null ? undefined : readDateString(dictionary.slice(at.index + at[0].length));
}

/** The entries of the signature dictionary before `/ByteRange`. */
export function dictionaryBefore(pdf: FileBytes, { start }: Pick<PdfSignature, 'start'>): string {
  const head = pdf.toString('latin1', Math.max(0, start - DICTIONARY_START_MAX_BYTES), start);
  return head.slice(head.lastIndexOf(' obj') + 1);
}
