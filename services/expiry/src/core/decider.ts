import type { EventOf, ReportEvent } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type FailingDecider, isUnderWay, type ReportLife, reportLife } from '@evidence/report';
import { dueOf, isDue, type Outage, type RetentionFloor } from '@evidence/retention';
import { dueAtOf } from './due.js';
import { deadlineExceeded } from './sentences.js';
import { tombstoneOf } from './tombstone.js';

/** Ends a report whose retention has ended. `expiredAt` is now (RFC 3339); `held` and `floor` are the tenant's current hold and floor. */
export type ExpireReport = {
  readonly type: 'ExpireReport';
  readonly data: {
    readonly reportId: string;
    readonly tenant: string;
    readonly expiredAt: string;
    readonly held: boolean;
    readonly floor?: RetentionFloor;
  };
};

/**
 * Fails a report that was not finished in time. `now` is RFC 3339; `outages` do not count, see `dueAtOf`. `countedFromMs` (since 1970): the start of
 * its time, which is its request unless the clock was set back to before that.
 */
export type GiveUpReport = {
  readonly type: 'GiveUpReport';
  readonly data: {
    readonly reportId: string;
    readonly now: string;
    readonly countedFromMs: number;
    readonly outages: readonly Outage[];
  };
};

/**
 * Only a ready report can expire, not before its end or the tenant's floor, and not under a hold; anything else is left as it is. So is another
 * tenant's report, whose holds were not read.
 */
export const expireReport: Decider<ExpireReport, ReportLife, ReportEvent> = {
  ...reportLife,
  decide({ data: { reportId, tenant, expiredAt, held, floor } }, life): readonly EventOf<'ReportExpired'>[] {
    if (life.phase !== 'ready' || life.request.tenant !== tenant) return [];
    const due = dueOf(life.ready, floor);
    if (!isDue({ dueAt: due.dueAt, held, now: new Date(expiredAt) })) return [];
    const artifactSha256 = life.ready.artifact.sha256;
    return [
      { type: 'ReportExpired', data: { reportId, expiredAt, artifactSha256, tombstone: tombstoneOf(life, due) } },
    ];
  },
};

/** Decides nothing before the deadline, or if the report is ready, failed, expired or unknown. */
export const giveUpReport: FailingDecider<GiveUpReport> = {
  ...reportLife,
  decide({ data: { reportId, now, countedFromMs, outages } }, life): readonly EventOf<'ReportFailed'>[] {
    if (!isUnderWay(life)) return [];
    const { requestedAt, deadlineSeconds } = life.request;
    const sinceMs = Math.min(Date.parse(requestedAt), countedFromMs);
    const dueMs = sinceMs + deadlineSeconds * 1_000;
    if (Date.parse(now) < dueAtOf({ kind: 'give_up', sinceMs, dueMs }, outages)) return [];
    const message = deadlineExceeded(deadlineSeconds, life.phase);
    const failed = { reportId, failedAt: now, stage: 'expiry', code: 'deadline_exceeded', message } as const;
    return [{ type: 'ReportFailed', data: failed }];
  },
};
