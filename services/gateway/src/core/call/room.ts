import { fits } from '@evidence/retention';
import { Problem } from './problem.js';
import { sentences } from './sentences.js';

/** A disk with less free space than must be kept free. */
export interface Shortage {
  readonly freeBytes: number;
  readonly watermarkBytes: number;
}

/** How soon an operator may have freed space. */
const DISK_RETRY_AFTER_S = 60;
/** How soon to retry when a retention floor or legal hold keeps a report longer than was promised. */
const EXPIRY_RETRY_AFTER_MIN_S = 60;
const EXPIRY_RETRY_AFTER_MAX_S = 24 * 60 * 60;

const inWords = ({ freeBytes, watermarkBytes }: Shortage): string =>
  sentences.diskNearlyFull(freeBytes, watermarkBytes);

const factsOf = ({ freeBytes, watermarkBytes }: Shortage) => ({
  free_bytes: freeBytes,
  watermark_bytes: watermarkBytes,
  retry_after_seconds: DISK_RETRY_AFTER_S,
});

/** For an import. `recorded`: a sentence that says what was recorded so far. */
export const noRoomForImport = (shortage: Shortage, recorded: string = sentences.nothingRecorded): Problem =>
  new Problem(
    'insufficient_storage',
    `${inWords(shortage)} ${recorded} ${sentences.importWhenRoom}`,
    factsOf(shortage),
    DISK_RETRY_AFTER_S,
  );

/** For a report. */
export const noRoomForReport = (shortage: Shortage): Problem =>
  new Problem(
    'unavailable',
    `${inWords(shortage)} ${sentences.nothingRecorded} ${sentences.requestWhenRoom}`,
    { not_ready: ['disk'], ...factsOf(shortage) },
    DISK_RETRY_AFTER_S,
  );

/** Throws `findings_quota_reached` if the quota does not leave room for `more` findings. */
export function requireFindingsQuota(used: number, more: number, limit: number): void {
  if (fits(used, more, limit)) return;
  throw new Problem('findings_quota_reached', sentences.findingsQuotaReached(more, used, limit), {
    limit,
    used,
    requested: more,
  });
}

/** Throws `artifact_quota_reached` if nothing is left of the quota. The size of a report is not known before it is made. */
export function requireArtifactQuota(used: number, limit: number, nextExpiry: string | undefined, now: Date): void {
  if (fits(used, 1, limit)) return;
  const untilS = nextExpiry === undefined ? Number.POSITIVE_INFINITY : (Date.parse(nextExpiry) - now.getTime()) / 1_000;
  const retryAfterS = Math.ceil(Math.min(Math.max(untilS, EXPIRY_RETRY_AFTER_MIN_S), EXPIRY_RETRY_AFTER_MAX_S));
  throw new Problem(
    'artifact_quota_reached',
    sentences.artifactQuotaReached(used, limit),
    { limit, used, retry_after_seconds: retryAfterS },
    retryAfterS,
  );
}
