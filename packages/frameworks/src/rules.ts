import { createHash } from 'node:crypto';
import { canonicalJson } from '@evidence/contracts';
import type { FrameworksData } from './data.js';

/** The day on which the data folder was last changed. */
export const DATA_VERSION = '2026-11-29';

/** The facts that decide a verdict. */
export interface Rules {
  readonly version: string;
  /** SHA-256 of the canonical JSON (RFC 8785) of catalogs, crosswalk pairs and successions, in the order of the files. */
  readonly sha256: string;
}

export const rulesOf = ({ catalogs, pairs, successions }: FrameworksData): Rules => ({
  version: DATA_VERSION,
  sha256: createHash('sha256').update(canonicalJson({ catalogs, pairs, successions })).digest('hex'),
});
