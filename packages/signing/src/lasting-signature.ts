import { X509Certificate } from 'node:crypto';
import {
  algorithmOf,
  bytesOfFile,
  digestWith,
  documentTimestampRevision,
  type FileBytes,
  filledGap,
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

export type { Level } from '@evidence/verify/formats';

/** A signed PDF that is still being written, in an open file: it may be larger than memory. */
export interface PdfDraft {
  readonly fd: number;
  readonly length: number;
  write(at: number, bytes: Uint8Array): Promise<void>;
}

/** What raises a PDF by one level: bytes that replace those at `at`, or continue the file there. */
export interface Raise {
  readonly at: number;
  readonly bytes: Buffer;
}

/** The authorities to ask, and the certificates that are trusted. */
export interface Authorities {
  readonly timestamps: TimeStampAuthority;
  readonly revocations: RevocationSource;
  /** The authorities that are trusted to issue certificates and time-stamps; a verifier must trust the same ones. */
  readonly trusted: readonly X509Certificate[];
}

/**
 * Raises a PDF signed by this software from level B-B to `level`, in place, so that memory does not grow with its size. If it rejects, the draft may be
 * at a level in between. Rejects with `SigningError`; its codes `timestamp_unavailable` and `revocation_unavailable` are temporary, so a caller can
 * retry with a new draft of the same B-B file.
 */
export async function raiseTo(level: Level, draft: PdfDraft, authorities: Authorities): Promise<void> {
  for (const step of [timestampPdf, extendToLt, extendToLta].slice(0, LEVELS.indexOf(level))) {
    const { at, bytes } = await step(bytesOfFile(draft.fd, draft.length), authorities);
    await draft.write(at, bytes);
  }
}

/**
 * B-B → B-T: a time-stamp over the signature value, in the unsigned attributes (ETSI EN 319 142-1 §6.3). It goes into the
 * reserved gap: no signed byte changes, so the digest stays the same.
 */
export async function timestampPdf(
  pdf: FileBytes,
  { timestamps, trusted }: Pick<Authorities, 'timestamps' | 'trusted'>,
): Promise<Raise> {
  const { place, parts, rebuild } = requireLevel('B-B', pdf);
  const { token } = await stamped(timestamps, imprintOf(parts.signature), trusted);
  return { at: place.gapStart, bytes: asSigningError(() => filledGap(place, rebuild(token))) };
}

/** B-T → B-LT: an incremental update with the certificates in use and the status of each at the time of the time-stamp. */
export async function extendToLt(
  pdf: FileBytes,
  { revocations, trusted }: Pick<Authorities, 'revocations' | 'trusted'>,
): Promise<Raise> {
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
  return { at: pdf.length, bytes: asSigningError(() => securityStoreRevision(openPdfFile(pdf), store)) };
}

/** B-LT → B-LTA: an incremental update with a time-stamp over all bytes before it. */
export async function extendToLta(
  pdf: FileBytes,
  { timestamps, trusted }: Pick<Authorities, 'timestamps' | 'trusted'>,
): Promise<Raise> {
  requireLevel('B-LT', pdf);
  const { revision, gap: inFile } = asSigningError(() =>
    documentTimestampRevision(openPdfFile(pdf), SIGNATURE_MAX_BYTES),
  );
  const gap = { gapStart: inFile.gapStart - pdf.length, gapEnd: inFile.gapEnd - pdf.length };
  const { token } = await stamped(timestamps, digestWith(pdf, revision, gap), trusted);
  asSigningError(() => fillGap(revision, gap, token));
  return { at: pdf.length, bytes: revision };
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
function requireLevel(level: Level, pdf: FileBytes): OwnSignature {
  const revisions = asSigningError(() => readRevisions(pdf));
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
