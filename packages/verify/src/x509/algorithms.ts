import { type KeyObject, verify } from 'node:crypto';
import { DerError, type DerValue, der, membersOf, objectIdentifier, sequence, TAG } from '../asn1/der.js';
import { isSoundRsa } from './rsa.js';

/**
 * The algorithms that authorities sign time-stamps, OCSP responses, CRLs and certificates with: RSA PKCS #1 v1.5 and
 * ECDSA with SHA-2. Our own signatures use two of them only (see `SignatureAlgorithm`).
 */

/** JOSE names (RFC 7518 §3.1). An ES256 signature is DER here, as in CMS, not the JOSE pair. */
export type SignatureAlgorithm = 'RS256' | 'ES256';

export type DigestName = 'sha256' | 'sha384' | 'sha512';

const NULL = der(TAG.null);

const DIGEST_OID: Readonly<Record<DigestName, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const DIGESTS = Object.keys(DIGEST_OID) as DigestName[];

/** RFC 5754 §3.2 (RSA, NULL parameters) and §3.3 (ECDSA, none). */
const RSA_OID: Readonly<Record<DigestName, string>> = {
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const ECDSA_OID: Readonly<Record<DigestName, string>> = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
/** RFC 3370 §3.2: in CMS it leaves the digest to SignerInfo.digestAlgorithm. */
const RSA_ENCRYPTION_OID = '1.2.840.113549.1.1.1';

/** AlgorithmIdentifier of a digest in the form to write: parameters absent (RFC 5754 §2). */
export const digestIdentifier = (digest: DigestName): Uint8Array => sequence(objectIdentifier(DIGEST_OID[digest]));

/** Reads a digest's AlgorithmIdentifier, parameters absent or NULL (RFC 5754 §2). Throws `DerError`. */
export function readDigest(identifier: Uint8Array): DigestName {
  const same = (expected: Uint8Array): boolean => Buffer.compare(identifier, expected) === 0;
  const found = DIGESTS.find(
    (each) => same(digestIdentifier(each)) || same(sequence(objectIdentifier(DIGEST_OID[each]), NULL)),
  );
  if (found === undefined) throw new DerError('the digest is not SHA-256, SHA-384 or SHA-512');
  return found;
}

/** SignerInfo.signatureAlgorithm for a key of this type: the one form that we write. */
export function signerIdentifier(key: KeyObject, digest: DigestName): Uint8Array {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(objectIdentifier(RSA_ENCRYPTION_OID), NULL)
    : sequence(objectIdentifier(ECDSA_OID[digest]));
}

/** Whether `identifier` in a SignerInfo is a signature by a key of this type with `digest`, in any of its forms. */
export function isSignerIdentifier(identifier: Uint8Array, key: KeyObject, digest: DigestName): boolean {
  const forms = [signerIdentifier(key, digest), signatureIdentifier(key, digest)];
  return forms.some((form) => Buffer.compare(form, identifier) === 0);
}

/** The digest algorithm of the signature of a certificate, CRL or OCSP response. Throws `DerError`. */
export function digestOfSignature(identifier: Uint8Array, key: KeyObject): DigestName {
  const found = DIGESTS.find((each) => Buffer.compare(signatureIdentifier(key, each), identifier) === 0);
  if (found === undefined) throw new DerError('the signature is not RSA PKCS #1 v1.5 or ECDSA with SHA-2');
  return found;
}

/** NIST SP 800-57 part 1 rev. 5 §5.6.1: 112 bits of security. */
export function isSoundSignature(
  key: KeyObject,
  digest: DigestName,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const isSoundCurve = key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve);
  return (isSoundRsa(key) || isSoundCurve) && verify(digest, bytes, key, signature);
}

/** SEQUENCE { toBeSigned, algorithm, BIT STRING }, as certificates, CRLs and OCSP responses are (RFC 5280 §4.1). */
export interface SignedStructure {
  readonly toBeSigned: DerValue;
  readonly algorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** The values after the signature; an OCSP response has certificates there. */
  readonly rest: readonly DerValue[];
}

const SIGNED_TAGS = [TAG.sequence, TAG.sequence, TAG.sequence, TAG.bitString];

/** Throws `DerError`. */
export function readSigned(value: DerValue): SignedStructure {
  const [toBeSigned, algorithm, bits, ...rest] = membersOf(value);
  const tags = [value, toBeSigned, algorithm, bits].map((each) => each?.tag);
  if (!toBeSigned || !algorithm || !bits || tags.join() !== SIGNED_TAGS.join() || bits.content[0] !== 0) {
    throw new DerError('it is not a signed structure');
  }
  return { toBeSigned, algorithm: algorithm.encoded, signature: bits.content.subarray(1), rest };
}

function signatureIdentifier(key: KeyObject, digest: DigestName): Uint8Array {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(objectIdentifier(RSA_OID[digest]), NULL)
    : sequence(objectIdentifier(ECDSA_OID[digest]));
}
