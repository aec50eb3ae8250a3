import {
  type ReportMapped,
  type ReportReady,
  type ReportRequested,
  type ReportScoped,
  streamOf,
} from '@evidence/contracts';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import { CommandFailure } from '../failure.js';

/** What the events of a report say about how it was made. */
export interface ReportHistory {
  readonly request: ReportRequested;
  readonly scoped?: ReportScoped;
  readonly mapped?: ReportMapped;
  readonly ready?: ReportReady;
}

/** Throws `CommandFailure` for a report that was never requested, and `HistoryUnreadableError`. */
export async function reportHistory(store: EventLog, reportId: string): Promise<ReportHistory> {
  const found: { -readonly [K in keyof ReportHistory]: ReportHistory[K] | undefined } = { request: undefined };
  for await (const event of historyOf(store, 'report', streamOf.report(reportId))) {
    if (event.type === 'ReportRequested') found.request = event.data;
    if (event.type === 'ReportScoped') found.scoped = event.data;
    if (event.type === 'ReportMapped') found.mapped = event.data;
    if (event.type === 'ReportReady') found.ready = event.data;
  }
  if (!found.request) throw new CommandFailure(`Report ${reportId} was never requested.`);
  return found as ReportHistory;
}
