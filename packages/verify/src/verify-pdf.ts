import { createHash, X509Certificate } from 'node:crypto';
import { readSignedData, type SignedDataParts, signedAttributes, signedData } from './cms.js';
import { DerError, readFirst } from './der.js';
import { findPdfSignature, type PdfSignature, readGap } from './pdf-signature.js';
import { keyIdOf, type Trust } from './trust.js';
import {
  type Checklist,
  isSignatureValid,
  requireTrustedKey,
  sha256Of,
  signedByOf,
  type Verification,
  verificationOf,
} from './verification.js';

/**
 * Verifies the PAdES baseline B-B signature of a PDF, offline. Stricter than the standard asks, so that a change of any
 * one byte is refused: the signature covers the file from 0 to its end, the gap is `<HEX>` in upper case, and the CMS,
 * rebuilt from the digest, the signature value and the certificates, is the very same bytes, followed by zeros only.
 * (pdfsig 22.12 and mutool 1.21 accept changed certificate bytes, padding and letter case; measured 2026-11.)
 */
export function verifyPdf({ bytes, trust }: { readonly bytes: Uint8Array; readonly trust: Trust }): Verification {
  return verificationOf(sha256Of(bytes), (checklist) => {
    const place = requireCoverage(checklist, bytes);
    const { padded, parts, certificate, keyId } = requireForm(checklist, bytes, place);
    const key = requireTrustedKey(checklist, keyId, trust);

    const digest = digestAround(bytes, place);
    checklist.require('content', Buffer.compare(digest, parts.messageDigest) === 0, 'content_changed', {
      ok: 'the signed bytes have the digest that was signed',
      failed: 'the bytes of the file are not those that were signed',
    });
    const attributes = signedAttributes(digest, parts.chain);
    const rebuilt = signedData(attributes, parts.signature, parts.chain, key.algorithm);
    checklist.require('form', isPaddedWithZeros(padded, rebuilt), 'malformed', {
      ok: 'the signature is the one form there is for it, certificates and padding included',
      failed: 'the signature holds bytes that nothing accounts for',
    });
    checklist.require('signature', isSignatureValid(attributes, parts.signature, key), 'signature_invalid', {
      ok: `${key.algorithm} signature by the trusted key`,
      failed: 'the signature was not made by the key it names',
    });
    return { signedBy: signedByOf(key, certificate) };
  });
}

function requireCoverage(checklist: Checklist, pdf: Uint8Array): PdfSignature {
  checklist.require('form', startsAsPdf(pdf), 'not_a_pdf', {
    ok: 'a PDF',
    failed: 'the file does not begin with %PDF-',
  });
  const place = checklist.requireFound('form', findPdfSignature(pdf), 'not_signed', {
    ok: 'one signature that begins at byte 0',
    failed: 'no signature was found that begins at byte 0 and leaves out nothing but itself',
  });
  checklist.require('coverage', place.signedEnd === pdf.length, 'not_fully_covered', {
    ok: `all ${pdf.length} bytes are signed, from the first to the last`,
    failed: `${place.signedEnd} bytes were signed and the file has ${pdf.length}`,
  });
  return place;
}

function requireForm(checklist: Checklist, pdf: Uint8Array, place: PdfSignature): ReadSignature {
  return checklist.requireFound('form', readSignature(pdf, place), 'malformed', {
    ok: 'the signature can be read',
    failed: 'the signature cannot be read as a PAdES baseline signature',
  });
}

interface ReadSignature {
  /** The CMS and the padding after it. */
  readonly padded: Uint8Array;
  readonly parts: SignedDataParts;
  readonly certificate: X509Certificate;
  /** Of the certificate's key: a candidate, until it is found among the trusted ones. */
  readonly keyId: string;
}

/** undefined when it is no CMS of ours, or when its certificate cannot be read. */
function readSignature(pdf: Uint8Array, place: PdfSignature): ReadSignature | undefined {
  const padded = readGap(pdf, place);
  if (padded === undefined) return undefined;
  try {
    const parts = readSignedData(readFirst(padded).encoded);
    const certificate = new X509Certificate(parts.chain.certificate);
    return { padded, parts, certificate, keyId: keyIdOf(certificate.publicKey) };
  } catch (error) {
    // OpenSSL's own errors, for a certificate it cannot read, have no class but a code.
    if (error instanceof DerError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}

function digestAround(pdf: Uint8Array, { gapStart, gapEnd, signedEnd }: PdfSignature): Uint8Array {
  const hash = createHash('sha256');
  return hash.update(pdf.subarray(0, gapStart)).update(pdf.subarray(gapEnd, signedEnd)).digest();
}

function isPaddedWithZeros(padded: Uint8Array, rebuilt: Uint8Array): boolean {
  const padding = padded.subarray(rebuilt.length);
  return Buffer.compare(padded.subarray(0, rebuilt.length), rebuilt) === 0 && padding.every((byte) => byte === 0);
}

const startsAsPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';
