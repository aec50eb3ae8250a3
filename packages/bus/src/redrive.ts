import { type ReportEventType, streamOf } from '@evidence/contracts';
import { type EventLog, type EventOn, historyOf } from '@evidence/event-store/log';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { cloudEventOf, subjectOfEvent } from './cloudevents.js';
import { headersOf } from './message-trace.js';
import { writerOf } from './relay-publisher.js';
import { heardBy, type Service } from './subjects.js';

export type HeardEventType = keyof typeof heardBy;

const isHeard = (type: string): type is HeardEventType => Object.hasOwn(heardBy, type);
const ENDS: readonly ReportEventType[] = ['ReportReady', 'ReportFailed', 'ReportExpired'];
/** The events that a report is made from are among its first; downloads come after its end. */
const EVENTS_LOOKED_THROUGH_MAX = 1_000;
const PUBLISH_TIMEOUT_MS = 2_000;

/**
 * Publishes again the event that a service needs to continue a report, because its message may be lost. Returns its type, or undefined for a report
 * that has ended or was never requested. Without `Nats-Msg-Id`, because JetStream would drop the message as a duplicate of the lost one. A service
 * that already has it finds nothing to do. Throws as the store does, and what NATS reports.
 */
export async function redrive(
  log: EventLog,
  nc: NatsConnection,
  reportId: string,
): Promise<HeardEventType | undefined> {
  let last: HeardReportEvent | undefined;
  // The consumer finds the unreadable event and fails the report, which otherwise would fail only at its deadline.
  const options = { limit: EVENTS_LOOKED_THROUGH_MAX, onUnreadable: () => undefined };
  for await (const event of historyOf(log, 'report', streamOf.report(reportId), options)) {
    if (isHeard(event.type)) last = { type: event.type, event };
    if (ENDS.includes(event.type)) return undefined;
  }
  if (last) await publishAgain(nc, last);
  return last?.type;
}

interface HeardReportEvent {
  readonly type: HeardEventType;
  readonly event: EventOn<'report'>;
}

async function publishAgain(nc: NatsConnection, { event: stored }: HeardReportEvent): Promise<void> {
  const event = cloudEventOf(stored, writerOf(stored) as Service);
  const options = { headers: headersOf(event), timeout: PUBLISH_TIMEOUT_MS };
  await jetstream(nc).publish(subjectOfEvent(event), JSON.stringify(event), options);
}

/** Publishes an earlier event of a report again, so that an earlier stage rebuilds what a later one cannot find. */
export class Reteller {
  #nc: NatsConnection | undefined;

  constructor(private readonly log: EventLog) {}

  /** Until this is called, nothing is published. */
  speakOver(nc: NatsConnection): void {
    this.#nc = nc;
  }

  /** Does nothing when the report has no such event. Throws as {@link redrive} does. */
  readonly retell = async (reportId: string, type: HeardEventType): Promise<void> => {
    if (!this.#nc) return;
    const history = historyOf(this.log, 'report', streamOf.report(reportId), { limit: EVENTS_LOOKED_THROUGH_MAX });
    for await (const event of history) if (event.type === type) return publishAgain(this.#nc, { type, event });
  };
}
