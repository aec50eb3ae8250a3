import type { ReportFailed, ReportReady } from '@evidence/contracts';
import { type EventLog, type LogEvent, openEventLog } from '@evidence/event-store/log';

/** The events of one report, and when we received them (`performance.now()`). */
export interface FollowedReport {
  readonly requestedMs: number;
  endedMs?: number;
  ready?: ReportReady;
  failed?: ReportFailed;
  /** How often each type is in the report's stream. */
  readonly types: Map<string, number>;
}

/** Follows the log, whatever happens to the store. */
export class FollowedLog implements AsyncDisposable {
  readonly reports = new Map<string, FollowedReport>();
  readonly #log: EventLog;
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;

  constructor(eventStoreUrl: string) {
    this.#log = openEventLog(eventStoreUrl, () => new Date());
    this.#following = this.#follow();
  }

  get underWay(): number {
    let count = 0;
    for (const { endedMs } of this.reports.values()) if (endedMs === undefined) count += 1;
    return count;
  }

  async #follow(): Promise<void> {
    const filter = {
      types: [
        'ReportRequested',
        'ReportStarted',
        'ReportScoped',
        'ReportMapped',
        'ReportReady',
        'ReportFailed',
        'ReportExpired',
      ],
    };
    for await (const batch of this.#log.subscribe({ filter, signal: this.#stop.signal }))
      for (const delivery of batch) if (delivery.kind === 'event') this.#note(delivery.event);
  }

  #note(event: LogEvent): void {
    const reportId = event.stream.slice('report-'.length);
    const report: FollowedReport = this.reports.get(reportId) ?? { requestedMs: performance.now(), types: new Map() };
    this.reports.set(reportId, report);
    report.types.set(event.type, (report.types.get(event.type) ?? 0) + 1);
    if (event.type !== 'ReportReady' && event.type !== 'ReportFailed') return;
    report.endedMs ??= performance.now();
    if (event.type === 'ReportReady') report.ready = event.data;
    else report.failed = event.data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following.catch(() => undefined);
    await this.#log.close();
  }
}
