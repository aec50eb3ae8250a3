import { assertEvent } from '@evidence/contracts';
import { type EventStore, EventStoreError, openEventStore, withValidation } from '@evidence/event-store';
import { CommandFailure, usageFailure } from './failure.js';
import { type Surroundings, withoutPassword } from './surroundings.js';
import { eventStoreServer, shownServer } from './system.js';

/** The whole time an operator waits for a store that is not there. */
const REACH_TIMEOUT_MS = 5_000;

/**
 * Lets `work` use the event store that is meant, after saying which it is, and closes it. Throws `CommandFailure` when none is, or it does
 * not answer in time.
 */
export async function withEventStore<T>(
  { env, root, now, stderr }: Surroundings,
  work: (store: EventStore) => Promise<T>,
): Promise<T> {
  const server = await eventStoreServer({ env, root });
  const { url } = server;
  const store = withValidation(open(url, now), { event: assertEvent });
  try {
    await reach(store, url);
    stderr.write(`Event store: ${shownServer(server)}.\n`);
    return await work(store);
  } finally {
    await store.close().catch(() => {});
  }
}

function open(url: string, now: () => Date): EventStore {
  try {
    return openEventStore(url, now);
  } catch (error) {
    if (error instanceof TypeError) throw usageFailure(error.message, { cause: error });
    throw error;
  }
}

async function reach(store: EventStore, url: string): Promise<void> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), REACH_TIMEOUT_MS);
  try {
    await Promise.race([store.head(), timeout]);
  } catch (error) {
    if (error instanceof EventStoreError && error.code !== 'unavailable') throw error;
    throw new CommandFailure(
      `The event store at ${withoutPassword(url)} cannot be reached: run \`npm start\`, or set EVENT_STORE_URL.`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
