import { createHash, type X509Certificate } from 'node:crypto';
import { DerError } from '../asn1/der.js';
import { timestampSays } from '../sentences/proofs.js';
import { isSoundSignature } from '../x509/algorithms.js';
import { type Issued, isForTimeStamping, requireChain, subjectOf } from '../x509/certificates.js';
import { isBoundToSigning } from '../x509/extensions.js';
import { ProofError } from '../x509/proof-error.js';
import { readStatement, readTimestampToken, type TimestampToken, timestampToken } from './timestamp-token.js';

/** A time that a time-stamping authority vouches for. */
export interface ProvenTime {
  readonly at: Date;
  /** The subject of the authority's certificate. */
  readonly authority: string;
  /** The certificates in the token, leaf first, and who issued which. */
  readonly chain: readonly X509Certificate[];
  readonly issued: readonly Issued[];
}

/**
 * Verifies an RFC 3161 time-stamp of `sha256`, offline. The token must be in the one form that `normalTimestamp` gives, so
 * that a change of any one byte is refused; its certificate must be restricted to time-stamping and lead to one of
 * `authorities` at the stated time. Throws `ProofError`.
 */
export function verifyTimestamp(
  token: Uint8Array,
  sha256: Uint8Array,
  authorities: readonly X509Certificate[],
): ProvenTime {
  return readingToken(() => {
    const parts = readTimestampToken(token, authorities);
    if (Buffer.compare(timestampToken(parts), token) !== 0) throw new DerError('it contains unexpected bytes');
    return verifyParts(parts, sha256, authorities);
  });
}

/** The form in which a token is stored in a file: see timestamp-token.ts. Throws `ProofError`. */
export function normalTimestamp(token: Uint8Array, authorities: readonly X509Certificate[]): Uint8Array {
  return readingToken(() => timestampToken(readTimestampToken(token, authorities)));
}

/** The nonce that a token repeats (RFC 3161 §2.4.2), as the content of its INTEGER. Throws `ProofError`. */
export function nonceOf(token: Uint8Array): Uint8Array | undefined {
  return readingToken(() => readStatement(readTimestampToken(token, [])).nonce);
}

/** The digest that a time-stamp of a CMS or DSSE signature covers (ETSI EN 319 122-1 §5.3). */
export const imprintOf = (signature: Uint8Array): Buffer => createHash('sha256').update(signature).digest();

function verifyParts(parts: TimestampToken, sha256: Uint8Array, authorities: readonly X509Certificate[]): ProvenTime {
  const { at, imprint } = readStatement(parts);
  const [leaf] = parts.chain;
  if (imprint.digest !== 'sha256' || Buffer.compare(imprint.value, sha256) !== 0) {
    throw new ProofError('timestamp_invalid', timestampSays.otherData);
  }
  if (!isSoundSignature(leaf.publicKey, parts.digest, parts.signedAttributes, parts.signature)) {
    throw new ProofError('timestamp_invalid', timestampSays.otherSigner);
  }
  if (!isForTimeStamping(leaf) || !isBoundToSigning(leaf)) {
    throw new ProofError('timestamp_invalid', timestampSays.otherPurpose(subjectOf(leaf)));
  }
  const issued = requireChain(parts.chain, at, authorities);
  return { at, authority: subjectOf(leaf), chain: parts.chain, issued };
}

function readingToken<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new ProofError('timestamp_invalid', timestampSays.unreadable(cause.message), { cause });
  }
}
