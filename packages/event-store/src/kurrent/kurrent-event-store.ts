import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { encodeEvents } from '../encoding.js';
import { EventStoreError } from '../errors.js';
import type { Appended, EventStore } from '../port.js';
import { KurrentAppends } from './appends.js';
import { KurrentReads } from './reads.js';
import { subscribe } from './subscription.js';

/**
 * KurrentDB or EventStoreDB 22.10 and later, or our `store-server`. `connectionString`: `kurrentdb://host:port?tls=false` and the like. Does not
 * connect yet: calls are `unavailable` while the server is down, and reach it once it is up.
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
      const { revision, position } = await appends.append(stream, expected, encoded);
      return position === undefined ? appendedAt(reads, stream, revision) : { revision, position };
    },
    readStream: (stream, options) => reads.readStream(stream, options),
    readAll: (options) => reads.readAll(options),
    subscribe: (options) =>
      subscribe(subscriptions, reads, { ...options, signal: AbortSignal.any([options.signal, closing.signal]) }),
    async head() {
      checkOpen();
      return reads.head();
    },
    checksWriters: () => supports(subscriptions, CHECKS_WRITERS),
    async close() {
      closing.abort();
      await Promise.all([appends.close(), subscriptions.dispose()]);
    },
  };
}

/** A method that `store-server` lists, but KurrentDB does not. */
const CHECKS_WRITERS = '/evidence/checkswriters';

/** The client asks the server for its methods before some calls; the result is not in its types (1.3.1). */
const supports = (client: KurrentDBClient, path: string): Promise<boolean> =>
  (client as unknown as { supports(method: { readonly path: string }): Promise<boolean> }).supports({ path });

/** The result of a repeated append whose position the server omitted: the event itself has it. */
async function appendedAt(reads: KurrentReads, stream: string, revision: bigint): Promise<Appended> {
  for await (const event of reads.readStream(stream, { from: revision, limit: 1 }))
    return { revision, position: event.position };
  throw new EventStoreError(
    'unavailable',
    `The response to the append to ${stream} has no position: retry with the same ids.`,
  );
}
