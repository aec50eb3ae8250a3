import { streamOf } from '@evidence/contracts';
import { type Mark, markOf } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { parseCloudEvent, type ReportCloudEvent } from './cloudevents.js';
import { managerOf } from './connection.js';
import { REPORTS_STREAM, type Service } from './subjects.js';

/** How far back the stream is searched. Beyond that, a common event would be no reliable sign. */
const MESSAGES_LOOKED_THROUGH_MAX = 10_000;
/** Only downloads, which come last, make a report's stream long. */
const EVENTS_LOOKED_THROUGH_MAX = 1_000;

export interface Shared {
  /** The last event of the service that the stream and the log both have; undefined: there is none. */
  readonly mark: Mark | undefined;
  /** How many messages after it are about events that the log does not have. */
  readonly messagesOfNothing: number;
}

/**
 * Where the stream and the log diverge: searches from the end for the newest message of the service whose event the log has at the stated
 * place. Rejects when NATS does not respond, and as `readStream` does.
 */
export async function lastShared(
  nc: NatsConnection,
  store: Pick<EventLog, 'readStream'>,
  service: Service,
): Promise<Shared> {
  const jsm = await managerOf(nc);
  const { state } = await jsm.streams.info(REPORTS_STREAM);
  const first = Math.max(state.first_seq, state.last_seq - MESSAGES_LOOKED_THROUGH_MAX + 1);
  let messagesOfNothing = 0;
  for (let sequence = state.last_seq; sequence >= first && sequence > 0; sequence--) {
    const message = await messageAt(jsm, sequence);
    if (message?.source !== `/evidence-reports/${service}`) continue;
    const mark = await markInLog(store, message);
    if (mark) return { mark, messagesOfNothing };
    messagesOfNothing += 1;
  }
  return { mark: undefined, messagesOfNothing };
}

/** Undefined for a message that was deleted, or is not ours. */
async function messageAt(jsm: JetStreamManager, seq: number): Promise<ReportCloudEvent | undefined> {
  const stored = await jsm.streams.getMessage(REPORTS_STREAM, { seq }).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined;
    throw error;
  });
  if (!stored) return undefined;
  try {
    return parseCloudEvent(stored.data, stored.subject);
  } catch {
    return undefined;
  }
}

async function markInLog(
  store: Pick<EventLog, 'readStream'>,
  { id, subject, position, time }: ReportCloudEvent,
): Promise<Mark | undefined> {
  const options = { limit: EVENTS_LOOKED_THROUGH_MAX, onUnreadable: () => {} };
  for await (const event of store.readStream(streamOf.report(subject), options)) {
    if (event.id !== id) continue;
    const isSame = String(event.position) === position && event.metadata.occurredAt === time;
    return isSame ? markOf(event) : undefined;
  }
  return undefined;
}
