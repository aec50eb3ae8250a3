import { streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import {
  dueOf,
  floorOf,
  type KnownTenantEvent,
  type Promised,
  type RetentionFloor,
  tenantPolicy,
} from '@evidence/retention';
import type { LeftOut } from './left-out.js';

/** A report whose artifact still exists. */
export interface KeptReport {
  readonly reportId: string;
  readonly promised: Promised;
  /** RFC 3339: see `dueOf`. */
  readonly dueAt: string;
  readonly held: boolean;
  readonly sizeBytes: number;
}

/** The policy events of a tenant. */
export async function tenantHistory(store: EventLog, tenant: string): Promise<readonly KnownTenantEvent[]> {
  return Array.fromAsync(historyOf(store, 'tenant', streamOf.tenant(tenant)));
}

/** The ready reports of a tenant, in the order in which they are due. `floor`: as if the tenant had this one. */
export async function keptReports(
  store: EventLog,
  tenant: string,
  { onUnreadable }: Pick<LeftOut, 'onUnreadable'>,
  floor?: RetentionFloor,
): Promise<readonly KeptReport[]> {
  const past = await tenantHistory(store, tenant);
  const { holds } = foldOf(tenantPolicy, past);
  const inForce = floor ?? floorOf(past);
  const kept = new Map<string, KeptReport>();
  const types = ['ReportReady', 'ReportExpired'];
  for await (const event of store.readAll({ filter: { types }, onUnreadable })) {
    if (event.metadata.tenant !== tenant) continue;
    if (event.type === 'ReportExpired') kept.delete(event.data.reportId);
    if (event.type !== 'ReportReady') continue;
    const { reportId, artifact } = event.data;
    const { dueAt } = dueOf(event.data, inForce);
    kept.set(reportId, {
      reportId,
      promised: event.data,
      dueAt,
      held: holds.has(reportId),
      sizeBytes: artifact.sizeBytes,
    });
  }
  return [...kept.values()].sort((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt));
}
