import { type EventType, isEventOn, reportEventTypes } from '@evidence/contracts';
import type { LogEvent } from '@evidence/event-store/log';
import { type ReportLife, reportLife } from '@evidence/report';

/** The events that `Past` folds. */
export const PAST_EVENTS: readonly EventType[] = [
  ...reportEventTypes,
  'LegalHoldPlaced',
  'LegalHoldReleased',
  'ScanRecorded',
  'FindingRecorded',
  'FindingObserved',
  'FindingStatusChanged',
];

export interface PastReport {
  readonly tenant: string;
  readonly life: Exclude<ReportLife, { phase: 'absent' }>;
  readonly held: boolean;
  /** The last event in the report's own stream. */
  readonly last: { readonly position: bigint; readonly type: string; readonly occurredAt: string };
}

/** The state at some point of the log: a fold over the events up to there, in order. */
export class Past {
  readonly #lives = new Map<string, Omit<PastReport, 'held'>>();
  readonly #holds = new Set<string>();
  readonly #findings = new Map<string, string>();
  #scans = 0;
  #position: bigint | undefined;

  /** Restricted to one tenant, if one is given. */
  constructor(private readonly tenant: string | undefined) {}

  /** The position of the last event taken; undefined: none. */
  get position(): bigint | undefined {
    return this.#position;
  }

  get scans(): number {
    return this.#scans;
  }

  take(event: LogEvent): void {
    this.#position = event.position;
    const { tenant, occurredAt } = event.metadata;
    if (this.tenant !== undefined && tenant !== this.tenant) return;
    switch (event.type) {
      case 'LegalHoldPlaced':
        this.#holds.add(event.data.reportId);
        return;
      case 'LegalHoldReleased':
        this.#holds.delete(event.data.reportId);
        return;
      case 'ScanRecorded':
        this.#scans += 1;
        return;
      case 'FindingRecorded':
      case 'FindingObserved':
        this.#findings.set(`${tenant} ${event.data.findingId}`, event.data.status);
        return;
      case 'FindingStatusChanged':
        this.#findings.set(`${tenant} ${event.data.findingId}`, event.data.to);
        return;
    }
    if (!isEventOn('report', event)) return;
    const { reportId } = event.data;
    const life = reportLife.evolve(this.#lives.get(reportId)?.life ?? reportLife.initialState, event);
    if (life.phase === 'absent') return;
    this.#lives.set(reportId, { tenant, life, last: { position: event.position, type: event.type, occurredAt } });
  }

  /** Newest first, as the API lists them. */
  reports(): PastReport[] {
    return [...this.#lives].map(([reportId, report]) => ({ ...report, held: this.#holds.has(reportId) })).reverse();
  }

  report(reportId: string): PastReport | undefined {
    const report = this.#lives.get(reportId);
    return report && { ...report, held: this.#holds.has(reportId) };
  }

  /** How many findings have each status, as set by their scanner or the last decision. */
  findingsByStatus(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const status of this.#findings.values()) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }
}
