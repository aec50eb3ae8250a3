import { openKurrentEventStore } from './kurrent/kurrent-event-store.js';
import type { EventStore } from './port.js';
import { openSqliteEventStore } from './sqlite-event-store.js';

const KURRENT_SCHEMES = /^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\//;

/**
 * The store that a URL names: `kurrentdb://…`, `kurrentdb+discover://…` or `esdb://…` for a server (KurrentDB's
 * connection string), `sqlite:<file>` for the engine in this process. Throws a `TypeError` for any other URL.
 */
export function openEventStore(url: string, now: () => Date): EventStore {
  if (KURRENT_SCHEMES.test(url)) return openKurrentEventStore({ connectionString: url });
  if (url.startsWith('sqlite:')) return openSqliteEventStore({ file: url.slice('sqlite:'.length), now });
  throw new TypeError(
    `EVENT_STORE_URL is kurrentdb://<host>:<port>?tls=false or sqlite:<file>, not ${JSON.stringify(url)}.`,
  );
}
