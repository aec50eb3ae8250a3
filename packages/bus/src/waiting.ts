import type { NatsConnection } from '@nats-io/transport-node';
import { hearOfReports, SIGNALS, type Signal, tellOfReport } from './report-signal.js';

/** A stage has set a report aside for a while, because something that it needs is unavailable. */
export interface Waiting {
  readonly tenant: string;
  readonly reportId: string;
  /** Time until the next try, in milliseconds from now. */
  readonly forMs: number;
}

const WAITING = 'waiting';
export const WAITING_SUBJECTS = `${SIGNALS}.*.*.${WAITING}`;

/**
 * Publishes that a report waits. Like its progress, this is on core NATS: it cannot be received later, and a listener that missed it believes
 * for a while that the report is being worked on. Never throws.
 */
export function tellWaiting(nc: NatsConnection, { tenant, reportId, forMs }: Waiting): void {
  tellOfReport(nc, { tenant, reportId }, { forMs }, WAITING);
}

/** Calls `hear` for every report that is set aside from now on, until the connection ends. Unreadable messages are left out. */
export function hearWaiting(nc: NatsConnection, hear: (waiting: Waiting) => void): void {
  hearOfReports(nc, WAITING_SUBJECTS, waitingIn, hear);
}

function waitingIn({ tenant, reportId, told }: Signal): Waiting | undefined {
  const { forMs } = told as Partial<Waiting>;
  return Number.isSafeInteger(forMs) && forMs! >= 0 ? { tenant, reportId, forMs: forMs! } : undefined;
}
