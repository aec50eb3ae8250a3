import type { ReportRecord, Stage } from './report-record.js';

const RETRY_AFTER_MAX_S = 300;

/**
 * Seconds after which to look at a report again: the median time that recent reports took from its stage to the end, less the time since it reached
 * the stage. From 1 to 300; 1 if nothing is known.
 */
export function retryAfterS(
  { stage, since }: { readonly stage: Stage; readonly since: string },
  recentlyReady: readonly ReportRecord[],
  now: Date,
): number {
  const tookMs = recentlyReady.flatMap(({ reachedAt }) =>
    reachedAt[stage] && reachedAt.finished ? [Date.parse(reachedAt.finished) - Date.parse(reachedAt[stage])] : [],
  );
  const elapsedMs = now.getTime() - Date.parse(since);
  const remainingS = Math.ceil((medianOf(tookMs) - elapsedMs) / 1000);
  return Math.min(Math.max(remainingS, 1), RETRY_AFTER_MAX_S);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
