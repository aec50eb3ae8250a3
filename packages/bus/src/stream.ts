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
import { ifAllowed } from './allowed.js';
import { MESSAGE_BYTES_MAX } from './cloudevents.js';
import { managerOf } from './connection.js';
import { BusError } from './errors.js';
import { REPORTS_STREAM, REPORTS_SUBJECTS } from './subjects.js';

/** How long a subscriber may be offline and still catch up from the bus alone. Older events are in the event store. */
const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;
/** How long JetStream recognises a Nats-Msg-Id. Longer than a relay takes to come back; beyond it consumers are idempotent. */
const DUPLICATE_WINDOW_MS = 2 * 60 * 1000;
const MESSAGES_MAX = 5_000_000;
/** All header names and values: Nats-Msg-Id, Content-Type, traceparent, tracestate (512). */
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
  // Nobody may delete messages that others may have read. This is permanent, because the server does not allow either switch to be reset.
  deny_delete: true,
  deny_purge: true,
} satisfies Partial<StreamConfig>;

type WantedConfig = typeof wanted & Pick<Partial<StreamConfig>, 'num_replicas'>;

/**
 * Creates the stream REPORTS, or updates it to the required configuration, if this user may. Settings that we do not specify (placement; replicas,
 * unless given) stay as the operator set them. Throws `BusError` `not_provisioned` if this user may not, and `stream_misconfigured` if the server
 * does not apply a setting: the configuration that it returns is compared, because servers silently ignore settings that they do not know (2.9, 2.10;
 * 2026-11-23).
 */
export async function ensureReportsStream(nc: NatsConnection, replicas?: number): Promise<StreamInfo> {
  const jsm = await managerOf(nc);
  const found = await findStream(jsm);
  const config = { ...wanted, ...(replicas !== undefined && { num_replicas: replicas }) };
  if (found && differences(config, found.config).length === 0) return found;
  const info = await takeStream(jsm, config, found !== undefined);
  const wrong = differences(config, info.config);
  if (wrong.length > 0) throw misconfigured(`it has different values for ${wrong.join(', ')}`, { wrong });
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

async function takeStream(jsm: JetStreamManager, config: WantedConfig, exists: boolean): Promise<StreamInfo> {
  try {
    return await ifAllowed(`the stream ${REPORTS_STREAM}`, () =>
      exists ? jsm.streams.update(REPORTS_STREAM, config) : jsm.streams.add(config),
    );
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status !== 503)
      throw misconfigured(error.message, { code: error.code }, { cause: error });
    throw error;
  }
}

const differences = (config: WantedConfig, taken: StreamConfig): string[] =>
  Object.entries(config)
    .filter(([key, value]) => JSON.stringify(taken[key as keyof StreamConfig]) !== JSON.stringify(value))
    .map(([key]) => key);

const misconfigured = (reason: string, facts: Record<string, unknown>, options?: ErrorOptions) =>
  new BusError(
    'stream_misconfigured',
    `The stream ${REPORTS_STREAM} cannot be used: ${reason}. Use nats-server 2.10 or newer, or fix the stream by hand.`,
    facts,
    options,
  );
