import { type JSONType, jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { withDeadline } from '../deadline.js';
import { encodeEvents } from '../encoding.js';
import { EventStoreError } from '../errors.js';
import type { Appended, EventStore, ExpectedRevision, NewEvent } from '../port.js';
import { eventStoreErrorOf } from './errors.js';
import { KurrentReads } from './reads.js';
import { subscribe } from './subscription.js';

/** The client's own deadline reaches neither its batch-append stream nor its first call (1.3.1, 2026-11). */
const APPEND_TIMEOUT_MS = 10_000;

/**
 * KurrentDB or EventStoreDB 22.10 and later, or our `store-server`. `connectionString`: `kurrentdb://host:port?tls=false` and the
 * like. Nothing is connected yet: a server that is not up is `unavailable` at the first call, and reached by a later one.
 */
export function openKurrentEventStore({ connectionString }: { connectionString: string }): EventStore {
  const client = KurrentDBClient.connectionString(connectionString);
  const reads = new KurrentReads(connectionString);
  const closing = new AbortController();
  const checkOpen = () => {
    if (closing.signal.aborted) throw new EventStoreError('unavailable', 'The event store is closed; open it again.');
  };
  return {
    async append(stream, expected, events) {
      encodeEvents(stream, events);
      checkOpen();
      return append({ client, reads }, stream, expected, events);
    },
    readStream: (stream, options) => reads.readStream(stream, options),
    readAll: (options) => reads.readAll(options),
    subscribe: (options) =>
      subscribe(client, { ...options, signal: AbortSignal.any([options.signal, closing.signal]) }),
    async head() {
      checkOpen();
      return reads.head();
    },
    async close() {
      closing.abort();
      await client.dispose();
    },
  };
}

async function append(
  { client, reads }: { client: KurrentDBClient; reads: KurrentReads },
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
    for await (const event of reads.readStream(stream, { from: nextExpectedRevision, limit: 1 })) {
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
