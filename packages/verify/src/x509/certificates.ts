import { X509Certificate } from 'node:crypto';
import { contextTag, DerError, type DerValue, memberAt, membersOf, readDer, TAG } from '../asn1/der.js';
import { chainSays } from '../sentences/proofs.js';
import { digestOfSignature, isSoundSignature, readSigned } from './algorithms.js';
import { hasUnknownConstraint, pathLengthOf } from './extensions.js';
import { ProofError } from './proof-error.js';

/** More than any real chain. */
const CHAIN_MAX_CERTIFICATES = 8;
/** The limit of any list of certificates: more than a real chain has, and few enough to compare every two. */
export const CERTIFICATES_MAX = 20;

/** The PEM blocks of the certificates in a text, in order; anything else is ignored. */
export const pemCertificatesIn = (text: string): string[] =>
  text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];

/** A certificate and the one that issued it. */
export interface Issued {
  readonly certificate: X509Certificate;
  readonly issuer: X509Certificate;
}

/**
 * Checks that `chain`, leaf first, leads to one of `authorities` at the time `at`: each certificate is valid then and
 * issued by the next, within its permitted length, and the last one is an authority or issued by one. Returns who issued what, without the
 * trusted authorities themselves. Throws `ProofError`, and `DerError` for a signature that is not RSA or ECDSA with SHA-2.
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
      throw new ProofError('authority_unknown', chainSays.untrusted(subjectOf(certificate), issuerOf(certificate)));
    }
    requireValidAt(issuer, at);
    requireUnconstrained(certificate, issuer, index);
    requireSound(certificate, issuer);
    return [{ certificate, issuer }];
  });
}

/**
 * Refuses a certificate that was issued with a short key or an old digest, which OpenSSL (and so Node) accepts. Throws
 * `ProofError`, and `DerError` for a signature that is not RSA or ECDSA with SHA-2.
 */
export function requireSound(certificate: X509Certificate, issuer: X509Certificate): void {
  const { toBeSigned, algorithm, signature } = readSigned(readDer(certificate.raw));
  const digest = digestOfSignature(algorithm, issuer.publicKey);
  if (isSoundSignature(issuer.publicKey, digest, toBeSigned.encoded, signature)) return;
  throw new ProofError('authority_unknown', chainSays.shortKey(subjectOf(issuer)));
}

/** RFC 5280 §6.1.4 (m) and (o): `below` is the number of authorities below the issuer. */
function requireUnconstrained(certificate: X509Certificate, issuer: X509Certificate, below: number): void {
  const [name, issuedBy] = [subjectOf(certificate), subjectOf(issuer)];
  if (below > pathLengthOf(issuer)) {
    throw new ProofError('authority_unknown', chainSays.tooLong(name, issuedBy));
  }
  if (hasUnknownConstraint(certificate)) {
    throw new ProofError('authority_unknown', chainSays.unknownExtension(name));
  }
}

/**
 * The certificates that lead from `leaf` to an authority, taken from a `pool` in any order; the leaf first, and no more than
 * needed. The whole chain if it reaches no authority.
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

/** RFC 5280 §6.1.3 (a)(1) and (a)(4), §6.1.4 (k) and (n): names, signature, CA, and the key usage that Node checks. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** timeStamping is the only purpose of the certificate (RFC 3161 §2.3). Node's `keyUsage` is extendedKeyUsage. */
export const isForTimeStamping = ({ keyUsage }: X509Certificate): boolean =>
  keyUsage?.length === 1 && keyUsage[0] === '1.3.6.1.5.5.7.3.8';

export const isAmong = (certificate: X509Certificate, all: readonly X509Certificate[]): boolean =>
  all.some((each) => each.raw.equals(certificate.raw));

/** Reads a certificate in which every byte is signed or determined by signed bytes. Throws `DerError`. */
export function readCertificate(der: Uint8Array): X509Certificate {
  const { toBeSigned, algorithm, rest } = readSigned(readDer(der));
  const certificate = parse(der);
  const body = bodyOf(toBeSigned);
  const inner = body[1]?.encoded ?? new Uint8Array();
  if (rest.length > 0 || Buffer.compare(inner, algorithm) !== 0 || Buffer.compare(certificate.raw, der) !== 0) {
    throw new DerError('a certificate contains unexpected bytes');
  }
  return certificate;
}

/** The names by which revocation lists and OCSP identify a certificate. All DER, RFC 5280 §4.1. */
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
  // Not validFromDate, which Node has only from 22.10 on: an auditor may have 20.
  if (at >= new Date(certificate.validFrom) && at <= new Date(certificate.validTo)) return;
  const { validFrom, validTo } = certificate;
  throw new ProofError('certificate_expired', chainSays.notValidAt(subjectOf(certificate), validFrom, validTo, at));
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
