import type { X509Certificate } from 'node:crypto';
import { subjectOf } from './certificates.js';
import { DerError, type DerValue, TAG } from './der.js';
import { ProofError } from './proof-error.js';

export interface RevocationStatus {
  /** thisUpdate: the status is known to be right at this time. */
  readonly asOf: Date;
  /** nextUpdate: when a newer status is there at the latest. */
  readonly until?: Date;
  readonly revokedAt?: Date;
  /** CRLReason (RFC 5280 §5.3.1) of a revoked certificate, when it is stated. */
  readonly reason?: number;
}

/** unspecified, affiliationChanged, superseded and cessationOfOperation: stated, they leave the key itself beyond doubt. */
const KEY_BEYOND_DOUBT: readonly (number | undefined)[] = [0, 3, 4, 5];

/** CRLReason is an ENUMERATED of one octet. Throws `DerError`. */
export function readReason({ tag, content }: DerValue): number {
  const [reason] = content;
  if (tag !== TAG.enumerated || content.length !== 1 || reason === undefined)
    throw new DerError('a reason cannot be read');
  return reason;
}

/**
 * Throws `ProofError` unless `status` shows that the certificate was good at the time `at`: not revoked by then, and the
 * status not replaced by a newer one before, nor from after the certificate's end, when an authority may forget that it
 * was revoked (RFC 5280 §3.3).
 */
export function requireGood(status: RevocationStatus, certificate: X509Certificate, at: Date): void {
  const { asOf, until = asOf, revokedAt } = status;
  if (revokedAt !== undefined && revokedAt <= at) {
    const when = `revoked on ${revokedAt.toISOString()}, before ${at.toISOString()}`;
    throw new ProofError('certificate_revoked', `the certificate of ${subjectOf(certificate)} was ${when}`);
  }
  if (asOf > new Date(certificate.validTo)) {
    const age = `as of ${asOf.toISOString()}, and the certificate ended on ${certificate.validTo}`;
    throw new ProofError(
      'revocation_invalid',
      `the status of ${subjectOf(certificate)} is ${age}: it may be forgotten by then`,
    );
  }
  if (until < at && asOf < at) {
    const age = `as of ${asOf.toISOString()} and ended before ${at.toISOString()}`;
    throw new ProofError('revocation_invalid', `the status of ${subjectOf(certificate)} is ${age}`);
  }
}

/**
 * Throws `ProofError` when the certificate of a time-stamping authority was revoked at all, unless for a reason that leaves
 * its key beyond doubt: with a stolen key any time can be written, also one from before (RFC 3161 §4).
 */
export function requireKeyBeyondDoubt({ revokedAt, reason }: RevocationStatus, certificate: X509Certificate): void {
  if (revokedAt === undefined || KEY_BEYOND_DOUBT.includes(reason)) return;
  const what = `was revoked on ${revokedAt.toISOString()}, and nothing says that its key was not stolen`;
  throw new ProofError('certificate_revoked', `the certificate of the time-stamp, ${subjectOf(certificate)}, ${what}`);
}
