import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../errors.js';
import { type FileLock, lockFile } from '../file-lock.js';
import { damaged, isDamage } from './damaged-file.js';
import { FORMAT_VERSION } from './format.js';
import { migrate } from './migrations.js';

/**
 * `position` is the rowid: it only grows, because no row is ever deleted. `event_names` is a narrow copy of the columns that filters use, in log
 * order, so that a filtered read of a long log never touches the events that it skips. `unplaced` has the events whose appends expected no particular
 * revision: such an append is recognised by its ids when it is repeated, any other by its place. An index of all ids would have random keys, so an
 * append of 250 events would write as many pages more (measured 2026-11: twice the time).
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
    metadata blob not null,
    link blob
  ) strict;
  create unique index event_in_stream on event (stream, revision);
  create index event_names on event (position, type, stream);
  create table unplaced (stream text, id text, revision integer not null, primary key (stream, id)) strict, without rowid;
  create table stream (
    name text primary key,
    revision integer not null,
    state text not null check (state in ('live', 'deleted', 'tombstoned')),
    first_visible integer not null
  ) strict, without rowid;
  pragma user_version = ${FORMAT_VERSION};
`;

export interface OpenedDatabase {
  readonly db: DatabaseSync;
  readonly lock: FileLock | undefined;
}

/**
 * Opens or creates the log's file, and upgrades an older format. Throws `unavailable` when another process has it open (no further facts), or
 * when it is damaged, not a log, or of a newer release (`facts.unusable`).
 */
export function openDatabase(file: string): OpenedDatabase {
  const lock = file === ':memory:' ? undefined : lockFile(file);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readBigInts: true });
    // FULL: a confirmed append survives a power cut. A WAL of 16 MiB is copied into the file less often.
    // With a cache of 64 MiB instead of 32, this process took 31 to 66 MiB more for a report of 200,000 findings (December 2026).
    db.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32768; pragma wal_autocheckpoint = 4096;',
    );
    const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: bigint };
    if (version === 0n) db.exec(`begin exclusive; ${DDL} commit;`);
    else migrate(db, file, FORMAT_VERSION);
    return { db, lock };
  } catch (cause) {
    db?.close();
    lock?.release();
    throw cause instanceof EventStoreError ? cause : cannotBeOpened(file, cause);
  }
}

function cannotBeOpened(file: string, cause: unknown): EventStoreError {
  if (isDamage(cause)) return damaged(file, (cause as Error).message, cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EventStoreError('unavailable', `The event log ${file} cannot be opened: ${reason}.`, { file }, { cause });
}
