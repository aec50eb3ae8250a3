import type { SignatureAlgorithm } from './algorithms.js';
import { DerError, der, membersOf, readDer, sequence, TAG } from './der.js';

/** The order of P-256 (SEC 2 §2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The one form of a signature value that is written and accepted. Of an ECDSA signature (r, s) anybody can make (r, n − s),
 * which is as valid and other bytes: the smaller s is taken. What is no ECDSA signature is left as it is, to be refused by
 * whoever verifies it, and so is an RSA one, which has no other form.
 */
export function normalSignature(signature: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array {
  if (algorithm !== 'ES256') return signature;
  try {
    const [r, s] = membersOf(readDer(signature));
    if (r === undefined || s === undefined) return signature;
    const value = BigInt(`0x0${Buffer.from(s.content).toString('hex')}`);
    return value > ORDER / 2n && value < ORDER ? sequence(r.encoded, positiveInteger(ORDER - value)) : signature;
  } catch (error) {
    if (error instanceof DerError) return signature;
    throw error;
  }
}

/** A leading zero octet where the number would else be negative (X.690 §8.3). */
function positiveInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return octets[0]! < 0x80 ? der(TAG.integer, octets) : der(TAG.integer, Uint8Array.of(0), octets);
}
