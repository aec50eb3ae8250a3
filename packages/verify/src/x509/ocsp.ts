import { createHash, type X509Certificate } from 'node:crypto';
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
  readTime,
  sequence,
  TAG,
  unlessNotDer,
} from '../asn1/der.js';
import { digestOfSignature, isSoundSignature, readSigned, type SignedStructure } from './algorithms.js';
import {
  CERTIFICATES_MAX,
  isIssuedBy,
  namesOf,
  readCertificate,
  requireSound,
  requireValidAt,
} from './certificates.js';
import { type RevocationStatus, readReason } from './revocation-status.js';

/** OCSP (RFC 6960): requests for the status of one certificate, and their responses. */

const OID = { basicResponse: '1.3.6.1.5.5.7.48.1.1', sha1: '1.3.14.3.2.26' } as const;

/** SHA-1 only identifies an issuer here and protects nothing; every responder supports it (RFC 6960 §4.3). */
const SHA1_IDENTIFIER = sequence(objectIdentifier(OID.sha1), der(TAG.null));

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const STATUS = { good: 0x80, revoked: 0xa1 } as const;

/** An OCSPRequest for one certificate (RFC 6960 §4.1.1), without a nonce, because the response is stored. */
export function ocspRequest(certificate: X509Certificate, issuer: X509Certificate): Uint8Array {
  return sequence(sequence(sequence(sequence(certificateId(certificate, issuer)))));
}

/**
 * The response in the form in which it is stored: of its certificates only that of the responder, if the issuer delegated to
 * one. Throws `DerError`.
 */
export function normalOcspResponse(response: Uint8Array, issuer: X509Certificate): Uint8Array {
  const { toBeSigned, algorithm, signature, responder } = readResponse(response, issuer);
  const certificates = responder === issuer ? [] : [der(contextTag(0), sequence(responder.raw))];
  const bits = der(TAG.bitString, Uint8Array.of(0), signature);
  const basic = sequence(toBeSigned.encoded, algorithm, bits, ...certificates);
  const bytes = sequence(objectIdentifier(OID.basicResponse), octetString(basic));
  return sequence(der(TAG.enumerated, Uint8Array.of(0)), der(contextTag(0), bytes));
}

/**
 * What a response, already in its normal form and signed by `issuer` or a responder that it named, says about `certificate`;
 * undefined if it is about other certificates. Throws `DerError` and `ProofError`.
 */
export function ocspStatus(
  response: Uint8Array,
  certificate: X509Certificate,
  issuer: X509Certificate,
): RevocationStatus | undefined {
  const members = membersOf(basicOf(response).toBeSigned);
  const responses = members.find(({ tag }) => tag === TAG.sequence) ?? missing('responses');
  const wanted = certificateId(certificate, issuer);
  const isWanted = (each: DerValue): boolean => Buffer.compare(memberAt(each, 0, TAG.sequence).encoded, wanted) === 0;
  const single = membersOf(responses).find(isWanted);
  if (single === undefined) return undefined;

  const { responder } = readResponse(response, issuer);
  if (Buffer.compare(normalOcspResponse(response, issuer), response) !== 0) {
    throw new DerError('it contains unexpected bytes');
  }
  const producedAt = readTime(members.find(({ tag }) => tag === TAG.generalizedTime) ?? missing('producedAt'));
  requireValidAt(responder, producedAt);
  if (responder !== issuer) requireSound(responder, issuer);
  return statusOf(single);
}

function statusOf(single: DerValue): RevocationStatus {
  const [, status, thisUpdate, ...optional] = membersOf(single);
  if (status === undefined || thisUpdate === undefined) throw new DerError('the status is missing');
  if (status.tag !== STATUS.good && status.tag !== STATUS.revoked) throw new DerError('the status is "unknown"');
  const nextUpdate = optional.find(({ tag }) => tag === contextTag(0));
  return {
    asOf: readTime(thisUpdate),
    ...(nextUpdate === undefined ? {} : { until: readTime(memberAt(nextUpdate, 0, TAG.generalizedTime)) }),
    ...(status.tag === STATUS.revoked ? revocationIn(status) : {}),
  };
}

/** RevokedInfo ::= SEQUENCE { revocationTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL } (RFC 6960 §4.2.1). */
function revocationIn(status: DerValue): Pick<RevocationStatus, 'revokedAt' | 'reason'> {
  const reason = membersOf(status)[1];
  return {
    revokedAt: readTime(memberAt(status, 0, TAG.generalizedTime)),
    ...(reason && { reason: readReason(memberAt(reason, 0, TAG.enumerated)) }),
  };
}

interface Response {
  readonly toBeSigned: DerValue;
  readonly algorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** The issuer itself, or a responder with a certificate from it for OCSP signing (RFC 6960 §4.2.2.2). */
  readonly responder: X509Certificate;
}

function readResponse(response: Uint8Array, issuer: X509Certificate): Response {
  const { toBeSigned, algorithm, signature, rest } = basicOf(response);
  const responder = [issuer, ...respondersIn(rest, issuer)].find((each) => {
    const key = each.publicKey;
    if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') return false;
    // An RSA issuer may have named an EC responder, and vice versa.
    const digest = unlessNotDer(() => digestOfSignature(algorithm, key));
    return digest !== undefined && isSoundSignature(key, digest, toBeSigned.encoded, signature);
  });
  if (responder === undefined) throw new DerError('it is not signed by a responder that the issuer named');
  return { toBeSigned, algorithm, signature, responder };
}

/** OCSPResponse → BasicOCSPResponse (RFC 6960 §4.2.1). */
function basicOf(response: Uint8Array): SignedStructure {
  const value = readDer(response);
  const status = memberAt(value, 0, TAG.enumerated).content;
  if (status[0] !== 0) throw new DerError(`the responder returned status ${status[0]}`);
  const bytes = memberAt(memberAt(value, 1, contextTag(0)), 0, TAG.sequence);
  return readSigned(readDer(memberAt(bytes, 1, TAG.octetString).content));
}

function respondersIn(rest: readonly DerValue[], issuer: X509Certificate): X509Certificate[] {
  const [certificates] = rest;
  if (certificates === undefined) return [];
  return membersOf(memberAt(certificates, 0, TAG.sequence), CERTIFICATES_MAX)
    .map(({ encoded }) => readCertificate(encoded))
    .filter((each) => each.keyUsage?.includes(OCSP_SIGNING) === true && isIssuedBy(each, issuer));
}

function certificateId(certificate: X509Certificate, issuer: X509Certificate): Uint8Array {
  const { subject, publicKeyBits } = namesOf(issuer);
  const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();
  const { serialNumber } = namesOf(certificate);
  return sequence(SHA1_IDENTIFIER, octetString(sha1(subject)), octetString(sha1(publicKeyBits)), serialNumber);
}

function missing(what: string): never {
  throw new DerError(`${what} is missing`);
}
