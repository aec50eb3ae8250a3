import { type ReportAccepted, type ReportEvent, streamOf } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import type { Frameworks } from '@evidence/frameworks';
import { Problem } from '../core/problem.js';
import { type Past, pastAfter, regenerationOf } from '../core/regeneration.js';
import { statusOf } from '../core/report-record.js';
import type { Call } from './http/route.js';
import type { Reports } from './reports.js';

export interface RegenerationParts {
  readonly reports: Reports;
  readonly store: EventStore;
  readonly frameworks: Pick<Frameworks, 'rules'>;
}

/** Making an expired report again. */
export class Regeneration {
  constructor(private readonly parts: RegenerationParts) {}

  /** Throws `report_not_found`, `report_not_expired`, `rules_changed`, `unavailable`; then nothing was appended. */
  async request(call: Call, reportId: string): Promise<ReportAccepted> {
    const { reports, store, frameworks } = this.parts;
    const record = reports.find(call.caller, reportId);
    const status = statusOf(record);
    if (status !== 'expired') {
      const message =
        status === 'ready'
          ? 'The artifact is still there: download it.'
          : 'Only a report whose artifact was pruned can be regenerated: request a new one.';
      throw new Problem('report_not_expired', message, { report_status: status });
    }
    let past: Past = {};
    for await (const { type, data } of store.readStream(streamOf.report(reportId)))
      past = pastAfter(past, { type, data } as ReportEvent);
    return reports.record(call, regenerationOf(past, frameworks.rules, reports.identity(call)));
  }
}
