import type { X509Certificate } from 'node:crypto';
import { DerError } from '../asn1/der.js';
import { issuedFor, storedCertificates } from '../cms/certificates-in-use.js';
import type { CertificateChain, SignedDataParts } from '../cms/signed-data.js';
import { imprintOf, type ProvenTime, verifyTimestamp } from '../cms/timestamp.js';
import type { SecurityStore } from '../pdf-file/added-revisions.js';
import type { Level } from '../pdf-file/level.js';
import type { PdfRevisions } from '../pdf-file/revisions.js';
import { existedAt, lastingChecks } from '../sentences/checks.js';
import { chainSays, revocationSays } from '../sentences/proofs.js';
import { requireValidAt } from '../x509/certificates.js';
import { ProofError } from '../x509/proof-error.js';
import { type RevocationEvidence, requireAllGood } from '../x509/revocation.js';
import type { TrustedKey } from './trust.js';
import type { Checklist, SigningTime } from './verification.js';

/** A report's own signature, verified as level B-B. */
export interface ReportSignature {
  readonly parts: SignedDataParts;
  readonly key: TrustedKey;
  readonly certificate: X509Certificate;
  /** SHA-256 of the signed bytes. */
  readonly digest: Buffer;
  readonly claimedTime: Date | undefined;
}

/** What was established beyond level B-B. */
export interface Lasting {
  readonly level: Level;
  readonly signingTime?: SigningTime;
  readonly revocationAsOf?: Date;
}

/**
 * Verifies what makes a signature last: its time-stamp, the status of every certificate at that time, and a time-stamp of
 * the whole file. Each level builds on the one below it; a file that lacks one is refused and never accepted at a lower level.
 */
export function requireLasting(
  checklist: Checklist,
  { store, documentTimestamp }: PdfRevisions,
  { parts, certificate }: ReportSignature,
  authorities: readonly X509Certificate[],
): Lasting {
  const order = (parts.timestamp !== undefined || store === undefined) && (store !== undefined || !documentTimestamp);
  checklist.require('form', order, 'malformed', lastingChecks.order);
  const { timestamp } = parts;
  if (timestamp === undefined) return { level: 'B-B' };
  const proven = requireTime(
    checklist,
    timestamp,
    imprintOf(parts.signature),
    authorities,
    lastingChecks.signatureExisted,
  );
  checklist.requireProof(
    'period',
    () => requireValidAt(certificate, proven.at),
    () => lastingChecks.certificateValid,
  );
  const signingTime: SigningTime = { at: proven.at, basis: 'timestamp' };
  if (store === undefined) return { level: 'B-T', signingTime };

  const revocationAsOf = checklist.requireProof(
    'revocation',
    () => requireStore(store, parts.chain, proven, authorities),
    (asOf) => (asOf === undefined ? lastingChecks.allTrusted : lastingChecks.noneRevoked(asOf)),
  );
  const known = { signingTime, ...(revocationAsOf && { revocationAsOf }) };
  if (documentTimestamp === undefined) return { level: 'B-LT', ...known };

  const { token, sha256 } = documentTimestamp;
  requireTime(checklist, token, sha256, authorities, lastingChecks.fileExisted);
  return { level: 'B-LTA', ...known };
}

function requireTime(
  checklist: Checklist,
  token: Uint8Array,
  sha256: Uint8Array,
  authorities: readonly X509Certificate[],
  what: string,
): ProvenTime {
  return checklist.requireProof(
    'timestamp',
    () => verifyTimestamp(token, sha256, authorities),
    ({ at, authority }) => existedAt(what, at, authority),
  );
}

/** Returns the time of the oldest status in the store. Every byte of the store is checked. Throws `ProofError`. */
function requireStore(
  store: SecurityStore,
  chain: CertificateChain,
  proven: ProvenTime,
  authorities: readonly X509Certificate[],
): Date | undefined {
  const [expected, issued] = readingChain(() => [
    storedCertificates(chain, proven),
    issuedFor(chain, proven, authorities),
  ]);
  const same =
    expected.length === store.certificates.length &&
    expected.every((each, index) => Buffer.compare(each, store.certificates[index]!) === 0);
  if (!same) throw new ProofError('revocation_invalid', revocationSays.otherCertificates);
  const evidence: RevocationEvidence[] = [
    ...store.ocspResponses.map((bytes) => ({ kind: 'ocsp', bytes }) as const),
    ...store.crls.map((bytes) => ({ kind: 'crl', bytes }) as const),
  ];
  return requireAllGood(issued, evidence, proven.at);
}

/** The signer chose what is in the chain, so it may be anything. */
function readingChain<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new ProofError('authority_unknown', chainSays.unreadable(cause.message), { cause });
  }
}
