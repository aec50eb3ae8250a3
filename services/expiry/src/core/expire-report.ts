import type { EventOf, ReportEvent } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';
import { isDue } from '@evidence/retention';

/** Ends a report whose retention has ended. `expiredAt` is now (RFC 3339); `held` says whether the tenant holds it. */
export type ExpireReport = {
  readonly type: 'ExpireReport';
  readonly data: {
    readonly reportId: string;
    readonly tenant: string;
    readonly expiredAt: string;
    readonly held: boolean;
  };
};

/**
 * Only a report that is ready can expire, not before its end and not under a hold; anything else is left as it is. So is
 * another tenant's report, for whose hold nobody looked.
 */
export const expireReport: Decider<ExpireReport, ReportLife, ReportEvent> = {
  ...reportLife,
  decide({ data: { reportId, tenant, expiredAt, held } }, life): readonly EventOf<'ReportExpired'>[] {
    if (life.phase !== 'ready' || life.request.tenant !== tenant) return [];
    const { expiresAt, artifact } = life.ready;
    if (!isDue({ expiresAt, held, now: new Date(expiredAt) })) return [];
    return [{ type: 'ReportExpired', data: { reportId, expiredAt, artifactSha256: artifact.sha256 } }];
  },
};
