import { X509Certificate } from 'node:crypto';
import {
  algorithmOf,
  isDevelopmentCertificate,
  keyIdOf,
  maySign,
  pemCertificatesIn,
  subjectOf,
} from '@evidence/verify/formats';
import type { PublishedKey } from './port.js';
import { SigningError } from './signing-error.js';

/** More than any real chain. The whole chain goes into every signed PDF. */
const CHAIN_MAX_CERTIFICATES = 5;

/** A signing certificate with its issuers, checked to be one chain. */
export interface SigningChain {
  readonly leaf: X509Certificate;
  readonly published: PublishedKey;
}

/**
 * Reads a chain in PEM: the signing certificate, then its issuers, each issued by the next. Does not check validity periods.
 * Throws `SigningError`.
 */
export function readCertificateChain(certificateChainPem: string): SigningChain {
  const [leaf, ...issuers] = readChain(certificateChainPem);
  const algorithm = algorithmOf(leaf.publicKey);
  if (algorithm === undefined) {
    throw new SigningError(
      'key_unsupported',
      'The signing key must be RSA with at least 2048 bits or EC P-256: make a new key.',
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
  const blocks = pemCertificatesIn(pem);
  if (blocks.length > CHAIN_MAX_CERTIFICATES) {
    throw new SigningError(
      'key_unreadable',
      `The chain has ${blocks.length} certificates; the limit is ${CHAIN_MAX_CERTIFICATES}: leave out those that are not needed.`,
    );
  }
  const [leaf, ...issuers] = blocks.map(readCertificate);
  if (leaf === undefined) {
    throw new SigningError(
      'key_unreadable',
      'The certificate file contains no PEM certificate: convert it with `openssl x509 -inform DER -in <file> -out certificate.pem`.',
    );
  }
  return [leaf, ...issuers];
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new SigningError('key_unreadable', 'A certificate in the chain is damaged: replace it.', { cause });
  }
}

function requireOrder(chain: readonly X509Certificate[]): void {
  for (const [index, issuer] of chain.slice(1).entries()) {
    const issued = chain[index]!;
    if (issued.checkIssued(issuer) && issued.verify(issuer.publicKey)) continue;
    throw new SigningError(
      'key_mismatch',
      `${subjectOf(issued)} was not issued by ${subjectOf(issuer)}: order the certificates, the signing certificate first, each followed by its issuer.`,
    );
  }
}

/** Other software would refuse a document signature by a certificate with only these purposes (RFC 5280 §4.2.1.12). */
const OTHER_PURPOSES: readonly string[] = [1, 2, 3, 8, 9].map((purpose) => `1.3.6.1.5.5.7.3.${purpose}`);

/** Throws `SigningError` unless the certificate is valid at `now` and is for signing documents. */
export function requireUsable(leaf: X509Certificate, now: Date): void {
  requireForSigning(leaf);
  requireBegun(leaf, now);
  requireNotEnded(leaf, now);
}

/** Node's `keyUsage` is extendedKeyUsage. */
function requireForSigning(leaf: X509Certificate): void {
  const isForOther = leaf.keyUsage?.length > 0 && leaf.keyUsage.every((purpose) => OTHER_PURPOSES.includes(purpose));
  if (maySign(leaf) && !isForOther) return;
  throw new SigningError(
    'certificate_purpose',
    `The certificate of ${subjectOf(leaf)} is not for signing documents: get one with the key usage digitalSignature, and with either no extended key usage, or emailProtection or documentSigning.`,
  );
}

function requireBegun(leaf: X509Certificate, now: Date): void {
  if (now < new Date(leaf.validFrom)) {
    throw new SigningError(
      'certificate_not_yet_valid',
      `The certificate of ${subjectOf(leaf)} is not valid before ${leaf.validFrom}.`,
    );
  }
}

export function requireNotEnded(leaf: X509Certificate, now: Date): void {
  if (now > new Date(leaf.validTo)) {
    throw new SigningError(
      'certificate_expired',
      `The certificate of ${subjectOf(leaf)} expired on ${leaf.validTo}: renew it.`,
    );
  }
}
