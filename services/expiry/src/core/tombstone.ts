import type { ReportExpired, Retention } from '@evidence/contracts';
import type { FinishedReport } from '@evidence/report';
import { retentionEnded } from './sentences.js';

export type Tombstone = NonNullable<ReportExpired['tombstone']>;

/** What remains of the report, and why it is removed. `dueAt` (RFC 3339): the end of the retention in force. */
export function tombstoneOf(
  { request, scoped, mapped, ready }: FinishedReport,
  { dueAt, retention }: { readonly dueAt: string; readonly retention?: Retention },
): Tombstone {
  return {
    reason: retentionEnded(request.tenant, retention, dueAt),
    dueAt,
    ...(retention && { retention }),
    artifact: ready.artifact,
    attestation: ready.attestation,
    scopeSnapshot: scoped.snapshot,
    mappingSnapshot: mapped.snapshot,
    ...(ready.contentSha256 !== undefined && { contentSha256: ready.contentSha256 }),
    totals: ready.summary,
    dataAsOf: scoped.dataAsOf,
    // Before rules had versions, the crosswalk had one.
    rules: mapped.rules ?? mapped.crosswalk,
  };
}
