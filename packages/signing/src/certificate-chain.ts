import { X509Certificate } from 'node:crypto';
import { algorithmOf, isDevelopmentCertificate, keyIdOf } from '@evidence/verify';
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

export function readPem<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new SigningError('key_unreadable', `The ${what} is not readable PEM (a key must not be encrypted).`, {
      cause,
    });
  }
}

function readChain(pem: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > CHAIN_MAX_CERTIFICATES) {
    throw new SigningError(
      'key_unreadable',
      `The chain has ${blocks.length} certificates and at most ${CHAIN_MAX_CERTIFICATES} are taken: leave out what is not needed.`,
    );
  }
  const [leaf, ...issuers] = blocks.map((block) => readPem('certificate', () => new X509Certificate(block)));
  if (leaf === undefined) throw new SigningError('key_unreadable', 'The certificate file holds no PEM certificate.');
  return [leaf, ...issuers];
}

function requireOrder(chain: readonly X509Certificate[]): void {
  for (const [index, issuer] of chain.slice(1).entries()) {
    const issued = chain[index]!;
    if (issued.checkIssued(issuer) && issued.verify(issuer.publicKey)) continue;
    throw new SigningError(
      'key_mismatch',
      `${subjectOf(issued)} was not issued by ${subjectOf(issuer)}: put the certificates in order, the signing one first.`,
    );
  }
}

export function requireValidAt(leaf: X509Certificate, now: Date): void {
  if (now < new Date(leaf.validFrom)) {
    throw new SigningError(
      'certificate_not_yet_valid',
      `The certificate of ${subjectOf(leaf)} is valid from ${leaf.validFrom} only.`,
    );
  }
  if (now > new Date(leaf.validTo)) {
    throw new SigningError(
      'certificate_expired',
      `The certificate of ${subjectOf(leaf)} ended on ${leaf.validTo}: renew it.`,
    );
  }
}

export const subjectOf = (certificate: X509Certificate): string => certificate.subject.replaceAll('\n', ', ');
