import type { ReportEvent, ReportMapped, ReportReady, ReportRequested, ReportScoped, Rules } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';

/** A report that somebody may have: it was ready once, though it may have expired since. */
export interface IssuedReport {
  readonly reportId: string;
  readonly tenant: string;
  readonly readyAt: string;
  readonly request: Omit<ReportRequested, 'template'>;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
  /** By which its verdicts were reached; undefined for a report from before rules had versions. */
  readonly rules: Rules | undefined;
}

const TYPES = ['ReportRequested', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;

interface Known {
  request?: Omit<ReportRequested, 'template'>;
  scoped?: ReportScoped;
  mapped?: ReportMapped;
  ready?: ReportReady;
}

/** All issued reports, or those of one tenant, in the order of their requests. */
export async function issuedReports(store: EventStore, tenant: string | undefined): Promise<IssuedReport[]> {
  const known = new Map<string, Known>();
  for await (const { type, data } of store.readAll({ filter: { typePrefixes: [...TYPES] } })) {
    const event = { type, data } as ReportEvent;
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
      // A template has up to 64 KiB, and no say in verdicts.
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
