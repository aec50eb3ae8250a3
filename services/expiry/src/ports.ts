import type { HeardEventType } from '@evidence/bus';
import type { Outage } from '@evidence/retention';
import type { DutyKind } from './core/duty.js';

/** A duty towards one report, with what is needed to fulfil it. */
export interface OwedDuty {
  readonly kind: DutyKind;
  readonly reportId: string;
  readonly tenant: string;
  /** Milliseconds since 1970: see `DutyTimes`. */
  readonly sinceMs: number;
  readonly dueMs: number;
  /** The event that created the duty, which is the cause of what is decided now. */
  readonly causeId: string;
}

/** A report under way, with the event that a service must continue from. Instants in milliseconds since 1970. */
export interface StandingReport {
  readonly reportId: string;
  readonly type: HeardEventType;
  /** When that event happened. */
  readonly sinceMs: number;
  /** The report's deadline, not counting outages. */
  readonly untilMs: number;
}

/** The bus, for resending lost messages. */
export interface Redriving {
  /** How many messages wait for each service or are being handled by it. */
  pending(): Promise<Readonly<Record<string, number>>>;
  /** Publishes again the event that a service must continue from. */
  redrive(reportId: string): Promise<unknown>;
}

/** The duties of all reports, as far as the log has been read. Disposable: rebuilt from the log. */
export interface Duties {
  /**
   * The first due duties of this kind, at most `limit`, without those of `skipped` reports. Reports under a legal hold, or of a stopped tenant,
   * are left out of all kinds except `give_up`.
   */
  next(kind: DutyKind, limit: number, skipped?: readonly string[]): readonly OwedDuty[];
  /** The outages that ended after `sinceMs` (milliseconds since 1970), sorted by their beginning. */
  outagesSince(sinceMs: number): readonly Outage[];
  /** An event of the tenant cannot be read and may forbid it, so nothing of the tenant may expire. */
  isStopped(tenant: string): boolean;
  /**
   * Reports that were started, have not ended, and have no event after `sinceMs`, oldest first, at most `limit`, without `skipped` ones. A report
   * that waits for its turn does not wait for a message: scoping finds it in the log.
   */
  standing(sinceMs: number, limit: number, skipped: readonly string[]): readonly StandingReport[];
  /** Blobs (SHA-256) that this report refers to, and that no unpruned report of its tenant refers to. */
  blobsOfOnly(reportId: string): readonly string[];
  /** The report has been pruned, so it has no duties any more. */
  pruned(reportId: string): void;
}

/** A blob that a ready report has stored. */
export interface KeptBlob {
  readonly reportId: string;
  readonly tenant: string;
  readonly sha256: string;
}

/** The blobs of ready reports, held ones included, in a fixed order, and the progress of a pass over them. */
export interface Scrubbing {
  /** The first one that this pass has not checked; undefined: there is none. */
  next(): KeptBlob | undefined;
  checked(blob: KeptBlob): void;
  /** Whether its report is still ready. */
  isKept(blob: KeptBlob): boolean;
  /** When this pass began, in milliseconds since 1970; undefined: there was none. */
  passSinceMs(): number | undefined;
  beginPass(nowMs: number): void;
}

/** Calls `act` once after `delayMs`, at most 60,000, unless cancelled by the returned function. */
export type Schedule = (delayMs: number, act: () => void) => () => void;
