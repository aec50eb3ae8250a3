import { fits } from '@evidence/retention';
import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';
import type { ReportRecord } from './report-record.js';

/** Reports with their own template are made separately from the others, so each kind has its own queue. */
export type Lane = 'standard' | 'template';

/** Reports of a lane that are queued or running: of one tenant, and of all. */
export interface UnderWay {
  readonly tenant: number;
  readonly all: number;
}

/** Used until a report has finished. The time of a template is unknown, so the maximum is assumed: a minute. */
const PER_SECOND_ASSUMED: Readonly<Record<Lane, number>> = { standard: 1, template: 1 / 60 };
/** The number of reports that are always accepted, however slow the last ones were. */
const QUEUED_MIN: Readonly<Record<Lane, number>> = { standard: 20, template: 10 };
const RETRY_AFTER_MAX_S = 300;

/**
 * How many reports of a lane the system finishes per second while it has any to make, estimated from the last ones that became ready or failed. Each
 * took the time since the previous one ended, or since its own start if the system was idle in between. Idle time says nothing about the speed of the
 * system.
 */
export function finishedPerSecond(recentlyFinished: readonly ReportRecord[], lane: Lane = 'standard'): number {
  const finished = recentlyFinished
    .flatMap(({ startedAt, reachedAt }) =>
      startedAt && reachedAt.finished ? [{ from: Date.parse(startedAt), to: Date.parse(reachedAt.finished) }] : [],
    )
    .sort((one, other) => one.to - other.to);
  let busyMs = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (const { from, to } of finished) {
    busyMs += Math.max(0, to - Math.max(from, before));
    before = to;
  }
  return busyMs === 0 ? PER_SECOND_ASSUMED[lane] : (finished.length * 1_000) / busyMs;
}

/**
 * Refuses a report that might miss its deadline. At most half as many reports are accepted as can be finished within one deadline, and half of that
 * from one tenant, so that there is always room for another tenant. Throws `queue_full` for a tenant's own queue, `unavailable` for that of all.
 */
export function requireRoom(
  underWay: UnderWay,
  perSecond: number,
  deadlineSeconds: number,
  lane: Lane = 'standard',
): void {
  const all = Math.max(QUEUED_MIN[lane], Math.floor((perSecond * deadlineSeconds) / 2));
  const tenant = Math.floor(all / 2);
  if (underWay.tenant >= tenant) {
    throw full('queue_full', sentences.queueFull(underWay.tenant), tenant, underWay.tenant - tenant, perSecond);
  }
  if (underWay.all >= all) {
    throw full('unavailable', sentences.systemQueueFull, all, underWay.all - all, perSecond);
  }
}

/** Refuses a report if its tenant already has as many in progress, in all lanes, as its quota allows. Throws `queue_full`. */
export function requireQueueQuota(underWay: number, quota: number, perSecond: number): void {
  if (fits(underWay, 1, quota)) return;
  throw full('queue_full', sentences.queueQuotaReached(underWay), quota, underWay - quota, perSecond);
}

function full(slug: 'queue_full' | 'unavailable', message: string, limit: number, excess: number, perSecond: number) {
  const retryAfterS = Math.min(Math.max(Math.ceil((excess + 1) / perSecond), 1), RETRY_AFTER_MAX_S);
  return new Problem(slug, message, { limit, retry_after_seconds: retryAfterS }, retryAfterS);
}
