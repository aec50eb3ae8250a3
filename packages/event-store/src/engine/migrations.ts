import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../errors.js';
import { lockFile } from '../file-lock.js';
import { Chain } from './chain.js';
import { FORMAT_VERSION, OLDEST_FORMAT } from './format.js';
import { type Row, storedEventOf } from './page.js';
import { EVENT_COLUMNS } from './statements.js';

/** The most events that a migration holds in memory. */
const EVENTS_PER_PAGE = 500;

interface Migration {
  up(db: DatabaseSync): void;
  /** Removes nothing that the previous format had. */
  down(db: DatabaseSync): void;
}

/** Keyed by the format that each one migrates from. */
const MIGRATIONS: Readonly<Record<number, Migration>> = {
  // No release wrote format 2, which kept digests in a table of their own.
  1: { up() {}, down() {} },
  // Each event, as found, gets its link in the chain over the log.
  2: {
    up(db) {
      db.exec('drop table if exists seal; alter table event add column link blob');
      const update = db.prepare('update event set link = ? where position = ?');
      const page = db.prepare(`select ${EVENT_COLUMNS} from event where position > ? order by position limit ?`);
      const chain = new Chain(db);
      for (let position = 0n; ; ) {
        const rows = page.all(position, EVENTS_PER_PAGE) as unknown as Row[];
        for (const row of rows) update.run(chain.add(storedEventOf(row)), row.position);
        const last = rows.at(-1);
        if (!last) return;
        position = last.position;
      }
    },
    down: (db) => db.exec('alter table event drop column link'),
  },
  // The old format does not show which appends expected no revision, so all ids are kept.
  3: {
    up: (db) =>
      db.exec(`
        create table unplaced (stream text, id text, revision integer not null, primary key (stream, id)) strict, without rowid;
        insert or ignore into unplaced select stream, id, revision from event order by stream, id, revision;
        drop index event_by_id;
      `),
    down: (db) => db.exec('drop table unplaced; create index event_by_id on event (id)'),
  },
};

/**
 * Converts the file to a format in one transaction. Returns the format that it had. Throws `unavailable` for a file of a newer release, and
 * SQLite's errors.
 */
export function migrate(db: DatabaseSync, file: string, to: number): number {
  const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: bigint };
  const from = Number(version);
  if (from > FORMAT_VERSION || from < OLDEST_FORMAT) throw ofNewerRelease(file, from);
  if (from === to) return from;
  db.exec('begin exclusive');
  try {
    for (let at = from; at < to; at++) MIGRATIONS[at]?.up(db);
    for (let at = from; at > to; at--) MIGRATIONS[at - 1]?.down(db);
    db.exec(`pragma user_version = ${to}`);
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
  return from;
}

export const ofNewerRelease = (file: string, format: number): EventStoreError =>
  new EventStoreError(
    'unavailable',
    `The event log ${file} was written by a newer release: its format is ${format}, and this release reads up to ${FORMAT_VERSION}. Start that release, or convert the log with its evidence log format --to ${FORMAT_VERSION}.`,
    { file, unusable: 'newer_format', format },
  );

/**
 * Converts the file of a log that no process has open to another format, so that an older release can use it. Returns the format that it had.
 * Throws a `RangeError` for a format that this release does not know, `unavailable` when the file is missing, open elsewhere or of a newer release.
 */
export function migrateLogFile(file: string, to: number): number {
  if (!Number.isInteger(to) || to < OLDEST_FORMAT || to > FORMAT_VERSION)
    throw new RangeError(`This release supports log formats ${OLDEST_FORMAT} to ${FORMAT_VERSION}, not ${to}.`);
  if (!existsSync(file)) throw new EventStoreError('unavailable', `There is no event log ${file}.`, { file });
  const lock = lockFile(file);
  const db = new DatabaseSync(file, { readBigInts: true });
  try {
    return migrate(db, file, to);
  } finally {
    db.close();
    lock.release();
  }
}
