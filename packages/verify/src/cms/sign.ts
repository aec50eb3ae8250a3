import type { SignatureAlgorithm } from '../x509/algorithms.js';
import { signedAttributes, signedData } from './signed-data.js';

/** The holder of a private key, such as the `Signer` of @evidence/signing. */
export interface ContentSigner {
  readonly algorithm: SignatureAlgorithm;
  /** DER of the signing certificate, then of its issuers. */
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
  /** Signs `bytes` (hashing them itself). */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The CMS of level B-B over content with this SHA-256. With RS256 the same arguments give the same bytes. */
export async function signContent(sha256: Uint8Array, signer: ContentSigner): Promise<Uint8Array> {
  const chain = { certificate: signer.certificate, issuers: signer.chain };
  const attributes = signedAttributes(sha256, chain);
  return signedData(attributes, await signer.sign(attributes), chain, signer.algorithm);
}
