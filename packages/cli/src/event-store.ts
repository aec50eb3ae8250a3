import { EventStoreError } from '@evidence/event-store';
import { type EventLog, openEventLog } from '@evidence/event-store/log';
import { inTime } from '@evidence/runtime';
import { CommandFailure, usageFailure } from './failure.js';
import type { Surroundings } from './surroundings.js';
import { type EventStoreServer, eventStoreServer, shownServer } from './system.js';

/** How long an operator waits for a store that is down. */
const REACH_TIMEOUT_MS = 5_000;

/**
 * Opens the event store that the settings name, prints which one it is, lets `work` use it, and closes it. Throws `CommandFailure` when no
 * store is named, or it does not respond in time.
 */
export async function withEventStore<T>(
  { env, root, now, stderr }: Surroundings,
  work: (store: EventLog, server: Pick<EventStoreServer, 'eventsFolder'>) => Promise<T>,
): Promise<T> {
  const server = await eventStoreServer({ env, root });
  const store = open(server.url, now);
  try {
    await reach(store, server);
    stderr.write(`Event store: ${shownServer(server)}.\n`);
    return await work(store, server);
  } finally {
    await store.close().catch(() => {});
  }
}

function open(url: string, now: () => Date): EventLog {
  try {
    return openEventLog(url, now);
  } catch (error) {
    if (error instanceof TypeError) throw usageFailure(error.message, { cause: error });
    throw error;
  }
}

async function reach(store: EventLog, server: EventStoreServer): Promise<void> {
  try {
    await inTime(store.head(), REACH_TIMEOUT_MS, () => new Error('no response'));
  } catch (error) {
    if (error instanceof EventStoreError && (error.code !== 'unavailable' || error.facts.unusable)) throw error;
    throw new CommandFailure(
      `The event store at ${shownServer(server)} cannot be reached: run \`npm start\`, or set EVENT_STORE_URL.`,
      { cause: error },
    );
  }
}
