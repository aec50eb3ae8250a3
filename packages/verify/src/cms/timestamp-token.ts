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
  setOf,
  smallInteger,
  TAG,
} from '../asn1/der.js';
import {
  type DigestName,
  digestIdentifier,
  isSignerIdentifier,
  readDigest,
  signerIdentifier,
} from '../x509/algorithms.js';
import { CERTIFICATES_MAX, chainOf, namesOf, readCertificate } from '../x509/certificates.js';

/**
 * The TimeStampToken of RFC 3161 §2.4.2: a CMS SignedData (RFC 5652 §5) around a TSTInfo. Much of it is not signed, such
 * as extra certificates and the way an algorithm is named. `timestampToken` therefore writes the one form that is stored in
 * a file, from the signed parts, the signature, and the chain of the authority; a verifier compares with that form.
 */

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

export interface TimestampToken {
  /** The DER of TSTInfo: what the authority states. */
  readonly tstInfo: Uint8Array;
  /** With the tag SET OF, as signed (RFC 5652 §5.4). */
  readonly signedAttributes: Uint8Array;
  readonly digest: DigestName;
  readonly signature: Uint8Array;
  /** The authority's certificate and those of its issuers that the token brings along, leaf first. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
}

/** The parts of a TSTInfo (RFC 3161 §2.4.2) that are used. */
export interface TimestampStatement {
  readonly at: Date;
  /** The digest that was stamped, and its algorithm. */
  readonly imprint: { readonly digest: DigestName; readonly value: Uint8Array };
  /** The content of the INTEGER, if the request had one. */
  readonly nonce: Uint8Array | undefined;
}

/** The token in its one form. The same arguments give the same bytes. */
export function timestampToken({ tstInfo, signedAttributes, digest, signature, chain }: TimestampToken): Uint8Array {
  const [leaf] = chain;
  const { issuer, serialNumber } = namesOf(leaf);
  const certificates = chain.map((certificate) => certificate.raw);
  const signerInfo = sequence(
    smallInteger(1),
    sequence(issuer, serialNumber),
    digestIdentifier(digest),
    der(contextTag(0), readDer(signedAttributes).content),
    signerIdentifier(leaf.publicKey, digest),
    octetString(signature),
  );
  const content = sequence(
    // RFC 5652 §5.1: version 3, because the content is not of type id-data.
    smallInteger(3),
    setOf([digestIdentifier(digest)]),
    sequence(objectIdentifier(OID.tstInfo), der(contextTag(0), octetString(tstInfo))),
    setOf(certificates, contextTag(0)),
    setOf([signerInfo]),
  );
  return sequence(objectIdentifier(OID.signedData), der(contextTag(0), content));
}

/**
 * Takes a token apart. Extra certificates are dropped: of several chains, the one that ends at `authorities` is kept. Checks
 * that the token is consistent, but not who signed it. Throws `DerError`.
 */
export function readTimestampToken(token: Uint8Array, authorities: readonly X509Certificate[]): TimestampToken {
  const content = memberAt(memberAt(readDer(token), 1, contextTag(0)), 0, TAG.sequence);
  const members = membersOf(content);
  const encapsulated = memberAt(content, 2, TAG.sequence);
  requireType(memberAt(encapsulated, 0, TAG.oid), OID.tstInfo);
  const tstInfo = memberAt(memberAt(encapsulated, 1, contextTag(0)), 0, TAG.octetString).content;
  const embedded = membersOf(memberAt(content, 3, contextTag(0)), CERTIFICATES_MAX);
  const certificates = embedded.map(({ encoded }) => readCertificate(encoded));
  const signerInfos = members.at(-1);
  if (signerInfos?.tag !== TAG.set || membersOf(signerInfos).length !== 1)
    throw new DerError('it does not have exactly one signer');
  const signerInfo = memberAt(signerInfos, 0, TAG.sequence);

  const digest = readDigest(memberAt(signerInfo, 2, TAG.sequence).encoded);
  const attributes = memberAt(signerInfo, 3, contextTag(0));
  const signedAttributes = der(TAG.set, attributes.content);
  requireType(readDer(attributeOf(attributes, OID.contentType)), OID.tstInfo);
  const messageDigest = readDer(attributeOf(attributes, OID.messageDigest)).content;
  const tstDigest = createHash(digest).update(tstInfo).digest();
  if (!tstDigest.equals(messageDigest)) throw new DerError('the token does not sign the statement that it contains');

  const leaf = certificates.find((certificate) => isNamed(certificate, attributes));
  if (leaf === undefined) throw new DerError('the certificate of the authority is not in the token');
  if (!isSignerIdentifier(memberAt(signerInfo, 4, TAG.sequence).encoded, leaf.publicKey, digest)) {
    throw new DerError('the token is not signed with RSA PKCS #1 v1.5 or ECDSA');
  }
  const signature = memberAt(signerInfo, 5, TAG.octetString).content;
  const [, ...issuers] = chainOf(leaf, certificates, authorities);
  return { tstInfo, signedAttributes, digest, signature, chain: [leaf, ...issuers] };
}

/** Throws `DerError`. */
export function readStatement({ tstInfo }: Pick<TimestampToken, 'tstInfo'>): TimestampStatement {
  const statement = readDer(tstInfo);
  const imprint = memberAt(statement, 2, TAG.sequence);
  const optional = membersOf(statement).slice(5);
  return {
    at: readTime(memberAt(statement, 4, TAG.generalizedTime)),
    imprint: {
      digest: readDigest(memberAt(imprint, 0, TAG.sequence).encoded),
      value: memberAt(imprint, 1, TAG.octetString).content,
    },
    nonce: optional.find(({ tag }) => tag === TAG.integer)?.content,
  };
}

/** ESSCertID (RFC 2634 §5.4, SHA-1) or ESSCertIDv2 (RFC 5035 §4): the first one names the signer. */
function isNamed(certificate: X509Certificate, attributes: DerValue): boolean {
  const version2 = findAttribute(attributes, OID.signingCertificateV2);
  const list = version2 ?? attributeOf(attributes, OID.signingCertificate);
  const first = memberAt(memberAt(readDer(list), 0, TAG.sequence), 0, TAG.sequence);
  const [hashOrAlgorithm, next] = membersOf(first);
  if (version2 === undefined) return hashEquals('sha1', certificate, hashOrAlgorithm);
  if (hashOrAlgorithm?.tag !== TAG.sequence) return hashEquals('sha256', certificate, hashOrAlgorithm);
  return hashEquals(readDigest(hashOrAlgorithm.encoded), certificate, next);
}

function hashEquals(digest: string, certificate: X509Certificate, value: DerValue | undefined): boolean {
  return value !== undefined && createHash(digest).update(certificate.raw).digest().equals(value.content);
}

function attributeOf(attributes: DerValue, type: string): Uint8Array {
  const value = findAttribute(attributes, type);
  if (value === undefined) throw new DerError(`the signed attribute ${type} is missing`);
  return value;
}

function findAttribute(attributes: DerValue, type: string): Uint8Array | undefined {
  const wanted = objectIdentifier(type);
  const found = membersOf(attributes).find((each) => Buffer.compare(memberAt(each, 0, TAG.oid).encoded, wanted) === 0);
  return found === undefined ? undefined : memberAt(found, 1, TAG.set).content;
}

function requireType({ encoded }: DerValue, type: string): void {
  if (Buffer.compare(encoded, objectIdentifier(type)) !== 0) throw new DerError(`it is not of type ${type}`);
}
