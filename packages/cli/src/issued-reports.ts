import {
  isEventOn,
  type ReportEvent,
  type ReportMapped,
  type ReportReady,
  type ReportRequested,
  type ReportScoped,
  type Rules,
} from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';
import type { LeftOut } from './left-out.js';

/** A report that someone may have a copy of: it was ready once, but may have expired since. */
export interface IssuedReport {
  readonly reportId: string;
  readonly tenant: string;
  readonly readyAt: string;
  readonly request: Omit<ReportRequested, 'template'>;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
  /** The rules that determined its verdicts; undefined: mapped before rules had versions. */
  readonly rules: Rules | undefined;
}

const TYPES = ['ReportRequested', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;

interface Known {
  request?: Omit<ReportRequested, 'template'>;
  scoped?: ReportScoped;
  mapped?: ReportMapped;
  ready?: ReportReady;
}

/** All issued reports, or those of one tenant, in the order of their requests, without those that have an unreadable event. */
export async function issuedReports(
  store: EventLog,
  tenant: string | undefined,
  { onUnreadable }: Pick<LeftOut, 'onUnreadable'>,
): Promise<IssuedReport[]> {
  const known = new Map<string, Known>();
  for await (const event of store.readAll({ filter: { types: [...TYPES] }, onUnreadable })) {
    if (!isEventOn('report', event)) continue;
    const report = known.get(event.data.reportId) ?? {};
    known.set(event.data.reportId, report);
    take(event, report);
  }
  return [...known.values()].flatMap(({ request, scoped, mapped, ready }) => {
    if (!request || !scoped || !mapped || !ready || (tenant !== undefined && request.tenant !== tenant)) return [];
    const { reportId, tenant: owner } = request;
    return [{ reportId, tenant: owner, readyAt: ready.readyAt, request, scoped, mapped, rules: mapped.rules }];
  });
}

function take(event: ReportEvent, report: Known): void {
  switch (event.type) {
    case 'ReportRequested': {
      // A template takes up to 64 KiB, and does not affect verdicts.
      const { template: _, ...request } = event.data;
      report.request = request;
      return;
    }
    case 'ReportScoped':
      report.scoped = event.data;
      return;
    case 'ReportMapped':
      report.mapped = event.data;
      return;
    case 'ReportReady':
      report.ready = event.data;
  }
}
