import type { Cause } from '@evidence/report/stage';
import type { Lane, Line } from './core/turns.js';

/** A report that was requested but not started. The cause is its request. */
export type WaitingReport = Cause;

/** The reports that wait or are in progress, as far as the log has been read. */
export interface ReportLine {
  /** Waiting reports that are in `skipped` are left out. If none waits, the started ones are left out, too. */
  look(lane: Lane, skipped: readonly string[]): Line;
  /** Whether the report waits or is in progress; `eventId` is its request. */
  has(request: Pick<Cause, 'reportId' | 'tenant' | 'eventId'>): boolean;
  oldestOf(lane: Lane, tenant: string, skipped: readonly string[]): WaitingReport | undefined;
}
