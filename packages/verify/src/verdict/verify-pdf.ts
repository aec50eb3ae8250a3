import { X509Certificate } from 'node:crypto';
import { DerError } from '../asn1/der.js';
import { readSignedData, type SignedDataParts, signedAttributes, signedData } from '../cms/signed-data.js';
import { type AttachedData, attachedDataOf, streamedDataOf } from '../pdf-file/attached-data.js';
import { bufferOf, type FileBytes } from '../pdf-file/file-bytes.js';
import { LEVELS, type Level } from '../pdf-file/level.js';
import { PdfFileError } from '../pdf-file/pdf-file-error.js';
import { type PdfRevisions, readRevisions } from '../pdf-file/revisions.js';
import { digestAround, readGap, unpadded } from '../pdf-file/signature-gap.js';
import { claimedTimeOf, findPdfSignature, type PdfSignature } from '../pdf-file/signature-place.js';
import { type StatedReport, statedReportOf } from '../pdf-file/signed-reason.js';
import { pdfChecks as says } from '../sentences/checks.js';
import { keyIdOf } from '../x509/keys.js';
import { type ReportSignature, requireLasting } from './lasting.js';
import type { Trust } from './trust.js';
import {
  type Checklist,
  type Established,
  isSignatureValid,
  requireInUse,
  requireTrustedKey,
  type SigningTime,
  sha256Of,
  signedByOf,
  type Verification,
  verificationOf,
  verificationOfLarge,
} from './verification.js';

export interface VerifyPdf {
  readonly bytes: Uint8Array;
  readonly trust: Trust;
  /** The authorities that the caller trusts to issue certificates and time-stamps; needed above level B-B. */
  readonly authorities?: readonly X509Certificate[];
  /** The lowest level to accept; default B-B. A file that was cut back to a lower level is valid, so only this detects it. */
  readonly atLeast?: Level;
}

/**
 * Verifies the PAdES baseline signature of a PDF at its own level, offline. It is stricter than the standard, so that a
 * change of any one byte is refused: the signature covers the file from 0 to its end, the gap is `<HEX>` in upper case,
 * and the CMS, rebuilt from the digest, the signature value and the certificates, is the very same bytes, followed by
 * zeros only. (pdfsig 22.12 and mutool 1.21 accept changed certificate bytes, padding and letter case; measured 2026-11.)
 * Only a security store and a document time-stamp may follow; they are rebuilt and compared in the same way.
 */
export function verifyPdf({ bytes, ...asked }: VerifyPdf): Verification {
  const pdf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return verificationOf(sha256Of(bytes), (checklist) => {
    const { signed, established } = requireSound(checklist, pdf, asked);
    return { ...established, ...requireStatedData(checklist, attachedDataOf(bufferOf(signed))) };
  });
}

/**
 * As `verifyPdf`, but reads the file in place, so memory does not grow with its size. `sha256` is the file's digest. Throws `FileReadError`.
 */
export function verifyPdfFile(pdf: FileBytes, sha256: string, asked: Omit<VerifyPdf, 'bytes'>): Promise<Verification> {
  return verificationOfLarge(sha256, async (checklist) => {
    const { signed, established } = requireSound(checklist, pdf, asked);
    return { ...established, ...requireStatedData(checklist, await streamedDataOf(signed)) };
  });
}

/** Every check except that of the attached data. */
function requireSound(
  checklist: Checklist,
  pdf: FileBytes,
  { trust, authorities = [], atLeast = 'B-B' }: Omit<VerifyPdf, 'bytes'>,
): { signed: FileBytes; established: Established } {
  const revisions = requireRevisions(checklist, pdf);
  const signature = requireSignature(checklist, revisions.signed, trust);
  const { key, certificate, digest, claimedTime, report } = signature;
  const lasting = requireLasting(checklist, revisions, signature, authorities);
  const claimed: SigningTime | undefined = claimedTime && { at: claimedTime, basis: 'claimed' };
  const signingTime = lasting.signingTime ?? claimed;
  requireInUse(checklist, key, signingTime);
  checklist.require(
    'level',
    LEVELS.indexOf(lasting.level) >= LEVELS.indexOf(atLeast),
    'level_too_low',
    says.level(lasting.level, atLeast),
  );
  const established = {
    ...lasting,
    ...(report && { report }),
    ...(signingTime && { signingTime }),
    key,
    signedBy: signedByOf(key, certificate),
    signedContentSha256: digest.toString('hex'),
  };
  return { signed: revisions.signed, established };
}

/** The digest of the attached data; undefined if no data is attached. */
function requireStatedData(
  checklist: Checklist,
  data: AttachedData | undefined,
): Pick<Verification, 'dataSha256'> | undefined {
  if (data === undefined) return undefined;
  const { sha256, stated } = data;
  if (stated !== undefined) checklist.require('data', stated === sha256, 'data_mismatch', says.data(sha256, stated));
  return { dataSha256: sha256 };
}

function requireRevisions(checklist: Checklist, pdf: FileBytes): PdfRevisions {
  checklist.require('form', startsAsPdf(pdf), 'not_a_pdf', says.isPdf);
  return checklist.requireFound(
    'form',
    unlessUnreadable(() => readRevisions(pdf)),
    'malformed',
    says.additions,
  );
}

/** The report's own signature, level B-B. */
function requireSignature(
  checklist: Checklist,
  pdf: FileBytes,
  trust: Trust,
): ReportSignature & { readonly report: StatedReport | undefined } {
  const place = requireCoverage(checklist, pdf);
  const { cms, parts } = requireCms(checklist, pdf, place);
  const digest = digestAround(pdf, place);
  checklist.require('content', digest.equals(parts.messageDigest), 'content_changed', says.content);
  const certificate = requireCertificate(checklist, parts);
  const key = requireTrustedKey(checklist, keyIdOf(certificate.publicKey), trust);

  const attributes = requireOneForm(checklist, cms, () => {
    const attributes = signedAttributes(digest, parts.chain);
    const rebuilt = signedData(attributes, parts.signature, parts.chain, key.algorithm, parts.timestamp);
    return { attributes, rebuilt };
  });
  checklist.require(
    'signature',
    isSignatureValid(attributes, parts.signature, key),
    'signature_invalid',
    says.signature(key.algorithm),
  );
  const [claimedTime, report] = [claimedTimeOf(pdf, place), statedReportOf(pdf, place)];
  return { parts, key, certificate, digest, claimedTime, report };
}

function requireCoverage(checklist: Checklist, pdf: FileBytes): PdfSignature {
  const place = checklist.requireFound('form', findPdfSignature(pdf), 'not_signed', says.place);
  const { length } = pdf;
  checklist.require(
    'coverage',
    place.signedEnd === length,
    'not_fully_covered',
    says.coverage(place.signedEnd, length),
  );
  return place;
}

interface PlacedCms {
  readonly cms: Uint8Array;
  readonly parts: SignedDataParts;
}

function requireCms(checklist: Checklist, pdf: FileBytes, place: PdfSignature): PlacedCms {
  return checklist.requireFound('form', readCms(pdf, place), 'malformed', says.cms);
}

function readCms(pdf: FileBytes, place: PdfSignature): PlacedCms | undefined {
  const cms = unpadded(readGap(pdf, place));
  return cms && unlessUnreadable(() => ({ cms, parts: readSignedData(cms) }));
}

function requireCertificate(checklist: Checklist, { chain }: SignedDataParts): X509Certificate {
  return checklist.requireFound('form', readCertificate(chain.certificate), 'malformed', says.certificate);
}

function readCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    // Decoded on demand: a damaged or unknown key throws here and not later.
    keyIdOf(certificate.publicKey);
    return certificate;
  } catch {
    return undefined;
  }
}

/** Returns the signed attributes if `rebuild` gives exactly the bytes of `cms`. */
function requireOneForm(checklist: Checklist, cms: Uint8Array, rebuild: () => RebuiltCms): Uint8Array {
  const made = unlessUnreadable(rebuild);
  const same = made !== undefined && Buffer.compare(cms, made.rebuilt) === 0 ? made : undefined;
  return checklist.requireFound('form', same, 'malformed', says.exactForm).attributes;
}

interface RebuiltCms {
  readonly attributes: Uint8Array;
  readonly rebuilt: Uint8Array;
}

/** Certificates and revisions come from the file, so they may be malformed. */
function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError || error instanceof PdfFileError) return undefined;
    throw error;
  }
}

export const startsAsPdf = (file: FileBytes): boolean => file.toString('latin1', 0, 5) === '%PDF-';
