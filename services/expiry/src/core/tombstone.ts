import type { ReportExpired, Retention } from '@evidence/contracts';
import type { FinishedReport } from '@evidence/report';

export type Tombstone = NonNullable<ReportExpired['tombstone']>;

/** What remains of the report, and why it is removed. `dueAt` (RFC 3339): the end of the retention in force. */
export function tombstoneOf(
  { request, scoped, mapped, ready }: FinishedReport,
  { dueAt, retention }: { readonly dueAt: string; readonly retention?: Retention },
): Tombstone {
  return {
    reason: `${sentenceOn(request.tenant, retention)} ended at ${dueAt}.`,
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

function sentenceOn(tenant: string, retention: Retention | undefined): string {
  switch (retention?.basis) {
    case undefined:
      return 'Its retention';
    case 'tenant_policy':
      return `Its retention of ${retention.seconds} s, which tenant ${tenant} had set,`;
    case 'tenant_floor':
      return `The minimum retention of tenant ${tenant}, ${retention.seconds} s,`;
    case 'installation_default':
      return `Its retention of ${retention.seconds} s, the default of the installation,`;
  }
}
