import { X509Certificate } from 'node:crypto';
import {
  algorithmOf,
  digestAround,
  documentTimestampRevision,
  fillGap,
  findPdfSignature,
  type Issued,
  imprintOf,
  issuedFor,
  LEVELS,
  type Level,
  normalTimestamp,
  openPdfFile,
  type PdfRevisions,
  type PdfSignature,
  type ProvenTime,
  type RevocationEvidence,
  readGap,
  readRevisions,
  readSignedData,
  requireAllGood,
  SIGNATURE_MAX_BYTES,
  type SignedDataParts,
  securityStoreRevision,
  signedAttributes,
  signedData,
  statusFrom,
  storedCertificates,
  unlessNotDer,
  unpadded,
  verifyTimestamp,
} from '@evidence/verify/formats';
import type { RevocationSource } from './revocation-source.js';
import { asSigningError, SigningError } from './signing-error.js';
import type { TimeStampAuthority } from './timestamp-authority.js';

/** A PDF and its PAdES level, which is never lower than requested: otherwise a `SigningError` is thrown. */
export interface LeveledPdf {
  readonly pdf: Uint8Array;
  readonly level: Level;
}

/** The authorities to ask, and the certificates that are trusted. */
export interface Authorities {
  readonly timestamps: TimeStampAuthority;
  readonly revocations: RevocationSource;
  /** The authorities that are trusted to issue certificates and time-stamps; a verifier must trust the same ones. */
  readonly trusted: readonly X509Certificate[];
}

/**
 * Raises a PDF signed by this software from level B-B to `level`. Rejects with `SigningError`; its codes
 * `timestamp_unavailable` and `revocation_unavailable` are temporary, so a caller can retry with the same B-B file.
 */
export async function raiseTo(level: Level, pdf: Uint8Array, authorities: Authorities): Promise<LeveledPdf> {
  const steps = [timestampPdf, extendToLt, extendToLta].slice(0, LEVELS.indexOf(level));
  let reached: LeveledPdf = { pdf, level: 'B-B' };
  for (const step of steps) reached = await step(reached.pdf, authorities);
  return reached;
}

/**
 * B-B → B-T: a time-stamp over the signature value, in the unsigned attributes (ETSI EN 319 142-1 §6.3). It goes into the
 * reserved gap: no signed byte changes, so the digest stays the same.
 */
export async function timestampPdf(
  pdf: Uint8Array,
  { timestamps, trusted }: Pick<Authorities, 'timestamps' | 'trusted'>,
): Promise<LeveledPdf> {
  const { place, parts, rebuild } = requireLevel('B-B', pdf);
  const { token } = await stamped(timestamps, imprintOf(parts.signature), trusted);
  const raised = Buffer.from(pdf);
  asSigningError(() => fillGap(raised, place, rebuild(token)));
  return { pdf: raised, level: 'B-T' };
}

/** B-T → B-LT: an incremental update with the certificates in use and the status of each at the time of the time-stamp. */
export async function extendToLt(
  pdf: Uint8Array,
  { revocations, trusted }: Pick<Authorities, 'revocations' | 'trusted'>,
): Promise<LeveledPdf> {
  const { parts } = requireLevel('B-T', pdf);
  const { chain, signature, timestamp } = parts;
  const { proven, issued, certificates } = asSigningError(() => {
    const proven = verifyTimestamp(timestamp!, imprintOf(signature), trusted);
    return { proven, issued: issuedFor(chain, proven, trusted), certificates: storedCertificates(chain, proven) };
  });
  const evidence = await gathered(issued, proven, revocations);
  const bytesOf = (kind: RevocationEvidence['kind']) =>
    evidence.filter((each) => each.kind === kind).map(({ bytes }) => bytes);
  const store = { certificates, ocspResponses: bytesOf('ocsp'), crls: bytesOf('crl') };
  const revision = asSigningError(() => securityStoreRevision(openPdfFile(bufferOf(pdf)), store));
  return { pdf: Buffer.concat([pdf, revision]), level: 'B-LT' };
}

/** B-LT → B-LTA: an incremental update with a time-stamp over all bytes before it. */
export async function extendToLta(
  pdf: Uint8Array,
  { timestamps, trusted }: Pick<Authorities, 'timestamps' | 'trusted'>,
): Promise<LeveledPdf> {
  requireLevel('B-LT', pdf);
  const { revision, gap } = asSigningError(() =>
    documentTimestampRevision(openPdfFile(bufferOf(pdf)), SIGNATURE_MAX_BYTES),
  );
  const raised = Buffer.concat([pdf, revision]);
  const digest = digestAround(raised, { ...gap, signedEnd: raised.length });
  const { token } = await stamped(timestamps, digest, trusted);
  asSigningError(() => fillGap(raised, gap, token));
  return { pdf: raised, level: 'B-LTA' };
}

async function stamped(
  authority: TimeStampAuthority,
  sha256: Uint8Array,
  trusted: readonly X509Certificate[],
): Promise<{ token: Uint8Array; proven: ProvenTime }> {
  const answer = await authority.stamp(sha256);
  return asSigningError(() => {
    const token = normalTimestamp(answer, trusted);
    return { token, proven: verifyTimestamp(token, sha256, trusted) };
  });
}

/** One piece of evidence can serve several certificates: a revocation list covers everything that its issuer issued. */
async function gathered(
  issued: readonly Issued[],
  { at }: ProvenTime,
  revocations: RevocationSource,
): Promise<RevocationEvidence[]> {
  const evidence: RevocationEvidence[] = [];
  for (const each of issued) {
    const { certificate, issuer } = each;
    const isCovered = evidence.some(
      (known) => asSigningError(() => statusFrom(known, certificate, issuer)) !== undefined,
    );
    if (isCovered) continue;
    const answer = await revocations.evidenceFor(each);
    const status = asSigningError(() => statusFrom(answer, certificate, issuer));
    if (status === undefined) {
      throw new SigningError(
        'revocation_invalid',
        `The response is not about the certificate of ${certificate.subject}.`,
      );
    }
    evidence.push(answer);
  }
  asSigningError(() => requireAllGood(issued, evidence, at));
  return evidence;
}

interface OwnSignature {
  readonly place: PdfSignature;
  readonly parts: SignedDataParts;
  /** The CMS with this time-stamp in it. */
  readonly rebuild: (timestamp?: Uint8Array) => Uint8Array;
}

/** Throws `SigningError` `pdf_level_wrong` unless the file has a signature of ours and is at exactly this level. */
function requireLevel(level: Level, pdf: Uint8Array): OwnSignature {
  const revisions = asSigningError(() => readRevisions(bufferOf(pdf)));
  const own = ownSignature(revisions.signed);
  if (own !== undefined && levelOf(revisions, own.parts) === level) return own;
  throw new SigningError(
    'pdf_level_wrong',
    `The PDF has no signature of level ${level} made by this software: raise it level by level.`,
  );
}

function ownSignature(signed: PdfRevisions['signed']): OwnSignature | undefined {
  const place = findPdfSignature(signed);
  const cms = place?.signedEnd === signed.length ? unpadded(readGap(signed, place)) : undefined;
  const parts = cms && unlessNotDer(() => readSignedData(cms));
  if (place === undefined || cms === undefined || parts === undefined) return undefined;
  const algorithm = algorithmOf(new X509Certificate(parts.chain.certificate).publicKey);
  if (algorithm === undefined) return undefined;
  const attributes = signedAttributes(parts.messageDigest, parts.chain);
  const rebuild = (timestamp?: Uint8Array) =>
    signedData(attributes, parts.signature, parts.chain, algorithm, timestamp);
  return Buffer.compare(rebuild(parts.timestamp), cms) === 0 ? { place, parts, rebuild } : undefined;
}

function levelOf({ store, documentTimestamp }: PdfRevisions, { timestamp }: SignedDataParts): Level {
  if (documentTimestamp !== undefined) return 'B-LTA';
  if (store !== undefined) return 'B-LT';
  return timestamp === undefined ? 'B-B' : 'B-T';
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
