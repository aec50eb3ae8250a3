import type { Hash } from 'node:crypto';
import {
  BLANK_BYTE_RANGE,
  blankGap,
  byteRange,
  CERTIFIES,
  type ContentSigner,
  dateString,
  fillGap,
  type Gap,
  PdfFileError,
  SIGNATURE_MAX_BYTES,
  signContent,
  textString,
} from '@evidence/verify/formats';
import { type Ref } from './syntax.js';
import { WriterError } from './writer-error.js';

/** What PDF readers show with the signature. */
export interface SignatureText {
  readonly name: string;
  readonly reason: string;
  /** /M: the signer's claim, not a trusted time. */
  readonly signedAt: Date;
}

export interface Signature extends SignatureText {
  readonly signer: ContentSigner;
  /** The reserved object of the signature dictionary, which the form's field names as its value. */
  readonly ref: Ref;
}

export interface SignatureGap {
  readonly ref: Ref;
  /** The object with an empty gap. */
  readonly dictionary: Buffer;
  /** The object, filled, and `rest`, the remainder of the file. `hash` has seen everything before. */
  sign(hash: Hash, rest: Uint8Array): Promise<Buffer>;
}

/**
 * A certifying PAdES baseline B-B signature (ETSI EN 319 142-1, 6.3) over the whole file, its dictionary starting at `offset`. With
 * RS256 the same file gives the same bytes. Throws `WriterError`
 * `signature_too_large`.
 */
export function openSignature(signature: Signature, offset: number): SignatureGap {
  const { ref, name, reason, signedAt } = signature;
  const head = `${ref} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name${textString(name)}/Reason${textString(reason)}/M${dateString(signedAt)}${CERTIFIES}/ByteRange `;
  const contents = blankGap(SIGNATURE_MAX_BYTES);
  const gapStart = head.length + BLANK_BYTE_RANGE.length + '/Contents'.length;
  const gap = { gapStart, gapEnd: gapStart + contents.length };
  const dictionary = Buffer.from(`${head}${BLANK_BYTE_RANGE}/Contents${contents}>>\nendobj\n`, 'latin1');
  const sign = async (hash: Hash, rest: Uint8Array): Promise<Buffer> => {
    const signed = Buffer.concat([dictionary, rest]);
    const inFile = { gapStart: offset + gap.gapStart, gapEnd: offset + gap.gapEnd };
    signed.write(byteRange(inFile, offset + signed.length), head.length, 'latin1');
    const digest = hash.copy().update(signed.subarray(0, gap.gapStart)).update(signed.subarray(gap.gapEnd)).digest();
    fill(signed, gap, await signContent(digest, signature.signer));
    return signed;
  };
  return { ref, dictionary, sign };
}

function fill(signed: Buffer, gap: Gap, cms: Uint8Array): void {
  try {
    fillGap(signed, gap, cms);
  } catch (error) {
    if (!(error instanceof PdfFileError)) throw error;
    throw new WriterError('signature_too_large', error.message);
  }
}
