import type { EventOf, ReportEvent } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';
import { isDue } from '@evidence/retention';

/** Ends a report whose retention has ended. `expiredAt` is now (RFC 3339); `held` says whether a legal hold stands. */
export type ExpireReport = {
  readonly type: 'ExpireReport';
  readonly data: { readonly reportId: string; readonly expiredAt: string; readonly held: boolean };
};

/** Only a report that is ready can expire, not before its end and not under a hold; anything else is left as it is. */
export const expireReport: Decider<ExpireReport, ReportLife, ReportEvent> = {
  ...reportLife,
  decide({ data: { reportId, expiredAt, held } }, life): readonly EventOf<'ReportExpired'>[] {
    if (life.phase !== 'ready') return [];
    const { expiresAt, artifact } = life.ready;
    if (!isDue({ expiresAt, held, now: new Date(expiredAt) })) return [];
    return [{ type: 'ReportExpired', data: { reportId, expiredAt, artifactSha256: artifact.sha256 } }];
  },
};
