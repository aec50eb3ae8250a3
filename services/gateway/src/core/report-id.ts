/** 128 bits: cannot be guessed. */
export const REPORT_ID_BYTES = 16;
const ID_CHARS = 26;

/**
 * `rpt_<year>_<26 characters>`: the year of the request, then `randomBytes` (`REPORT_ID_BYTES` of them) as one number in the
 * lower-case digits of RFC 4648 §7 (base32hex).
 */
export function reportIdOf(year: number, randomBytes: Uint8Array): string {
  const digits = BigInt(`0x${Buffer.from(randomBytes).toString('hex')}`).toString(32);
  return `rpt_${String(year).padStart(4, '0')}_${digits.padStart(ID_CHARS, '0')}`;
}
