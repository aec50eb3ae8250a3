import { BASE32, base32Of, sha256Of } from '@evidence/contracts';

const ID_CHARS = 26;
const SHA256_BITS = 256;

/** The same file for the same endpoint of the same tenant is the same scan. Read under a pass rule, it is another scan. */
export const scanIdOf = (tenant: string, endpointId: string, sourceSha256: string, passWhen?: string): string =>
  `scn_${digestOf(tenant, endpointId, sourceSha256, ...(passWhen === undefined ? [] : [passWhen]))}`;

/** The same weakness of the same endpoint of the same tenant has the same id in every scan. `identity`: see `ParsedFinding`. */
export const findingIdOf = (tenant: string, endpointId: string, identity: readonly string[]): string =>
  `fnd_${digestOf(tenant, endpointId, ...identity)}`;

/** The test that a scan has to run to test every weakness that this probe and detector of the tool found. */
export const testIdOf = (tool: string, probe: string, detector: string): string =>
  `tst_${digestOf(tool, probe, detector)}`;

/** The first 130 bits of the SHA-256 of the JSON array of `parts`. */
function digestOf(...parts: readonly string[]): string {
  const digest = BigInt(`0x${sha256Of(JSON.stringify(parts))}`);
  return base32Of(digest >> BigInt(SHA256_BITS - ID_CHARS * 5), ID_CHARS, BASE32);
}
