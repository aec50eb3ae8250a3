import { createHash } from 'node:crypto';
import {
  contextTag,
  DerError,
  type DerValue,
  der,
  memberAt,
  membersOf,
  objectIdentifier,
  octetString,
  readDer,
  sequence,
  setOf,
  smallInteger,
  TAG,
} from '../asn1/der.js';
import type { SignatureAlgorithm } from '../x509/algorithms.js';
import { CERTIFICATES_MAX } from '../x509/certificates.js';
import { normalSignature } from '../x509/ecdsa.js';

/**
 * The one CMS SignedData (RFC 5652 §5) that this project writes: detached, one signer, a CAdES/PAdES baseline
 * signature (ETSI EN 319 142-1 §6.3). Signed attributes are content-type, message-digest and signing-certificate-v2;
 * signing-time is absent, because PAdES baseline has the time in the signature dictionary's /M.
 *
 * Signer and verifier share this file: the verifier rebuilds the structure and compares bytes, so that nothing in it
 * is left unchecked. All certificates are named in signing-certificate-v2, the issuers too (RFC 5035 §3), which puts
 * every certificate byte under the signature.
 */

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  data: '1.2.840.113549.1.7.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

/** The parameters are absent, as RFC 5754 §2 requires of writers. */
const SHA256_IDENTIFIER = sequence(objectIdentifier(OID.sha256));

/** RFC 5754 §3: RSA has NULL parameters, ECDSA has none. */
const SIGNATURE_IDENTIFIER: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  RS256: sequence(objectIdentifier(OID.sha256WithRsa), der(TAG.null)),
  ES256: sequence(objectIdentifier(OID.ecdsaWithSha256)),
};

/** A signing certificate and its issuers, all DER, leaf first. */
export interface CertificateChain {
  readonly certificate: Uint8Array;
  readonly issuers: readonly Uint8Array[];
}

/** The DER of SignedAttributes as it is signed: with the tag SET OF (RFC 5652 §5.4). `digest` is SHA-256 of the content. */
export function signedAttributes(digest: Uint8Array, chain: CertificateChain): Uint8Array {
  const certificateIds = [chain.certificate, ...chain.issuers].map(certificateId);
  return setOf([
    attribute(OID.contentType, objectIdentifier(OID.data)),
    attribute(OID.messageDigest, octetString(digest)),
    attribute(OID.signingCertificateV2, sequence(sequence(...certificateIds))),
  ]);
}

/**
 * The whole ContentInfo. The same arguments give the same bytes. An RFC 3161 token over the signature value goes into the
 * unsigned attributes, which makes level B-T (ETSI EN 319 122-1 §5.3).
 */
export function signedData(
  attributes: Uint8Array,
  signature: Uint8Array,
  chain: CertificateChain,
  algorithm: SignatureAlgorithm,
  timestamp?: Uint8Array,
): Uint8Array {
  const { issuer, serialNumber } = issuerAndSerialOf(chain.certificate);
  const unsigned = timestamp === undefined ? [] : [setOf([attribute(OID.timestampToken, timestamp)], contextTag(1))];
  const signerInfo = sequence(
    smallInteger(1),
    sequence(issuer, serialNumber),
    SHA256_IDENTIFIER,
    der(contextTag(0), readDer(attributes).content),
    SIGNATURE_IDENTIFIER[algorithm],
    octetString(normalSignature(signature, algorithm)),
    ...unsigned,
  );
  return sequence(
    objectIdentifier(OID.signedData),
    der(
      contextTag(0),
      sequence(
        smallInteger(1),
        setOf([SHA256_IDENTIFIER]),
        sequence(objectIdentifier(OID.data)),
        setOf([chain.certificate, ...chain.issuers], contextTag(0)),
        setOf([signerInfo]),
      ),
    ),
  );
}

/** The parts of a CMS that cannot be computed. Not verified: the input for rebuilding the whole. */
export interface SignedDataParts {
  readonly signature: Uint8Array;
  readonly messageDigest: Uint8Array;
  readonly chain: CertificateChain;
  /** The RFC 3161 token of level B-T. */
  readonly timestamp?: Uint8Array;
}

/**
 * Picks the signature value and the certificates out of `cms`. The signing certificate is the one that SignerInfo
 * names; its issuers come in the order of signing-certificate-v2. Throws `DerError` for any other structure.
 */
export function readSignedData(cms: Uint8Array): SignedDataParts {
  const content = memberAt(memberAt(readDer(cms), 1, contextTag(0)), 0, TAG.sequence);
  const certificates = membersOf(memberAt(content, 3, contextTag(0)), CERTIFICATES_MAX).map(({ encoded }) => encoded);
  const signerInfo = memberAt(memberAt(content, 4, TAG.set), 0, TAG.sequence);
  const attributes = membersOf(memberAt(signerInfo, 3, contextTag(0)));
  const unsigned = membersOf(signerInfo)[6];
  const attributeValue = (type: string): Uint8Array => {
    const found = attributes.find((each) => isOfType(each, type));
    if (found === undefined) throw new DerError(`the signed attribute ${type} is missing`);
    return onlyValueOf(found).encoded;
  };
  const certificateIds = memberAt(readDer(attributeValue(OID.signingCertificateV2)), 0, TAG.sequence);
  const [certificate, ...issuers] = membersOf(certificateIds, CERTIFICATES_MAX).map((id) => {
    const digest = memberAt(id, 0, TAG.octetString).content;
    const named = certificates.find((each) => Buffer.compare(sha256(each), digest) === 0);
    if (named === undefined) throw new DerError('signing-certificate-v2 names a missing certificate');
    return named;
  });
  if (certificate === undefined) throw new DerError('signing-certificate-v2 names no certificate');
  return {
    signature: memberAt(signerInfo, 5, TAG.octetString).content,
    messageDigest: readDer(attributeValue(OID.messageDigest)).content,
    chain: { certificate, issuers },
    ...(unsigned === undefined ? {} : { timestamp: timestampIn(unsigned) }),
  };
}

/** The unsigned attributes contain only one time-stamp. */
function timestampIn(unsigned: DerValue): Uint8Array {
  const [timestamp, ...others] = membersOf(unsigned);
  const isTimestamp = timestamp !== undefined && isOfType(timestamp, OID.timestampToken);
  if (!isTimestamp || others.length > 0) throw new DerError('an unsigned attribute is not a time-stamp');
  return onlyValueOf(timestamp).encoded;
}

/** Attribute ::= SEQUENCE { type, values SET OF } (RFC 5652 §5.3), each here with exactly one value. */
function onlyValueOf(attribute: DerValue): DerValue {
  const [value, ...others] = membersOf(memberAt(attribute, 1, TAG.set));
  if (value === undefined || others.length > 0) throw new DerError('an attribute does not have exactly one value');
  return value;
}

const isOfType = (attribute: DerValue, type: string): boolean =>
  Buffer.compare(memberAt(attribute, 0, TAG.oid).encoded, objectIdentifier(type)) === 0;

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(type), setOf([value]));
}

/** ESSCertIDv2 (RFC 5035 §4): SHA-256 is the default hash and is therefore not written. */
function certificateId(certificate: Uint8Array): Uint8Array {
  const { issuer, serialNumber } = issuerAndSerialOf(certificate);
  const directoryName = der(contextTag(4), issuer);
  return sequence(octetString(sha256(certificate)), sequence(sequence(directoryName), serialNumber));
}

/** RFC 5280 §4.1: tbsCertificate = [0] version (absent in v1), serialNumber, signature, issuer, … */
function issuerAndSerialOf(certificate: Uint8Array): { issuer: Uint8Array; serialNumber: Uint8Array } {
  const body = memberAt(readDer(certificate), 0, TAG.sequence);
  const first = membersOf(body)[0]?.tag === contextTag(0) ? 1 : 0;
  return {
    serialNumber: memberAt(body, first, TAG.integer).encoded,
    issuer: memberAt(body, first + 2, TAG.sequence).encoded,
  };
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
