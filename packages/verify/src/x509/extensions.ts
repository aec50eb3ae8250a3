import type { X509Certificate } from 'node:crypto';
import {
  contextTag,
  DerError,
  type DerValue,
  memberAt,
  membersOf,
  objectIdentifier,
  readDer,
  TAG,
} from '../asn1/der.js';

/** The extensions of certificates and revocation lists (RFC 5280 §4.2 and §5.2) that Node does not expose. */

const OID = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Extensions that are checked, here or by Node, or that do not matter for a chain. */
const UNDERSTOOD = Object.values(OID).map(objectIdentifier);

/** digitalSignature and nonRepudiation of KeyUsage (RFC 5280 §4.2.1.3), whose first bit is the highest of its octet. */
const SIGNATURES = 0b1100_0000;

export interface Extension {
  readonly id: Uint8Array;
  readonly critical: boolean;
  /** The DER inside. */
  readonly value: Uint8Array;
}

/** Extension ::= SEQUENCE { id, critical BOOLEAN DEFAULT FALSE, value OCTET STRING }. Throws `DerError`. */
export const readExtensions = (list: DerValue): Extension[] =>
  membersOf(list).map((extension) => {
    const [id, ...rest] = membersOf(extension);
    const value = rest.pop();
    const [critical, ...others] = rest;
    const isExtension = id?.tag === TAG.oid && value?.tag === TAG.octetString && others.length === 0;
    if (!isExtension || (critical && !isBoolean(critical))) throw new DerError('an extension cannot be read');
    return { id: id.encoded, critical: critical !== undefined && critical.content[0] !== 0, value: value.content };
  });

/**
 * Whether there is a critical extension that is not checked, such as a name constraint: the certificate must then be
 * refused (RFC 5280 §4.2). Throws `DerError`.
 */
export const hasUnknownConstraint = (certificate: X509Certificate): boolean =>
  extensionsOf(certificate).some(({ id, critical }) => critical && !UNDERSTOOD.some((each) => same(each, id)));

/** How many authorities may be between this one and the last certificate: pathLenConstraint (§4.2.1.9), or no limit. Throws `DerError`. */
export function pathLengthOf(certificate: X509Certificate): number {
  const constraints = extensionOf(certificate, OID.basicConstraints);
  if (constraints === undefined) return Number.POSITIVE_INFINITY;
  const value = readDer(constraints.value);
  const [first, ...rest] = value.tag === TAG.sequence ? membersOf(value) : [value];
  // BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }
  const [length, ...others] = first === undefined || isBoolean(first) ? rest : [first, ...rest];
  if (length === undefined) return Number.POSITIVE_INFINITY;
  const isCount = length.tag === TAG.integer && length.content.length > 0 && length.content[0]! < 0x80;
  if (!isCount || others.length > 0) throw new DerError('basicConstraints cannot be read');
  return Number(`0x${Buffer.from(length.content).toString('hex')}`);
}

/**
 * Whether the purposes that `extendedKeyUsage` lists are binding, and `keyUsage`, if there, is for signatures alone: as
 * RFC 3161 §2.3 requires of a time-stamping authority. Throws `DerError`.
 */
export function isBoundToSigning(certificate: X509Certificate): boolean {
  const [first = 0, ...more] = keyUsageOf(certificate) ?? [];
  const isOnlyForSignatures = (first & ~SIGNATURES) === 0 && more.every((octet) => octet === 0);
  return isOnlyForSignatures && extensionOf(certificate, OID.extendedKeyUsage)?.critical === true;
}

/** Whether `keyUsage`, if there, allows signatures of anything but certificates and revocation lists. Throws `DerError`. */
export function maySign(certificate: X509Certificate): boolean {
  const [first = SIGNATURES] = keyUsageOf(certificate) ?? [];
  return (first & SIGNATURES) !== 0;
}

/** The octets of the BIT STRING, without the count of unused bits. */
function keyUsageOf(certificate: X509Certificate): Uint8Array | undefined {
  const usage = extensionOf(certificate, OID.keyUsage);
  if (usage === undefined) return undefined;
  const { tag, content } = readDer(usage.value);
  const [unusedBits = 8, ...octets] = content;
  if (tag !== TAG.bitString || unusedBits > 7) throw new DerError('keyUsage cannot be read');
  return Uint8Array.from(octets);
}

const isBoolean = ({ tag, content }: DerValue): boolean => tag === TAG.boolean && content.length === 1;

/** The extension with this object identifier, or undefined. Throws `DerError`. */
export function extensionOf(certificate: X509Certificate, type: string): Extension | undefined {
  const wanted = objectIdentifier(type);
  return extensionsOf(certificate).find(({ id }) => same(id, wanted));
}

function extensionsOf(certificate: X509Certificate): Extension[] {
  const body = memberAt(readDer(certificate.raw), 0, TAG.sequence);
  const list = membersOf(body).find(({ tag }) => tag === contextTag(3));
  return list === undefined ? [] : readExtensions(memberAt(list, 0, TAG.sequence));
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
