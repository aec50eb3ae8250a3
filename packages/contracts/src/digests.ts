import { hash } from 'node:crypto';

/** The SHA-256 of the bytes, or of the text in UTF-8, as contracts write a digest: 64 lower-case hex digits. */
export const sha256Of = (content: Uint8Array | string): string => hash('sha256', content);

/** RFC 4648 §6, in lower case: the digits of ids that are derived from content. */
export const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** RFC 4648 §7, in lower case: the digits of random values. Safe in a URL and in a header, and selected by a double click. */
export const BASE32_HEX = '0123456789abcdefghijklmnopqrstuv';

/** The lowest `chars` × 5 bits of a number, highest first, in the 32 `digits`. */
export function base32Of(value: bigint, chars: number, digits: typeof BASE32 | typeof BASE32_HEX): string {
  // JavaScript's digits of base 32 are those of BASE32_HEX; dividing by 32 again and again takes four times as long.
  const hex = BigInt.asUintN(chars * 5, value)
    .toString(32)
    .padStart(chars, '0');
  if (digits === BASE32_HEX) return hex;
  let text = '';
  for (const digit of hex) text += digits[BASE32_HEX.indexOf(digit)];
  return text;
}

/** The bytes as one number, the first byte highest; 0 without bytes. */
export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
