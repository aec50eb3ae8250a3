import { canonicalJson, sha256Of } from '@evidence/contracts';
import type { FrameworksData } from './data.js';

/** The version and the digest of the data that decide a verdict. */
export interface Rules {
  readonly version: string;
  /** SHA-256 of `canonicalData`, which is also the name of the data in the archive. */
  readonly sha256: string;
}

/** The canonical JSON (RFC 8785) of everything in the data folder, in the order of the files. */
export const canonicalData = ({ version, catalogs, pairs, successions, tagTables }: FrameworksData): Uint8Array =>
  canonicalJson({ version, catalogs, pairs, successions, tagTables });

export const rulesOf = (data: FrameworksData): Rules => ({
  version: data.version,
  sha256: sha256Of(canonicalData(data)),
});
