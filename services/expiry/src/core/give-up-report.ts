import type { EventOf, ReportEvent } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { isUnderWay, type ReportLife, reportLife } from '@evidence/report';

/** Fails a report that was not finished in time. `now` and `watchedSince` are RFC 3339, see `deadlineOf`. */
export type GiveUpReport = {
  readonly type: 'GiveUpReport';
  readonly data: {
    readonly reportId: string;
    readonly now: string;
    readonly watchedSince: string;
    readonly deadlineSeconds: number;
  };
};

/**
 * The instant, in milliseconds since 1970, from which a report that is still queued or running counts as stuck. The time
 * before `watchedSince` does not count: after an outage of the whole system the stages get their chance to finish first.
 */
export function deadlineOf({
  requestedAt,
  watchedSince,
  deadlineSeconds,
}: {
  readonly requestedAt: string | number;
  readonly watchedSince: string | number;
  readonly deadlineSeconds: number;
}): number {
  return Math.max(new Date(requestedAt).getTime(), new Date(watchedSince).getTime()) + deadlineSeconds * 1_000;
}

/** Stays quiet while there is time, and when the report is ready, failed, expired or unknown. */
export const giveUpReport: Decider<GiveUpReport, ReportLife, ReportEvent> = {
  ...reportLife,
  decide({ data: { reportId, now, watchedSince, deadlineSeconds } }, life): readonly EventOf<'ReportFailed'>[] {
    if (!isUnderWay(life)) return [];
    const { requestedAt } = life.request;
    if (Date.parse(now) < deadlineOf({ requestedAt, watchedSince, deadlineSeconds })) return [];
    const message = `The report was not finished within ${deadlineSeconds} s (it was ${life.phase}). Request it again.`;
    const failed = { reportId, failedAt: now, stage: 'expiry', code: 'deadline_exceeded', message } as const;
    return [{ type: 'ReportFailed', data: failed }];
  },
};
