import { createHash } from 'node:crypto';

/** The SHA-256 of the bytes, or of the text in UTF-8, as contracts write a digest: 64 lower-case hex digits. */
export const sha256Of = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** RFC 4648 §6, in lower case: the digits of ids that are derived from content. */
export const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** RFC 4648 §7, in lower case: the digits of random values. Safe in a URL and in a header, and selected by a double click. */
export const BASE32_HEX = '0123456789abcdefghijklmnopqrstuv';

/** The lowest `chars` × 5 bits of a number, highest first, in the 32 `digits`. */
export function base32Of(value: bigint, chars: number, digits: typeof BASE32 | typeof BASE32_HEX): string {
  let text = '';
  for (let at = chars - 1; at >= 0; at--) text += digits[Number((value >> BigInt(at * 5)) & 31n)];
  return text;
}

/** The bytes as one number, the first byte highest; 0 without bytes. */
export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
