/**
 * Where a PAdES signature sits in a PDF (ISO 32000-1 §12.8.1, ETSI EN 319 142-1 §5.3). The signature dictionary holds
 *
 *     /ByteRange [0 a b c] /Contents <HEX…000>
 *
 * where the file is [0, a) signed, [a, b) the gap `<HEX>`, [b, b + c) signed, and b + c is the end of the file.
 */

export interface PdfSignature {
  /** Where `/ByteRange` stands. */
  readonly start: number;
  /** The first byte of the gap, that is `<`, and the first byte after its `>`. */
  readonly gapStart: number;
  readonly gapEnd: number;
  /** Where the signed bytes end: the length of the file, unless something was appended afterwards. */
  readonly signedEnd: number;
}

/** Long enough for the keyword and any numbers and white space that a writer puts after it. */
const DICTIONARY_HEAD_MAX_BYTES = 256;

/** A CMS with a certificate chain and a time-stamp takes some tens of kilobytes. */
const GAP_MAX_BYTES = 1024 * 1024;

const BYTE_RANGE =
  /^\/ByteRange\s{0,8}\[\s{0,8}0\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{0,64}\]\s{0,64}\/Contents\s{0,8}/;

/**
 * Finds the last signature, or answers undefined when there is none whose /ByteRange starts at 0 and names the very
 * /Contents that follows it. The last one is meant because only the cross-reference follows the signature dictionary
 * in a file that is covered to its end: no text of a finding can stand behind it and pass for it. A gap has room for
 * `<>` at least and a megabyte at most.
 */
export function findPdfSignature(pdf: Uint8Array): PdfSignature | undefined {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const start = file.lastIndexOf('/ByteRange');
  if (start === -1) return undefined;
  const head = BYTE_RANGE.exec(file.toString('latin1', start, start + DICTIONARY_HEAD_MAX_BYTES));
  if (head === null) return undefined;
  const [gapStart, gapEnd, lastLength] = head.slice(1).map(Number) as [number, number, number];
  const gapBytes = gapEnd - gapStart;
  if (start + head[0].length !== gapStart || gapEnd > pdf.length) return undefined;
  if (gapBytes < '<>'.length || gapBytes > GAP_MAX_BYTES) return undefined;
  return { start, gapStart, gapEnd, signedEnd: gapEnd + lastLength };
}

/** As much as a name and a reason before it may take. */
const DICTIONARY_START_MAX_BYTES = 4096;

/** The time that the signer claims: /M (ISO 32000-1 §12.8.1) in UTC before `/ByteRange`, if there is one. */
export function claimedTimeOf(pdf: Uint8Array, { start }: PdfSignature): Date | undefined {
  const head = Buffer.from(pdf.subarray(Math.max(0, start - DICTIONARY_START_MAX_BYTES), start)).toString('latin1');
  const dictionary = head.slice(head.lastIndexOf(' obj') + 1);
  const digits = /\/M ?\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|\+00'00'?)\)/.exec(dictionary);
  if (digits === null) return undefined;
  const [, year, month, day, hour, minute, second] = digits;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** The bytes in the gap, or undefined unless it is `<`, an even number of digits 0-9A-F, `>`. */
export function readGap(pdf: Uint8Array, { gapStart, gapEnd }: PdfSignature): Uint8Array | undefined {
  const text = Buffer.from(pdf.subarray(gapStart, gapEnd)).toString('latin1');
  if (text.length % 2 !== 0 || !/^<[0-9A-F]+>$/.test(text)) return undefined;
  return Buffer.from(text.slice(1, -1), 'hex');
}
