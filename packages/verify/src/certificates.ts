import { X509Certificate } from 'node:crypto';
import { digestOfSignature, isSoundSignature, readSigned } from './algorithms.js';
import { contextTag, DerError, type DerValue, memberAt, membersOf, readDer, TAG } from './der.js';
import { hasUnknownConstraint, pathLengthOf } from './extensions.js';
import { ProofError } from './proof-error.js';
import { TrustError } from './trust.js';

/** More than any real chain. */
const CHAIN_MAX_CERTIFICATES = 8;
/** Far above any real set of authorities to trust. */
const AUTHORITIES_MAX = 100;

/**
 * Reads the authorities that the caller trusts: PEM certificates, one after the other, of those who issue certificates
 * and time-stamps. Throws `TrustError`.
 */
export function readAuthorities(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || blocks.length > AUTHORITIES_MAX) {
    throw new TrustError(
      'trust_unreadable',
      `A file of authorities holds 1 to ${AUTHORITIES_MAX} PEM certificates; this one holds ${blocks.length}.`,
    );
  }
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new TrustError('trust_unreadable', 'A certificate of the authorities cannot be read.', { cause });
  }
}

/** A certificate and the one that issued it. */
export interface Issued {
  readonly certificate: X509Certificate;
  readonly issuer: X509Certificate;
}

/**
 * Checks that `chain`, leaf first, leads to one of `authorities` at the time `at`: each certificate is valid then and
 * issued by the next, within the length that it may have, the last one by an authority unless it is one. Answers who issued what; a trusted authority
 * itself is not in the answer. Throws `ProofError`, and `DerError` for a signature that is not RSA or ECDSA with SHA-2.
 */
export function requireChain(
  chain: readonly X509Certificate[],
  at: Date,
  authorities: readonly X509Certificate[],
): Issued[] {
  return chain.flatMap((certificate, index) => {
    requireValidAt(certificate, at);
    if (isAmong(certificate, authorities)) return [];
    const next = chain[index + 1];
    const issuer = [...(next === undefined ? [] : [next]), ...authorities].find((each) =>
      isIssuedBy(certificate, each),
    );
    if (issuer === undefined) {
      const name = `the certificate of ${subjectOf(certificate)}`;
      throw new ProofError(
        'authority_unknown',
        `${name} was issued by ${issuerOf(certificate)}, whom you do not trust`,
      );
    }
    requireValidAt(issuer, at);
    requireUnconstrained(certificate, issuer, index);
    requireSound(certificate, issuer);
    return [{ certificate, issuer }];
  });
}

/**
 * Refuses a certificate that was issued with a short key or an old digest, which OpenSSL, whom Node asks, lets pass. Throws
 * `ProofError`, and `DerError` for a signature that is not RSA or ECDSA with SHA-2.
 */
export function requireSound(certificate: X509Certificate, issuer: X509Certificate): void {
  const { toBeSigned, algorithm, signature } = readSigned(readDer(certificate.raw));
  const digest = digestOfSignature(algorithm, issuer.publicKey);
  if (isSoundSignature(issuer.publicKey, digest, toBeSigned.encoded, signature)) return;
  throw new ProofError(
    'authority_unknown',
    `the key of ${subjectOf(issuer)}, an authority, is too short to be relied on`,
  );
}

/** RFC 5280 §6.1.4 (m) and (o): `below` is how many authorities stand under the issuer already. */
function requireUnconstrained(certificate: X509Certificate, issuer: X509Certificate, below: number): void {
  const [name, issuedBy] = [subjectOf(certificate), subjectOf(issuer)];
  if (below > pathLengthOf(issuer)) {
    throw new ProofError(
      'authority_unknown',
      `the certificate of ${name} leads nowhere: ${issuedBy} may not have so many authorities below it`,
    );
  }
  if (hasUnknownConstraint(certificate)) {
    throw new ProofError(
      'authority_unknown',
      `the certificate of ${name} has a critical extension that is not understood here`,
    );
  }
}

/**
 * The certificates that lead from `leaf` to an authority, out of a `pool` in any order; the leaf first, and no more than
 * are needed. Where no authority is reached, all that follow one another.
 */
export function chainOf(
  leaf: X509Certificate,
  pool: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): X509Certificate[] {
  const chain = [leaf];
  for (let last = leaf; chain.length < CHAIN_MAX_CERTIFICATES; chain.push(last)) {
    const certificate = last;
    if (isAmong(certificate, authorities) || authorities.some((each) => isIssuedBy(certificate, each))) break;
    const issuer = pool.find((each) => !isAmong(each, chain) && isIssuedBy(certificate, each));
    if (issuer === undefined) break;
    last = issuer;
  }
  return chain;
}

/** RFC 5280 §6.1.3 (a)(1) and (a)(4), §6.1.4 (k) and (n): names, signature, CA, and key usage as far as Node checks it. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** timeStamping is the only purpose of the certificate (RFC 3161 §2.3). Node calls extendedKeyUsage keyUsage. */
export const isForTimeStamping = ({ keyUsage }: X509Certificate): boolean =>
  keyUsage?.length === 1 && keyUsage[0] === '1.3.6.1.5.5.7.3.8';

export const isAmong = (certificate: X509Certificate, all: readonly X509Certificate[]): boolean =>
  all.some((each) => each.raw.equals(certificate.raw));

/** Reads a certificate in which every byte is signed or determined by those that are. Throws `DerError`. */
export function readCertificate(der: Uint8Array): X509Certificate {
  const { toBeSigned, algorithm, rest } = readSigned(readDer(der));
  const certificate = parse(der);
  const body = bodyOf(toBeSigned);
  const inner = body[1]?.encoded ?? new Uint8Array();
  if (rest.length > 0 || Buffer.compare(inner, algorithm) !== 0 || Buffer.compare(certificate.raw, der) !== 0) {
    throw new DerError('a certificate holds bytes that nothing accounts for');
  }
  return certificate;
}

/** What revocation lists and OCSP name a certificate by. All DER, RFC 5280 §4.1. */
export interface CertificateNames {
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The content of the BIT STRING in SubjectPublicKeyInfo: RFC 6960 §4.1.1 hashes it. */
  readonly publicKeyBits: Uint8Array;
}

/** Throws `DerError`. */
export function namesOf(certificate: X509Certificate): CertificateNames {
  const [serialNumber, , issuer, , subject, publicKeyInfo] = bodyOf(
    memberAt(readDer(certificate.raw), 0, TAG.sequence),
  );
  if (!serialNumber || !issuer || !subject || !publicKeyInfo) throw new DerError('a certificate is cut short');
  return {
    serialNumber: serialNumber.encoded,
    issuer: issuer.encoded,
    subject: subject.encoded,
    publicKeyBits: memberAt(publicKeyInfo, 1, TAG.bitString).content.subarray(1),
  };
}

export const subjectOf = (certificate: X509Certificate): string => certificate.subject.replaceAll('\n', ', ');

const issuerOf = (certificate: X509Certificate): string => certificate.issuer.replaceAll('\n', ', ');

export function requireValidAt(certificate: X509Certificate, at: Date): void {
  // Not validFromDate: Node has it from 22.10 on, and an auditor may have 20.
  if (at >= new Date(certificate.validFrom) && at <= new Date(certificate.validTo)) return;
  throw new ProofError(
    'certificate_expired',
    `the certificate of ${subjectOf(certificate)} is valid from ${certificate.validFrom} to ${certificate.validTo}, not on ${at.toISOString()}`,
  );
}

/** The members of tbsCertificate from serialNumber on: the version is absent in v1. */
function bodyOf(toBeSigned: DerValue): DerValue[] {
  const members = membersOf(toBeSigned);
  return members[0]?.tag === contextTag(0) ? members.slice(1) : members;
}

function parse(der: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(der);
    // Decoded on demand: a damaged or unknown key throws here and not later.
    certificate.publicKey.asymmetricKeyType;
    return certificate;
  } catch (cause) {
    throw new DerError('a certificate cannot be read', { cause });
  }
}
