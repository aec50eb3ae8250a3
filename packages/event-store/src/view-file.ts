import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Position } from './port.js';

/**
 * Tables that are derived from the log, together with the position up to which they are: both move in one transaction,
 * so they never disagree. A view is disposable: deleting its file, or raising its schema version, rebuilds it from the
 * first event.
 */
export interface ViewFile {
  /** For queries. Whole numbers come as `number`. */
  readonly db: DatabaseSync;
  /** Everything up to here is in the tables; undefined before the first transaction. */
  checkpoint(): Position | undefined;
  /** Runs `change` and moves the checkpoint, both or neither. What `change` throws passes through. */
  transaction(checkpoint: Position, change: (db: DatabaseSync) => void): void;
  close(): void;
}

export interface ViewFileOptions {
  /** Made if missing, with its folder; `:memory:` for tests. */
  readonly file: string;
  /** A whole number from 1 on. Raise it with every change of `schema`, or of what is written into it. */
  readonly schemaVersion: number;
  /** The tables, as SQL that makes them in an empty file. */
  readonly schema: string;
}

const IN_MEMORY = ':memory:';

const CHECKPOINT_DDL = `
  create table view_checkpoint (only_row integer primary key check (only_row = 1), position integer not null) strict;
`;

/**
 * Opens the view; anew if its file is missing, of another schema version, or damaged. Throws what SQLite throws when
 * the file cannot be read or written, or is locked.
 */
export function openViewFile(options: ViewFileOptions): ViewFile {
  const { file, schemaVersion } = options;
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1)
    throw new RangeError(`A schema version is a whole number from 1, not ${schemaVersion}.`);
  if (file !== IN_MEMORY) mkdirSync(dirname(file), { recursive: true });
  return viewFileOver(openCurrent(file, schemaVersion) ?? openAnew(options));
}

/** The file as it is, or undefined when it is no whole view of this version. */
function openCurrent(file: string, schemaVersion: number): DatabaseSync | undefined {
  const db = new DatabaseSync(file);
  try {
    prepare(db);
    const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number };
    if (version === schemaVersion) return db;
  } catch (error) {
    if (!isDamage(error)) {
      db.close();
      throw error;
    }
  }
  db.close();
  return undefined;
}

function openAnew({ file, schemaVersion, schema }: ViewFileOptions): DatabaseSync {
  if (file !== IN_MEMORY) for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  const db = new DatabaseSync(file);
  try {
    prepare(db);
    db.exec(`begin; ${CHECKPOINT_DDL} ${schema}; pragma user_version = ${schemaVersion}; commit;`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * NORMAL: a power cut may take back the last transactions, tables and checkpoint alike; they are then applied again.
 */
const prepare = (db: DatabaseSync): void => db.exec('pragma journal_mode = wal; pragma synchronous = normal;');

/**
 * SQLite's result codes for a damaged file and for one that is no database at all (https://sqlite.org/rescode.html).
 */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const isDamage = (error: unknown): boolean =>
  [SQLITE_CORRUPT, SQLITE_NOTADB].includes((error as { errcode?: number }).errcode ?? 0);

function viewFileOver(db: DatabaseSync): ViewFile {
  const checkpoint = db.prepare('select position from view_checkpoint');
  checkpoint.setReadBigInts(true);
  const move = db.prepare(
    'insert into view_checkpoint (only_row, position) values (1, ?) on conflict do update set position = excluded.position',
  );
  return {
    db,
    checkpoint: () => (checkpoint.get() as { position: bigint } | undefined)?.position,
    transaction(position, change) {
      db.exec('begin immediate');
      try {
        change(db);
        move.run(position);
        db.exec('commit');
      } catch (error) {
        if (db.isTransaction) db.exec('rollback');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
