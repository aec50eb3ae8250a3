import { X509Certificate } from 'node:crypto';
import {
  algorithmOf,
  DerError,
  decodeEnvelope,
  digestAround,
  documentTimestampRevision,
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
  type SignedDataParts,
  securityStoreRevision,
  signedAttributes,
  signedData,
  statusFrom,
  storedCertificates,
  unpadded,
  verifyTimestamp,
} from '@evidence/verify';
import { writeGap } from './gap.js';
import type { RevocationSource } from './revocation-source.js';
import { asSigningError, SigningError } from './signing-error.js';
import type { TimeStampAuthority } from './timestamp-authority.js';

/** A PDF and the PAdES level that it has: never less than what was asked for, for then there is a `SigningError`. */
export interface LeveledPdf {
  readonly pdf: Uint8Array;
  readonly level: Level;
}

/** Whom to ask, and whose answers count. */
export interface Authorities {
  readonly timestamps: TimeStampAuthority;
  readonly revocations: RevocationSource;
  /** The certificates of those who are trusted to issue certificates and time-stamps, as a verifier will trust them. */
  readonly trusted: readonly X509Certificate[];
}

/** Room for a token with the chain of its authority (4 to 7 kB). */
const DOCUMENT_TIMESTAMP_BYTES = 12 * 1024;

/**
 * Raises a PDF that was signed here, at level B-B, to `level`. Rejects with `SigningError`; its codes `timestamp_unavailable`
 * and `revocation_unavailable` may pass with time, so that a caller can wait and try again from the same B-B file.
 */
export async function raiseTo(level: Level, pdf: Uint8Array, authorities: Authorities): Promise<LeveledPdf> {
  const steps = [timestampPdf, extendToLt, extendToLta].slice(0, LEVELS.indexOf(level));
  let reached: LeveledPdf = { pdf, level: 'B-B' };
  for (const step of steps) reached = await step(reached.pdf, authorities);
  return reached;
}

/**
 * B-B → B-T: a time-stamp over the signature value, in the unsigned attributes (ETSI EN 319 142-1 §6.3). It goes into the
 * gap that was kept for it: no signed byte changes, and the digest of what is signed stays the same.
 */
export async function timestampPdf(
  pdf: Uint8Array,
  { timestamps, trusted }: Pick<Authorities, 'timestamps' | 'trusted'>,
): Promise<LeveledPdf> {
  const { place, parts, rebuild } = requireLevel('B-B', pdf);
  const { token } = await stamped(timestamps, imprintOf(parts.signature), trusted);
  const raised = Buffer.from(pdf);
  writeGap(raised, place, rebuild(token));
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
  const { revision, gapStart, gapEnd } = asSigningError(() =>
    documentTimestampRevision(openPdfFile(bufferOf(pdf)), DOCUMENT_TIMESTAMP_BYTES),
  );
  const raised = Buffer.concat([pdf, revision]);
  const digest = digestAround(raised, { start: pdf.length, gapStart, gapEnd, signedEnd: raised.length });
  const { token } = await stamped(timestamps, digest, trusted);
  writeGap(raised, { gapStart, gapEnd }, token);
  return { pdf: raised, level: 'B-LTA' };
}

/** A time-stamp over the signature of a DSSE envelope, to be kept beside it: an RFC 3161 token, DER. */
export async function timestampAttestation(
  envelope: Uint8Array,
  { timestamps, trusted }: Pick<Authorities, 'timestamps' | 'trusted'>,
): Promise<Uint8Array> {
  const decoded = decodeEnvelope(envelope);
  if (decoded === undefined) throw new SigningError('timestamp_invalid', 'Only a DSSE envelope made here is stamped.');
  const { token } = await stamped(timestamps, imprintOf(decoded.signature), trusted);
  return token;
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

/** One piece of evidence can serve several certificates: a revocation list speaks of all that its issuer issued. */
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
        `The answer is not about the certificate of ${certificate.subject}.`,
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

/** Throws `SigningError` `pdf_level_wrong` unless the file has a signature of ours and is at this very level. */
function requireLevel(level: Level, pdf: Uint8Array): OwnSignature {
  const revisions = asSigningError(() => readRevisions(bufferOf(pdf)));
  const own = ownSignature(revisions.signed);
  if (own !== undefined && levelOf(revisions, own.parts) === level) return own;
  throw new SigningError(
    'pdf_level_wrong',
    `The PDF has no signature of level ${level} made here: raise it step by step.`,
  );
}

function ownSignature(signed: Buffer): OwnSignature | undefined {
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

function unlessNotDer<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function levelOf({ store, documentTimestamp }: PdfRevisions, { timestamp }: SignedDataParts): Level {
  if (documentTimestamp !== undefined) return 'B-LTA';
  if (store !== undefined) return 'B-LT';
  return timestamp === undefined ? 'B-B' : 'B-T';
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
