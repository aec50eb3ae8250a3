import {
  BACKWARDS,
  END,
  FORWARDS,
  type JSONType,
  jsonEvent,
  KurrentDBClient,
  type ResolvedEvent,
  START,
  StreamNotFoundError,
} from '@kurrent/kurrentdb-client';
import { withDeadline } from '../deadline.js';
import { encodeEvents } from '../encoding.js';
import { EventStoreError } from '../errors.js';
import type {
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
} from '../port.js';
import { eventStoreErrorOf } from './errors.js';
import { clientFilter, clientPosition, recordedEvent } from './recorded.js';
import { subscribe } from './subscription.js';

/** The client's own deadline does not reach its batch-append stream, its first call or its reads (1.3.1, 2026-11): ours does. */
const APPEND_TIMEOUT_MS = 10_000;
/** The wait for the next events of a read, not for the whole read. */
const READ_TIMEOUT_MS = 10_000;

/**
 * KurrentDB or EventStoreDB 22.10 and later, or our `store-server`. `connectionString`: `kurrentdb://host:port?tls=false` and the
 * like. Nothing is connected yet: a server that is not up is `unavailable` at the first call, and reached by a later one.
 */
export function openKurrentEventStore({ connectionString }: { connectionString: string }): EventStore {
  const client = KurrentDBClient.connectionString(connectionString);
  const closing = new AbortController();
  const checkOpen = () => {
    if (closing.signal.aborted) throw new EventStoreError('unavailable', 'The event store is closed; open it again.');
  };
  return {
    async append(stream, expected, events) {
      encodeEvents(stream, events);
      checkOpen();
      return append(client, stream, expected, events);
    },
    readStream: (stream, options) => readStream(client, stream, options),
    readAll: (options) => readAll(client, options),
    subscribe: (options) =>
      subscribe(client, { ...options, signal: AbortSignal.any([options.signal, closing.signal]) }),
    async head() {
      checkOpen();
      const read = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
      for await (const event of arriving(read)) return event.position;
      return undefined;
    },
    async close() {
      closing.abort();
      await client.dispose();
    },
  };
}

async function append(
  client: KurrentDBClient,
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): Promise<Appended> {
  const proposed = events.map(({ id, type, data, metadata }) =>
    jsonEvent({ id, type, data: data as JSONType, metadata: metadata as Record<string, unknown> }),
  );
  try {
    const appending = client.appendToStream(stream, proposed, { streamState: expected });
    const { nextExpectedRevision, position } = await withDeadline(
      appending,
      APPEND_TIMEOUT_MS,
      `An append to ${stream}`,
    );
    if (position) return { revision: nextExpectedRevision, position: position.commit };
    // A server may leave the position out when it recognises a repeated append; the event itself has it.
    for await (const event of readStream(client, stream, { from: nextExpectedRevision, limit: 1 })) {
      return { revision: event.revision, position: event.position };
    }
    throw new EventStoreError(
      'unavailable',
      `The append to ${stream} was answered without a position; retry with the same ids.`,
    );
  } catch (error) {
    throw eventStoreErrorOf(error, stream, expected);
  }
}

async function* readStream(
  client: KurrentDBClient,
  stream: string,
  options: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent> {
  const { direction = 'forwards', from, limit } = options;
  if (limit === 0) return;
  const read = client.readStream(stream, {
    direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
    fromRevision: from ?? (direction === 'forwards' ? START : END),
    ...(limit !== undefined && { maxCount: limit }),
  });
  try {
    yield* arriving(read, stream);
  } catch (error) {
    if (!(error instanceof EventStoreError && error.cause instanceof StreamNotFoundError)) throw error;
  }
}

/** The port's `from` is exclusive both ways; the client's is so backwards only. So one event more is read forwards, and left out. */
async function* readAll(client: KurrentDBClient, options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
  const { direction = 'forwards', from, filter, limit } = options;
  if (limit === 0) return;
  const forwards = direction === 'forwards';
  const read = client.readAll({
    direction: forwards ? FORWARDS : BACKWARDS,
    fromPosition: from === undefined ? (forwards ? START : END) : clientPosition(from),
    filter: clientFilter(filter),
    ...(limit !== undefined && { maxCount: forwards && from !== undefined ? limit + 1 : limit }),
  });
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const event of arriving(read)) {
    if (forwards && event.position === from) continue;
    yield event;
    if (--left === 0) return;
  }
}

/** The events of one read, each awaited for a limited time, errors in the port's words. Leaving the loop ends the read. */
async function* arriving(read: AsyncIterable<ResolvedEvent>, stream?: string): AsyncGenerator<RecordedEvent> {
  const events = read[Symbol.asyncIterator]();
  const what = stream === undefined ? 'A read of the log' : `A read of ${stream}`;
  try {
    for (;;) {
      const next = await withDeadline(events.next(), READ_TIMEOUT_MS, what);
      if (next.done) return;
      if (next.value.event) yield recordedEvent(next.value.event);
    }
  } catch (error) {
    throw eventStoreErrorOf(error, stream);
  } finally {
    // Not awaited: after a timeout the read's own `return` waits for the event that never came.
    void events.return?.()?.catch(() => undefined);
  }
}
