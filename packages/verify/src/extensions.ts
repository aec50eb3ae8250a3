import type { X509Certificate } from 'node:crypto';
import { contextTag, type DerValue, memberAt, membersOf, objectIdentifier, readDer, TAG } from './der.js';

/** The extensions of certificates and revocation lists (RFC 5280 §4.2 and §5.2), as far as Node does not show them. */

const OID = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Looked at, here or by Node, or without a consequence for a chain. */
const UNDERSTOOD = Object.values(OID).map(objectIdentifier);

/** digitalSignature and nonRepudiation of KeyUsage (RFC 5280 §4.2.1.3), whose first bit is the highest of its octet. */
const SIGNATURES = 0b1100_0000;

export interface Extension {
  readonly id: Uint8Array;
  readonly critical: boolean;
  /** The DER inside. */
  readonly value: Uint8Array;
}

/** Extension ::= SEQUENCE { id, critical BOOLEAN DEFAULT FALSE, value OCTET STRING }: DER leaves FALSE out. Throws `DerError`. */
export const readExtensions = (list: DerValue): Extension[] =>
  membersOf(list).map((extension) => ({
    id: memberAt(extension, 0, TAG.oid).encoded,
    critical: membersOf(extension)[1]?.tag === TAG.boolean,
    value: memberAt(extension, -1, TAG.octetString).content,
  }));

/**
 * Whether a critical extension is there that is not looked at, such as a constraint on names: a certificate must then
 * not be relied on (RFC 5280 §4.2). Throws `DerError`.
 */
export const hasUnknownConstraint = (certificate: X509Certificate): boolean =>
  extensionsOf(certificate).some(({ id, critical }) => critical && !UNDERSTOOD.some((each) => same(each, id)));

/** How many authorities may stand between this one and the last certificate: pathLenConstraint (§4.2.1.9), or no limit. Throws `DerError`. */
export function pathLengthOf(certificate: X509Certificate): number {
  const constraints = extensionOf(certificate, OID.basicConstraints);
  const length = constraints && membersOf(readDer(constraints.value)).find(({ tag }) => tag === TAG.integer);
  return length === undefined ? Number.POSITIVE_INFINITY : Number(`0x${Buffer.from(length.content).toString('hex')}`);
}

/**
 * Whether the purposes that `extendedKeyUsage` lists are binding, and `keyUsage`, if there, is for signatures alone: what
 * RFC 3161 §2.3 wants of a time-stamping authority. Throws `DerError`.
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
  return usage && readDer(usage.value).content.subarray(1);
}

function extensionOf(certificate: X509Certificate, type: string): Extension | undefined {
  const wanted = objectIdentifier(type);
  return extensionsOf(certificate).find(({ id }) => same(id, wanted));
}

function extensionsOf(certificate: X509Certificate): Extension[] {
  const body = memberAt(readDer(certificate.raw), 0, TAG.sequence);
  const list = membersOf(body).find(({ tag }) => tag === contextTag(3));
  return list === undefined ? [] : readExtensions(memberAt(list, 0, TAG.sequence));
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
