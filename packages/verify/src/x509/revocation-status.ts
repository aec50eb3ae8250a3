import type { X509Certificate } from 'node:crypto';
import { DerError, type DerValue, TAG } from '../asn1/der.js';
import { revocationSays } from '../sentences/proofs.js';
import { subjectOf } from './certificates.js';
import { ProofError } from './proof-error.js';

export interface RevocationStatus {
  /** thisUpdate: the time at which the status is known to be correct. */
  readonly asOf: Date;
  /** nextUpdate: a newer status is available by this time. */
  readonly until?: Date;
  readonly revokedAt?: Date;
  /** CRLReason (RFC 5280 §5.3.1) of a revoked certificate, when it is stated. */
  readonly reason?: number;
}

/** unspecified, affiliationChanged, superseded and cessationOfOperation: when stated, they do not put the key in doubt. */
const KEY_BEYOND_DOUBT: readonly (number | undefined)[] = [0, 3, 4, 5];

/** CRLReason is an ENUMERATED of one octet. Throws `DerError`. */
export function readReason({ tag, content }: DerValue): number {
  const [reason] = content;
  if (tag !== TAG.enumerated || content.length !== 1 || reason === undefined)
    throw new DerError('a reason cannot be read');
  return reason;
}

/**
 * Throws `ProofError` unless `status` shows that the certificate was good at the time `at`. It must not have been revoked by
 * then, and the status must still be current at that time and not later than the certificate's expiry, after which an authority
 * may drop revocations (RFC 5280 §3.3).
 */
export function requireGood(status: RevocationStatus, certificate: X509Certificate, at: Date): void {
  const { asOf, until = asOf, revokedAt } = status;
  const subject = subjectOf(certificate);
  if (revokedAt !== undefined && revokedAt <= at) {
    throw new ProofError('certificate_revoked', revocationSays.revoked(subject, revokedAt, at));
  }
  if (asOf > new Date(certificate.validTo)) {
    throw new ProofError('revocation_invalid', revocationSays.tooLate(subject, asOf, certificate.validTo));
  }
  if (until < at && asOf < at) {
    throw new ProofError('revocation_invalid', revocationSays.outdated(subject, asOf, at));
  }
}

/**
 * Throws `ProofError` if the certificate of a time-stamping authority was ever revoked, unless for a reason that does not put
 * its key in doubt: a stolen key can sign any time, including an earlier one (RFC 3161 §4).
 */
export function requireKeyBeyondDoubt({ revokedAt, reason }: RevocationStatus, certificate: X509Certificate): void {
  if (revokedAt === undefined || KEY_BEYOND_DOUBT.includes(reason)) return;
  throw new ProofError('certificate_revoked', revocationSays.keyInDoubt(subjectOf(certificate), revokedAt));
}
