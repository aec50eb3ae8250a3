import { createHash } from 'node:crypto';

/** RFC 4648 §6, in lower case. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_CHARS = 26;

/** The same file, for the same endpoint of the same tenant, is the same scan. */
export const scanIdOf = (tenant: string, endpointId: string, sourceSha256: string): string =>
  `scn_${digestOf(tenant, endpointId, sourceSha256)}`;

/** `parts` tell the findings of one scan apart, e.g. probe and detector. */
export const findingIdOf = (scanId: string, ...parts: readonly string[]): string => `fnd_${digestOf(scanId, ...parts)}`;

/** The first 130 bits of the SHA-256 of the JSON array of `parts`. */
function digestOf(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts), 'utf8').digest();
  let bits = 0n;
  for (const byte of digest) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: ID_CHARS }, (_, index) => BASE32[Number((bits >> BigInt(251 - 5 * index)) & 31n)]).join(
    '',
  );
}
