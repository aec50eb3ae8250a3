import { der, membersOf, readDer, sequence, TAG, unlessNotDer } from '../asn1/der.js';
import type { SignatureAlgorithm } from './algorithms.js';

/** The order of P-256 (SEC 2 §2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The one form of a signature value that is written and accepted. From an ECDSA signature (r, s) anyone can make (r, n − s),
 * which is also valid but has other bytes, so the smaller s is used. Anything that is not an ECDSA signature is returned
 * unchanged: the verifier refuses it, and an RSA signature has only one form.
 */
export function normalSignature(signature: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array {
  if (algorithm !== 'ES256') return signature;
  const [r, s] = unlessNotDer(() => membersOf(readDer(signature))) ?? [];
  if (r === undefined || s === undefined) return signature;
  const value = BigInt(`0x0${Buffer.from(s.content).toString('hex')}`);
  return value > ORDER / 2n && value < ORDER ? sequence(r.encoded, positiveInteger(ORDER - value)) : signature;
}

/** A leading zero octet if the number would otherwise be negative (X.690 §8.3). */
function positiveInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return octets[0]! < 0x80 ? der(TAG.integer, octets) : der(TAG.integer, Uint8Array.of(0), octets);
}
