import { openKurrentEventStore } from './kurrent/kurrent-event-store.js';
import type { EventStore } from './port.js';
import { openSqliteEventStore } from './sqlite/sqlite-event-store.js';

const KURRENT_SCHEMES = /^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\//;

/**
 * The store that a URL names: `kurrentdb://…`, `kurrentdb+discover://…` or `esdb://…` for a server (KurrentDB's
 * connection string), `sqlite:<file>` for the engine in this process. Throws a `TypeError` for any other URL, without quoting it: it may
 * contain a password anywhere.
 */
export function openEventStore(url: string, now: () => Date): EventStore {
  if (KURRENT_SCHEMES.test(url)) return kurrentEventStore(url);
  if (url.startsWith('sqlite:')) return openSqliteEventStore({ file: url.slice('sqlite:'.length), now });
  throw new TypeError('EVENT_STORE_URL must be kurrentdb://<host>:<port>?tls=false or sqlite:<file>.');
}

function kurrentEventStore(connectionString: string): EventStore {
  try {
    return openKurrentEventStore({ connectionString });
  } catch {
    // The parser's message quotes unexpected characters, and they may be part of the password.
    throw new TypeError(
      'EVENT_STORE_URL is malformed: write kurrentdb://<user>:<password>@<host>:<port>?tls=true, with special characters in the password encoded (%40 for @, %2F for /).',
    );
  }
}
