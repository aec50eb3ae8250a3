import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../errors.js';

const FORMAT_VERSION = 1;

/**
 * `position` is the rowid: it only grows, for no row is ever deleted. `event_names` is a narrow copy of what filters
 * ask about, in log order, so that a filtered read of a long log never touches the events that it skips.
 */
const DDL = `
  create table event (
    position integer primary key,
    stream text not null,
    revision integer not null,
    id text not null,
    type text not null,
    is_json integer not null,
    recorded_at_ms integer not null,
    data blob not null,
    metadata blob not null
  ) strict;
  create unique index event_in_stream on event (stream, revision);
  create index event_by_id on event (id);
  create index event_names on event (position, type, stream);
  create table stream (
    name text primary key,
    revision integer not null,
    state text not null check (state in ('live', 'deleted', 'tombstoned')),
    first_visible integer not null
  ) strict, without rowid;
  pragma user_version = ${FORMAT_VERSION};
`;

/** Opens or makes the log's file. Throws `unavailable` when another process holds it or it is no log of this format. */
export function openDatabase(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readBigInts: true });
    // FULL: an answered append survives a power cut. EXCLUSIVE: there is one writer process, and a second learns it here.
    db.exec(
      'pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536;',
    );
    const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: bigint };
    if (version === 0n) db.exec(`begin exclusive; ${DDL} commit;`);
    else if (version !== BigInt(FORMAT_VERSION))
      throw new Error(`its format is ${version}, this program knows ${FORMAT_VERSION}`);
    return db;
  } catch (cause) {
    db?.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EventStoreError('unavailable', `The event log ${file} cannot be opened: ${reason}.`, { file }, { cause });
  }
}
