import type { X509Certificate } from 'node:crypto';
import { chainOf, type Issued, isAmong, readCertificate, requireChain, requireValidAt } from './certificates.js';
import type { CertificateChain, SignedDataParts } from './cms.js';
import { DerError } from './der.js';
import type { SecurityStore } from './pdf-archive.js';
import type { PdfRevisions } from './pdf-revisions.js';
import { ProofError } from './proof-error.js';
import { type RevocationEvidence, requireAllGood } from './revocation.js';
import { imprintOf, type ProvenTime, verifyTimestamp } from './timestamp.js';
import type { TrustedKey } from './trust.js';
import type { Checklist, Level, SigningTime } from './verification.js';

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
 * the whole. Each level rests on the one before, so that one without it is refused and never passed off as a lower one.
 */
export function requireLasting(
  checklist: Checklist,
  { store, documentTimestamp }: PdfRevisions,
  { parts, certificate }: ReportSignature,
  authorities: readonly X509Certificate[],
): Lasting {
  const order = (parts.timestamp !== undefined || store === undefined) && (store !== undefined || !documentTimestamp);
  checklist.require('form', order, 'malformed', {
    ok: 'each level has the one before it',
    failed: 'a security store without a time-stamp before it, or a document time-stamp without a security store',
  });
  const { timestamp } = parts;
  if (timestamp === undefined) return { level: 'B-B' };
  const proven = requireTime(checklist, timestamp, imprintOf(parts.signature), authorities, 'the signature was there');
  checklist.requireProof(
    'period',
    () => requireValidAt(certificate, proven.at),
    () => 'the signing certificate was valid then',
  );
  const signingTime: SigningTime = { at: proven.at, basis: 'timestamp' };
  if (store === undefined) return { level: 'B-T', signingTime };

  const revocationAsOf = checklist.requireProof(
    'revocation',
    () => requireStore(store, parts.chain, proven, authorities),
    (asOf) =>
      asOf === undefined
        ? 'every certificate is one that you trust yourself'
        : `no certificate is revoked in a status of ${asOf.toISOString()} that counted then`,
  );
  const known = { signingTime, ...(revocationAsOf && { revocationAsOf }) };
  if (documentTimestamp === undefined) return { level: 'B-LT', ...known };

  const { token, sha256 } = documentTimestamp;
  requireTime(checklist, token, sha256, authorities, 'the whole file was there');
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
    ({ at, authority }) => `${what} at ${at.toISOString()}, says ${authority}`,
  );
}

/** The certificates whose status has to be known, and where each comes from. Throws `ProofError` and `DerError`. */
export function issuedFor(
  chain: CertificateChain,
  proven: ProvenTime,
  authorities: readonly X509Certificate[],
): Issued[] {
  const [leaf, ...issuers] = certificatesOf(chain);
  const signing = requireChain(chainOf(leaf, issuers, authorities), proven.at, authorities);
  const own = signing.map(({ certificate }) => certificate);
  return [...signing, ...proven.issued.filter(({ certificate }) => !isAmong(certificate, own))];
}

/** The certificates that a security store keeps: of the signer and of the time-stamp, each once. Throws `DerError`. */
export function storedCertificates(chain: CertificateChain, proven: ProvenTime): Uint8Array[] {
  const own = certificatesOf(chain);
  return [...own, ...proven.chain.filter((each) => !isAmong(each, own))].map((certificate) => certificate.raw);
}

/** What the store proves; every byte in it is used. Throws `ProofError`. */
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
  if (!same)
    throw new ProofError('revocation_invalid', 'the security store keeps other certificates than those in use');
  const evidence: RevocationEvidence[] = [
    ...store.ocspResponses.map((bytes) => ({ kind: 'ocsp', bytes }) as const),
    ...store.crls.map((bytes) => ({ kind: 'crl', bytes }) as const),
  ];
  return requireAllGood(issued, evidence, proven.at);
}

/** The signer put the chain into the signature, and may have put anything there. */
function readingChain<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new ProofError('authority_unknown', `the chain of the signer cannot be read: ${cause.message}`, { cause });
  }
}

function certificatesOf({ certificate, issuers }: CertificateChain): [X509Certificate, ...X509Certificate[]] {
  return [readCertificate(certificate), ...issuers.map(readCertificate)];
}
