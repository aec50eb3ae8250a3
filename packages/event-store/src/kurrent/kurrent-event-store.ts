import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { encodeEvents } from '../encoding.js';
import { EventStoreError } from '../errors.js';
import type { Appended, EventStore } from '../port.js';
import { KurrentAppends } from './appends.js';
import { KurrentReads } from './reads.js';
import { subscribe } from './subscription.js';

/**
 * KurrentDB or EventStoreDB 22.10 and later, or our `store-server`. `connectionString`:
 * `kurrentdb://host:port?tls=false` and the like. Nothing is connected yet: a server that is not up is `unavailable` at
 * the first call, and reached by a later one.
 */
export function openKurrentEventStore({ connectionString }: { connectionString: string }): EventStore {
  const appends = new KurrentAppends(connectionString);
  const reads = new KurrentReads(connectionString);
  const subscriptions = KurrentDBClient.connectionString(connectionString);
  const closing = new AbortController();
  const checkOpen = () => {
    if (closing.signal.aborted) throw new EventStoreError('unavailable', 'The event store is closed; open it again.');
  };
  return {
    async append(stream, expected, events) {
      const encoded = encodeEvents(stream, events);
      checkOpen();
      const { revision, position } = await appends.append(stream, expected, events, encoded);
      return position === undefined ? appendedAt(reads, stream, revision) : { revision, position };
    },
    readStream: (stream, options) => reads.readStream(stream, options),
    readAll: (options) => reads.readAll(options),
    subscribe: (options) =>
      subscribe(subscriptions, { ...options, signal: AbortSignal.any([options.signal, closing.signal]) }),
    async head() {
      checkOpen();
      return reads.head();
    },
    async close() {
      closing.abort();
      await Promise.all([appends.close(), subscriptions.dispose()]);
    },
  };
}

/** The answer to a repeated append whose position the server left out: the event itself has it. */
async function appendedAt(reads: KurrentReads, stream: string, revision: bigint): Promise<Appended> {
  for await (const event of reads.readStream(stream, { from: revision, limit: 1 }))
    return { revision, position: event.position };
  throw new EventStoreError(
    'unavailable',
    `The append to ${stream} was answered without a position; retry with the same ids.`,
  );
}
