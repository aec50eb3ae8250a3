import { createHash, type X509Certificate } from 'node:crypto';
import { isSoundSignature } from './algorithms.js';
import { type Issued, isForTimeStamping, requireChain, subjectOf } from './certificates.js';
import { DerError } from './der.js';
import { isBoundToSigning } from './extensions.js';
import { ProofError } from './proof-error.js';
import { readStatement, readTimestampToken, type TimestampToken, timestampToken } from './timestamp-token.js';

/** A time that somebody else vouches for. */
export interface ProvenTime {
  readonly at: Date;
  /** The subject of the authority's certificate. */
  readonly authority: string;
  /** The certificates that the token brings along, leaf first, and who issued which. */
  readonly chain: readonly X509Certificate[];
  readonly issued: readonly Issued[];
}

/**
 * Verifies an RFC 3161 time-stamp of `sha256`, offline. The token must be in the one form that `normalTimestamp` gives, so
 * that a change of any one byte is refused; its certificate must be for time-stamping alone and lead to one of
 * `authorities` at the stated time. Throws `ProofError`.
 */
export function verifyTimestamp(
  token: Uint8Array,
  sha256: Uint8Array,
  authorities: readonly X509Certificate[],
): ProvenTime {
  return readingToken(() => {
    const parts = readTimestampToken(token, authorities);
    if (Buffer.compare(timestampToken(parts), token) !== 0) throw new DerError('bytes that nothing accounts for');
    return verifyParts(parts, sha256, authorities);
  });
}

/** The form in which a token is kept in a file: see timestamp-token.ts. Throws `ProofError`. */
export function normalTimestamp(token: Uint8Array, authorities: readonly X509Certificate[]): Uint8Array {
  return readingToken(() => timestampToken(readTimestampToken(token, authorities)));
}

/** The nonce that a token repeats (RFC 3161 §2.4.2), as the content of its INTEGER. Throws `ProofError`. */
export function nonceOf(token: Uint8Array): Uint8Array | undefined {
  return readingToken(() => readStatement(readTimestampToken(token, [])).nonce);
}

/** What a time-stamp of a CMS or DSSE signature is made over (ETSI EN 319 122-1 §5.3). */
export const imprintOf = (signature: Uint8Array): Buffer => createHash('sha256').update(signature).digest();

function verifyParts(parts: TimestampToken, sha256: Uint8Array, authorities: readonly X509Certificate[]): ProvenTime {
  const { at, imprint } = readStatement(parts);
  const [leaf] = parts.chain;
  if (imprint.digest !== 'sha256' || Buffer.compare(imprint.value, sha256) !== 0) {
    throw new ProofError('timestamp_invalid', 'the time-stamp is of something else');
  }
  if (!isSoundSignature(leaf.publicKey, parts.digest, parts.signedAttributes, parts.signature)) {
    throw new ProofError('timestamp_invalid', 'the time-stamp was not signed by the authority that it names');
  }
  if (!isForTimeStamping(leaf) || !isBoundToSigning(leaf)) {
    throw new ProofError('timestamp_invalid', `the certificate of ${subjectOf(leaf)} is not for time-stamping alone`);
  }
  const issued = requireChain(parts.chain, at, authorities);
  return { at, authority: subjectOf(leaf), chain: parts.chain, issued };
}

function readingToken<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new ProofError('timestamp_invalid', `the time-stamp cannot be read: ${cause.message}`, { cause });
  }
}
