import { createHash } from 'node:crypto';
import { readFirst, unlessNotDer } from '../asn1/der.js';
import { type FileBytes, hashed } from './file-bytes.js';
import { PdfFileError } from './pdf-file-error.js';

/**
 * The gap in which a PDF keeps its signature, and the /ByteRange of the signed bytes around it (ISO 32000-1 §12.8.1).
 * Both are written blank and filled in when the rest of the file is written.
 */

/** `<` is at `gapStart`, and `>` is the byte before `gapEnd`. */
export interface Gap {
  readonly gapStart: number;
  readonly gapEnd: number;
}

export interface SignedAround extends Gap {
  /** Where the signed bytes end: the length of the file, unless something was appended afterwards. */
  readonly signedEnd: number;
}

/** Bytes of a gap for certificates and signature, and for the RFC 3161 token (4 to 7 kB) that makes a B-B signature B-T. */
export const SIGNATURE_MAX_BYTES = 12 * 1024;

/** Print and Locked (ISO 32000-1 §12.5.3): PDF/A-3 requires Print, and a signature must not be moved. */
export const SIGNATURE_FIELD_FLAGS = 132;

/** SignaturesExist and AppendOnly (ISO 32000-1 §12.7.2). */
export const SIGNATURE_FORM_FLAGS = 3;

/** Room for `[0 a b c]` with three numbers of ten digits; shorter numbers are followed by spaces. */
export const BLANK_BYTE_RANGE = ' '.repeat('[0 0000000000 0000000000 0000000000]'.length);

export const byteRange = ({ gapStart, gapEnd }: Gap, end: number): string =>
  `[0 ${gapStart} ${gapEnd} ${end - gapEnd}]`;

export const blankGap = (maxBytes: number): string => `<${'0'.repeat(maxBytes * 2)}>`;

/** Writes `der` into the gap of `pdf`, in place, followed by zeros. Throws `PdfFileError` `signature_too_large`. */
export function fillGap(pdf: Buffer, gap: Gap, der: Uint8Array): void {
  filledGap(gap, der).copy(pdf, gap.gapStart);
}

/** The gap with `der` in it, followed by zeros. Throws `PdfFileError` `signature_too_large`. */
export function filledGap({ gapStart, gapEnd }: Gap, der: Uint8Array): Buffer {
  const digits = gapEnd - gapStart - 2;
  if (der.length * 2 > digits) {
    throw new PdfFileError(
      'signature_too_large',
      `The signature and its certificates need ${der.length} bytes, but only ${digits / 2} are reserved: leave issuers out of the chain.`,
    );
  }
  return Buffer.from(`<${Buffer.from(der).toString('hex').toUpperCase().padEnd(digits, '0')}>`, 'latin1');
}

/** The bytes in the gap, or undefined unless it is `<`, an even number of digits 0-9A-F, `>`. */
export function readGap(pdf: FileBytes, { gapStart, gapEnd }: Gap): Uint8Array | undefined {
  const text = pdf.toString('latin1', gapStart, gapEnd);
  if (text.length % 2 !== 0 || !/^<[0-9A-F]+>$/.test(text)) return undefined;
  return Buffer.from(text.slice(1, -1), 'hex');
}

/** SHA-256 of the signed bytes, without the gap: the content of a signature or time-stamp. */
export function digestAround(pdf: FileBytes, { gapStart, gapEnd, signedEnd }: SignedAround): Buffer {
  return hashed(hashed(createHash('sha256'), pdf.subarray(0, gapStart)), pdf.subarray(gapEnd, signedEnd)).digest();
}

/** As `digestAround`, of a file that ends with `added`, which has the gap. */
export function digestWith(pdf: FileBytes, added: Buffer, { gapStart, gapEnd }: Gap): Buffer {
  const before = hashed(createHash('sha256'), pdf).update(added.subarray(0, gapStart));
  return before.update(added.subarray(gapEnd)).digest();
}

/** The one DER value in a gap before its zeros, or undefined if it contains anything else. */
export function unpadded(padded: Uint8Array | undefined): Uint8Array | undefined {
  if (padded === undefined) return undefined;
  const value = unlessNotDer(() => readFirst(padded));
  const rest = value && padded.subarray(value.encoded.length);
  return rest && Buffer.compare(rest, Buffer.alloc(rest.length)) === 0 ? value.encoded : undefined;
}
