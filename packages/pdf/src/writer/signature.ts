import type { Hash } from 'node:crypto';
import { type SignatureAlgorithm, signedAttributes, signedData } from '@evidence/verify';
import { date, type Ref, textString } from './syntax.js';
import { WriterError } from './writer-error.js';

/** Whoever holds the private key. The `Signer` of @evidence/signing is one. */
export interface PdfSigner {
  readonly algorithm: SignatureAlgorithm;
  /** DER of the signing certificate, then of its issuers. */
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
  /** Signs `bytes` (hashing them itself). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** What readers show beside the signature. */
export interface SignatureText {
  readonly name: string;
  readonly reason: string;
  /** /M: the signer's word, not a trusted time. */
  readonly signedAt: Date;
}

export interface Signature extends SignatureText {
  readonly signer: PdfSigner;
  /** The reserved object of the signature dictionary, which the form's field names as its value. */
  readonly ref: Ref;
}

/** Room for certificates and signature, and for the RFC 3161 token (4 to 7 kB) that makes a B-B signature B-T. */
const CONTENTS_BYTES = 12 * 1024;

/** `[0 a b c]` with three numbers of ten digits; shorter ones leave spaces behind. */
const BYTE_RANGE_LENGTH = '[0 0000000000 0000000000 0000000000]'.length;

export interface SignatureGap {
  readonly ref: Ref;
  /** The object with an empty gap. */
  readonly dictionary: Buffer;
  /** The object, filled, and `rest`, the remainder of the file. `hash` has seen everything before. */
  seal(hash: Hash, rest: Uint8Array): Promise<Buffer>;
}

/**
 * A PAdES baseline B-B signature (ETSI EN 319 142-1, 6.3) over the whole file, its dictionary starting at `offset`. With
 * RS256 the same file gives the same bytes. Throws `WriterError`
 * `signature_too_large`.
 */
export function openSignature(signature: Signature, offset: number): SignatureGap {
  const { ref, name, reason, signedAt } = signature;
  const head = `${ref} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name${textString(name)}/Reason${textString(reason)}/M${date(signedAt)}/ByteRange `;
  const gapAt = head.length + BYTE_RANGE_LENGTH + '/Contents'.length;
  const gap = `<${'0'.repeat(CONTENTS_BYTES * 2)}>`;
  const dictionary = Buffer.from(`${head}${' '.repeat(BYTE_RANGE_LENGTH)}/Contents${gap}>>\nendobj\n`, 'latin1');
  const seal = async (hash: Hash, rest: Uint8Array): Promise<Buffer> => {
    const sealed = Buffer.concat([dictionary, rest]);
    const gapEnd = gapAt + gap.length;
    sealed.write(`[0 ${offset + gapAt} ${offset + gapEnd} ${sealed.length - gapEnd}]`, head.length, 'latin1');
    const digest = hash.copy().update(sealed.subarray(0, gapAt)).update(sealed.subarray(gapEnd)).digest();
    const cms = await sign(signature.signer, digest);
    sealed.write(Buffer.from(cms).toString('hex').toUpperCase(), gapAt + 1, 'latin1');
    return sealed;
  };
  return { ref, dictionary, seal };
}

async function sign(signer: PdfSigner, digest: Uint8Array): Promise<Uint8Array> {
  const chain = { certificate: signer.certificate, issuers: signer.chain };
  const attributes = signedAttributes(digest, chain);
  const cms = signedData(attributes, await signer.sign(attributes), chain, signer.algorithm);
  if (cms.length <= CONTENTS_BYTES) return cms;
  throw new WriterError(
    'signature_too_large',
    `The signature with its certificates takes ${cms.length} bytes of ${CONTENTS_BYTES}: leave issuers out of the chain.`,
  );
}
