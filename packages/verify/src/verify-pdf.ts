import { X509Certificate } from 'node:crypto';
import { readSignedData, type SignedDataParts, signedAttributes, signedData } from './cms.js';
import { DerError } from './der.js';
import { type ReportSignature, requireLasting } from './lasting.js';
import { PdfError } from './pdf-error.js';
import { digestAround, type PdfRevisions, readRevisions, unpadded } from './pdf-revisions.js';
import { claimedTimeOf, findPdfSignature, type PdfSignature, readGap } from './pdf-signature.js';
import { keyIdOf, type Trust } from './trust.js';
import {
  type Checklist,
  isSignatureValid,
  LEVELS,
  type Level,
  requireInUse,
  requireTrustedKey,
  type SigningTime,
  sha256Of,
  signedByOf,
  type Verification,
  verificationOf,
} from './verification.js';

export interface VerifyPdf {
  readonly bytes: Uint8Array;
  readonly trust: Trust;
  /** Those who issue certificates and time-stamps and whom the caller trusts; needed for what is above level B-B. */
  readonly authorities?: readonly X509Certificate[];
  /** The least level to accept; default B-B. Cut back to a lower level a file is sound, so only this finds it out. */
  readonly atLeast?: Level;
}

/**
 * Verifies the PAdES baseline signature of a PDF at the level it has, offline. Stricter than the standard asks, so that a
 * change of any one byte is refused: the signature covers the file from 0 to its end, the gap is `<HEX>` in upper case,
 * and the CMS, rebuilt from the digest, the signature value and the certificates, is the very same bytes, followed by
 * zeros only. (pdfsig 22.12 and mutool 1.21 accept changed certificate bytes, padding and letter case; measured 2026-11.)
 * Behind it may stand a security store and a document time-stamp, rebuilt and compared likewise, and nothing else.
 */
export function verifyPdf({ bytes, trust, authorities = [], atLeast = 'B-B' }: VerifyPdf): Verification {
  return verificationOf(sha256Of(bytes), (checklist) => {
    const revisions = requireRevisions(checklist, bytes);
    const signature = requireSignature(checklist, revisions.signed, trust);
    const { key, certificate, digest, claimedTime } = signature;
    const lasting = requireLasting(checklist, revisions, signature, authorities);
    const claimed: SigningTime | undefined = claimedTime && { at: claimedTime, basis: 'claimed' };
    const signingTime = lasting.signingTime ?? claimed;
    requireInUse(checklist, key, signingTime);
    checklist.require('level', LEVELS.indexOf(lasting.level) >= LEVELS.indexOf(atLeast), 'level_too_low', {
      ok: `level ${lasting.level}, and at least ${atLeast} is asked for`,
      failed: `level ${lasting.level}, and at least ${atLeast} is asked for`,
    });
    return {
      ...lasting,
      ...(signingTime && { signingTime }),
      key,
      signedBy: signedByOf(key, certificate),
      signedContentSha256: digest.toString('hex'),
    };
  });
}

function requireRevisions(checklist: Checklist, bytes: Uint8Array): PdfRevisions {
  checklist.require('form', startsAsPdf(bytes), 'not_a_pdf', {
    ok: 'a PDF',
    failed: 'the file does not begin with %PDF-',
  });
  const pdf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return checklist.requireFound(
    'form',
    unlessUnreadable(() => readRevisions(pdf)),
    'malformed',
    {
      ok: 'nothing was appended that is not known',
      failed: 'what was appended to the signed report is not what is written there',
    },
  );
}

/** The report's own signature, level B-B. */
function requireSignature(checklist: Checklist, pdf: Buffer, trust: Trust): ReportSignature {
  const place = requireCoverage(checklist, pdf);
  const { cms, parts } = requireCms(checklist, pdf, place);
  const digest = digestAround(pdf, place);
  checklist.require('content', digest.equals(parts.messageDigest), 'content_changed', {
    ok: 'the signed bytes have the digest that the signature names',
    failed: 'the bytes of the file are not those that were signed',
  });
  const certificate = requireCertificate(checklist, parts);
  const key = requireTrustedKey(checklist, keyIdOf(certificate.publicKey), trust);

  const attributes = requireOneForm(checklist, cms, () => {
    const attributes = signedAttributes(digest, parts.chain);
    const rebuilt = signedData(attributes, parts.signature, parts.chain, key.algorithm, parts.timestamp);
    return { attributes, rebuilt };
  });
  checklist.require('signature', isSignatureValid(attributes, parts.signature, key), 'signature_invalid', {
    ok: `${key.algorithm} signature by the trusted key`,
    failed: 'the signature was not made by the key it names',
  });
  return { parts, key, certificate, digest, claimedTime: claimedTimeOf(pdf, place) };
}

function requireCoverage(checklist: Checklist, pdf: Uint8Array): PdfSignature {
  const place = checklist.requireFound('form', findPdfSignature(pdf), 'not_signed', {
    ok: 'one signature that begins at byte 0',
    failed: 'no signature was found that begins at byte 0 and leaves out nothing but itself',
  });
  checklist.require('coverage', place.signedEnd === pdf.length, 'not_fully_covered', {
    ok: `all ${pdf.length} bytes of the report are signed, from the first to the last`,
    failed: `${place.signedEnd} bytes were signed and the file has ${pdf.length}`,
  });
  return place;
}

interface PlacedCms {
  readonly cms: Uint8Array;
  readonly parts: SignedDataParts;
}

function requireCms(checklist: Checklist, pdf: Uint8Array, place: PdfSignature): PlacedCms {
  return checklist.requireFound('form', readCms(pdf, place), 'malformed', {
    ok: 'a PAdES baseline signature, followed by zeros only',
    failed: 'the signature cannot be read as a PAdES baseline signature followed by zeros',
  });
}

function readCms(pdf: Uint8Array, place: PdfSignature): PlacedCms | undefined {
  const cms = unpadded(readGap(pdf, place));
  return cms && unlessUnreadable(() => ({ cms, parts: readSignedData(cms) }));
}

function requireCertificate(checklist: Checklist, { chain }: SignedDataParts): X509Certificate {
  return checklist.requireFound('form', readCertificate(chain.certificate), 'malformed', {
    ok: 'the signing certificate can be read',
    failed: 'the signing certificate cannot be read',
  });
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

/** Answers the signed attributes once `rebuild` gives the very bytes of `cms`. */
function requireOneForm(checklist: Checklist, cms: Uint8Array, rebuild: () => RebuiltCms): Uint8Array {
  const made = unlessUnreadable(rebuild);
  const same = made !== undefined && Buffer.compare(cms, made.rebuilt) === 0 ? made : undefined;
  return checklist.requireFound('form', same, 'malformed', {
    ok: 'the signature is the one form there is for it, certificates included',
    failed: 'the signature holds bytes that nothing accounts for',
  }).attributes;
}

interface RebuiltCms {
  readonly attributes: Uint8Array;
  readonly rebuilt: Uint8Array;
}

/** Certificates and revisions come out of the file, and what looks like one need not be one. */
function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError || error instanceof PdfError) return undefined;
    throw error;
  }
}

const startsAsPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';
