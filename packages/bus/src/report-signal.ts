import type { NatsConnection } from '@nats-io/transport-node';

/** The prefix on core NATS for short-lived signals about a report: `progress.v1.<tenant>.<reportId>`, and subjects below that. */
export const SIGNALS = 'progress.v1';
const MESSAGE_BYTES_MAX = 128;

interface OfReport {
  readonly tenant: string;
  readonly reportId: string;
}

/** The signal's JSON, not checked yet. `below`: the rest of the subject. */
export interface Signal extends OfReport {
  readonly below: readonly string[];
  readonly told: Readonly<Record<string, unknown>>;
}

/** Never throws: the work does not depend on whether anybody receives it. */
export function tellOfReport(
  nc: NatsConnection,
  { tenant, reportId }: OfReport,
  told: object,
  ...below: readonly string[]
): void {
  if (nc.isClosed() || nc.isDraining()) return;
  nc.publish([SIGNALS, tenant, reportId, ...below].join('.'), JSON.stringify(told));
}

/** Calls `hear` with what `read` makes of each message from now on, until the connection ends. Unreadable messages are left out. */
export function hearOfReports<T>(
  nc: NatsConnection,
  subjects: string,
  read: (signal: Signal) => T | undefined,
  hear: (heard: T) => void,
): void {
  nc.subscribe(subjects, {
    callback: (error, message) => {
      const signal = error ? undefined : parse(message.subject, message.data);
      const heard = signal && read(signal);
      if (heard !== undefined) hear(heard);
    },
  });
}

function parse(subject: string, body: Uint8Array): Signal | undefined {
  const [, , tenant, reportId, ...below] = subject.split('.');
  if (!tenant || !reportId || body.length > MESSAGE_BYTES_MAX) return undefined;
  try {
    const told: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (typeof told !== 'object' || told === null) return undefined;
    return { tenant, reportId, below, told: told as Signal['told'] };
  } catch {
    return undefined;
  }
}
