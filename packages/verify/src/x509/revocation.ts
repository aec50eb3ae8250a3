import type { X509Certificate } from 'node:crypto';
import { DerError } from '../asn1/der.js';
import { revocationSays } from '../sentences/proofs.js';
import { type Issued, isForTimeStamping, subjectOf } from './certificates.js';
import { crlStatus } from './crl.js';
import { ocspStatus } from './ocsp.js';
import { ProofError } from './proof-error.js';
import { type RevocationStatus, requireGood, requireKeyBeyondDoubt } from './revocation-status.js';

/** An OCSP response or a revocation list, DER. */
export type RevocationEvidence =
  | { readonly kind: 'ocsp'; readonly bytes: Uint8Array }
  | { readonly kind: 'crl'; readonly bytes: Uint8Array };

/**
 * What `evidence` says about a certificate, or undefined if it is about other certificates. It must be signed by the issuer or, with
 * OCSP, by a responder that the issuer named. Throws `ProofError` `revocation_invalid`.
 */
export function statusFrom(
  evidence: RevocationEvidence,
  certificate: X509Certificate,
  issuer: X509Certificate,
): RevocationStatus | undefined {
  const read = evidence.kind === 'ocsp' ? ocspStatus : crlStatus;
  try {
    return read(evidence.bytes, certificate, issuer);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    const message = revocationSays.invalid(evidence.kind, subjectOf(certificate), cause.message);
    throw new ProofError('revocation_invalid', message, { cause });
  }
}

/**
 * Checks that every certificate of `issued` was good at `at`, and that every piece of evidence is about one of them:
 * nothing goes unread. Returns the time of the oldest status that was relied on. Throws `ProofError`.
 */
export function requireAllGood(
  issued: readonly Issued[],
  evidence: readonly RevocationEvidence[],
  at: Date,
): Date | undefined {
  const used = new Set<RevocationEvidence>();
  const asOf = issued.map(({ certificate, issuer }) => {
    const statuses = evidence.flatMap((each) => {
      const status = statusFrom(each, certificate, issuer);
      if (status !== undefined) used.add(each);
      return status ?? [];
    });
    if (statuses.length === 0) {
      throw new ProofError('revocation_invalid', revocationSays.missing(subjectOf(certificate)));
    }
    for (const status of statuses) {
      requireGood(status, certificate, at);
      if (isForTimeStamping(certificate)) requireKeyBeyondDoubt(status, certificate);
    }
    return Math.max(...statuses.map((status) => status.asOf.getTime()));
  });
  if (evidence.some((each) => !used.has(each))) {
    throw new ProofError('revocation_invalid', revocationSays.unrelated);
  }
  return asOf.length === 0 ? undefined : new Date(Math.min(...asOf));
}
