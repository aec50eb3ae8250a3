import { X509Certificate } from 'node:crypto';
import { algorithmOf, isDevelopmentCertificate, keyIdOf, maySign } from '@evidence/verify';
import type { PublishedKey } from './port.js';
import { SigningError } from './signing-error.js';

/** More than any real chain; all of it goes into every signed PDF. */
const CHAIN_MAX_CERTIFICATES = 5;

/** A signing certificate with its issuers, checked to be one chain. */
export interface SigningChain {
  readonly leaf: X509Certificate;
  readonly published: PublishedKey;
}

/**
 * Reads a chain in PEM: the signing certificate, then its issuers, each issued by the next. Whether it is valid at some
 * time is another question. Throws `SigningError`.
 */
export function readCertificateChain(certificateChainPem: string): SigningChain {
  const [leaf, ...issuers] = readChain(certificateChainPem);
  const algorithm = algorithmOf(leaf.publicKey);
  if (algorithm === undefined) {
    throw new SigningError(
      'key_unsupported',
      'The signing key must be RSA of at least 2048 bits or EC P-256: make another.',
    );
  }
  requireOrder([leaf, ...issuers]);
  const published: PublishedKey = {
    keyId: keyIdOf(leaf.publicKey),
    algorithm,
    certificate: leaf.raw,
    chain: issuers.map((issuer) => issuer.raw),
    isDevelopmentKey: isDevelopmentCertificate(leaf),
  };
  return { leaf, published };
}

function readChain(pem: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > CHAIN_MAX_CERTIFICATES) {
    throw new SigningError(
      'key_unreadable',
      `The chain has ${blocks.length} certificates and at most ${CHAIN_MAX_CERTIFICATES} are taken: leave out what is not needed.`,
    );
  }
  const [leaf, ...issuers] = blocks.map(readCertificate);
  if (leaf === undefined) {
    throw new SigningError(
      'key_unreadable',
      'The certificate file holds no PEM certificate: convert it with `openssl x509 -inform DER -in <file> -out certificate.pem`.',
    );
  }
  return [leaf, ...issuers];
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new SigningError('key_unreadable', 'A certificate of the chain is damaged: get it again.', { cause });
  }
}

function requireOrder(chain: readonly X509Certificate[]): void {
  for (const [index, issuer] of chain.slice(1).entries()) {
    const issued = chain[index]!;
    if (issued.checkIssued(issuer) && issued.verify(issuer.publicKey)) continue;
    throw new SigningError(
      'key_mismatch',
      `${subjectOf(issued)} was not issued by ${subjectOf(issuer)}: put the certificates in order, the signing one first, each followed by its issuer.`,
    );
  }
}

/** Of a certificate with none but these purposes others would refuse the signature of a document. RFC 5280 §4.2.1.12. */
const OTHER_PURPOSES: readonly string[] = [1, 2, 3, 8, 9].map((purpose) => `1.3.6.1.5.5.7.3.${purpose}`);

/** Throws `SigningError` unless the certificate is valid at `now` and is for signing documents. */
export function requireUsable(leaf: X509Certificate, now: Date): void {
  requireForSigning(leaf);
  requireBegun(leaf, now);
  requireNotEnded(leaf, now);
}

/** Node calls extendedKeyUsage keyUsage. */
function requireForSigning(leaf: X509Certificate): void {
  const isForOther = leaf.keyUsage?.length > 0 && leaf.keyUsage.every((purpose) => OTHER_PURPOSES.includes(purpose));
  if (maySign(leaf) && !isForOther) return;
  throw new SigningError(
    'certificate_purpose',
    `The certificate of ${subjectOf(leaf)} is not for signing documents: get one with the key usage digitalSignature, and without an extended key usage or with emailProtection or documentSigning.`,
  );
}

function requireBegun(leaf: X509Certificate, now: Date): void {
  if (now < new Date(leaf.validFrom)) {
    throw new SigningError(
      'certificate_not_yet_valid',
      `The certificate of ${subjectOf(leaf)} is valid from ${leaf.validFrom} only.`,
    );
  }
}

export function requireNotEnded(leaf: X509Certificate, now: Date): void {
  if (now > new Date(leaf.validTo)) {
    throw new SigningError(
      'certificate_expired',
      `The certificate of ${subjectOf(leaf)} ended on ${leaf.validTo}: renew it.`,
    );
  }
}

export const subjectOf = (certificate: X509Certificate): string => certificate.subject.replaceAll('\n', ', ');
