import { BASE32_HEX, base32Of, numberOf } from '@evidence/contracts';

/** 128 bits: cannot be guessed. */
export const REPORT_ID_BYTES = 16;
const ID_CHARS = 26;

/**
 * `rpt_<year>_<26 characters>`: the year of the request, then `randomBytes` (`REPORT_ID_BYTES` of them) as one number in the
 * digits of `BASE32_HEX`.
 */
export function reportIdOf(year: number, randomBytes: Uint8Array): string {
  return `rpt_${String(year).padStart(4, '0')}_${base32Of(numberOf(randomBytes), ID_CHARS, BASE32_HEX)}`;
}
