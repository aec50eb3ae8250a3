import { fits } from '@evidence/retention';
import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';
import type { ReportRecord } from './report-record.js';

/** Reports laid out by a template of their own are made apart from the others, so that each kind has a queue of its own. */
export type Lane = 'standard' | 'template';

/** Reports of a lane that are queued or running: of one tenant, and of all. */
export interface UnderWay {
  readonly tenant: number;
  readonly all: number;
}

/** Used until something was finished. The time of a template is unknown, so the maximum is assumed: a minute. */
const PER_SECOND_ASSUMED: Readonly<Record<Lane, number>> = { standard: 1, template: 1 / 60 };
/** However slow the last reports were: a few are always taken. */
const QUEUED_MIN: Readonly<Record<Lane, number>> = { standard: 20, template: 10 };
const RETRY_AFTER_MAX_S = 300;

/**
 * How many reports of a lane a second the system finishes while it has any to make, by those that became ready or failed last: each took from
 * the end of the one before, or from its own start if nothing was made in between. Idle time says nothing of what the system can do.
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
 * Refuses a report that might miss its deadline: no more are taken than half of what can be finished within one, and of one tenant half of
 * that, so that there is always room for another. Throws `queue_full` for a tenant's own queue, `unavailable` for that of all.
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
