import type { X509Certificate } from 'node:crypto';
import { subjectOf } from './certificates.js';
import { ProofError } from './proof-error.js';

export interface RevocationStatus {
  /** thisUpdate: the status is known to be right at this time. */
  readonly asOf: Date;
  /** nextUpdate: when a newer status is there at the latest. */
  readonly until?: Date;
  readonly revokedAt?: Date;
}

/**
 * Throws `ProofError` unless `status` shows that the certificate was good at the time `at`: not revoked by then, and the
 * status not replaced by a newer one before.
 */
export function requireGood(status: RevocationStatus, certificate: X509Certificate, at: Date): void {
  const { asOf, until = asOf, revokedAt } = status;
  if (revokedAt !== undefined && revokedAt <= at) {
    const when = `revoked on ${revokedAt.toISOString()}, before ${at.toISOString()}`;
    throw new ProofError('certificate_revoked', `the certificate of ${subjectOf(certificate)} was ${when}`);
  }
  if (until < at && asOf < at) {
    const age = `as of ${asOf.toISOString()} and ended before ${at.toISOString()}`;
    throw new ProofError('revocation_invalid', `the status of ${subjectOf(certificate)} is ${age}`);
  }
}
