import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { MESSAGE_BYTES_MAX } from './cloudevents.js';
import { managerOf } from './connection.js';
import { BusError } from './errors.js';
import { REPORTS_STREAM, REPORTS_SUBJECTS } from './subjects.js';

/** How long a subscriber may be away and still catch up from the bus alone. Older events are in the event store. */
export const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;
/** How long JetStream recognises a Nats-Msg-Id. Longer than a relay takes to come back; beyond it consumers are idempotent. */
export const DUPLICATE_WINDOW_MS = 2 * 60 * 1000;
const MESSAGES_MAX = 5_000_000;
/** Name and value together, beside the body: Nats-Msg-Id, Content-Type, traceparent, tracestate (512). */
const HEADER_BYTES_MAX = 4 * 1024;

const wanted = {
  name: REPORTS_STREAM,
  subjects: [REPORTS_SUBJECTS],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  max_age: nanos(MAX_AGE_MS),
  max_msgs: MESSAGES_MAX,
  max_msg_size: MESSAGE_BYTES_MAX + HEADER_BYTES_MAX,
  duplicate_window: nanos(DUPLICATE_WINDOW_MS),
} satisfies Partial<StreamConfig>;

/**
 * Makes the stream REPORTS, or brings it to what it must be; what we do not name (replicas, placement) stays as the operator set it.
 * Throws `BusError` `stream_misconfigured` when the server does not take it: the config it returns is compared, since servers
 * silently ignore what they do not know (2.9, 2.10; 2026-11-23).
 */
export async function ensureReportsStream(nc: NatsConnection): Promise<StreamInfo> {
  const jsm = await managerOf(nc);
  const found = await findStream(jsm);
  if (found && differences(found.config).length === 0) return found;
  const info = await takeStream(jsm, found !== undefined);
  const wrong = differences(info.config);
  if (wrong.length > 0) throw misconfigured(`it has other values of ${wrong.join(', ')}`, { wrong });
  return info;
}

async function findStream(jsm: JetStreamManager): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(REPORTS_STREAM);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
    throw error;
  }
}

async function takeStream(jsm: JetStreamManager, exists: boolean): Promise<StreamInfo> {
  try {
    return exists ? await jsm.streams.update(REPORTS_STREAM, wanted) : await jsm.streams.add(wanted);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status !== 503)
      throw misconfigured(error.message, { code: error.code }, { cause: error });
    throw error;
  }
}

const differences = (config: StreamConfig): string[] =>
  Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(config[key as keyof StreamConfig]) !== JSON.stringify(value))
    .map(([key]) => key);

const misconfigured = (reason: string, facts: Record<string, unknown>, options?: ErrorOptions) =>
  new BusError(
    'stream_misconfigured',
    `The stream ${REPORTS_STREAM} cannot be used: ${reason}. Use nats-server 2.10 or newer, or mend the stream by hand.`,
    facts,
    options,
  );
