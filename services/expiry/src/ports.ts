import type { DutyKind } from './core/duty.js';

/** A duty towards one report, with what is needed to fulfil it. */
export interface OwedDuty {
  readonly kind: DutyKind;
  readonly reportId: string;
  readonly tenant: string;
  /** Milliseconds since 1970, see `Duty.since`. */
  readonly sinceMs: number;
  /** The event that made the duty: what is decided now is derived from it. */
  readonly causeId: string;
}

/** What is owed to which report, as far as the log has been read. Disposable: it is rebuilt from the log. */
export interface Duties {
  /** The oldest duties of this kind, at most `limit`. Reports under a legal hold are left out of all but `give_up`. */
  oldest(kind: DutyKind, limit: number): readonly OwedDuty[];
  /** Blobs (SHA-256) that this report refers to and no other report of its tenant that still has its own. */
  blobsOfOnly(reportId: string): readonly string[];
  /** The report has been pruned: nothing is owed to it any more. */
  pruned(reportId: string): void;
}

/** Calls `act` once after `delayMs`, at most 60,000, unless cancelled by the answer. */
export type Schedule = (delayMs: number, act: () => void) => () => void;
