import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { contractsDigest } from '@evidence/contracts';
import type { Mark } from '../port.js';
import { isWorthRebuilding, QUARANTINE_DDL, type Quarantine, quarantineIn, recordReader } from './quarantine.js';

/**
 * Tables that are derived from the log, together with the position up to which they were built: both change in one transaction, so they never
 * disagree. A view is disposable: deleting its file, or raising its schema version, rebuilds it from the first event. A build with different
 * contracts also rebuilds it, if the view lacks events that the previous build could not read.
 */
export interface ViewFile {
  /**
   * For queries, and for writes that may be lost: they belong to the transaction that happens to be open. Whole numbers are returned as `number`.
   */
  readonly db: DatabaseSync;
  /** The event up to which everything is in the tables; undefined before the first transaction. */
  checkpoint(): Mark | undefined;
  /**
   * Runs `change` in the open transaction, or begins one. Queries on `db` see the change at once. What `change` throws passes through, after
   * everything since the last commit was undone.
   */
  change(change: (db: DatabaseSync) => void): void;
  /** Moves the checkpoint and ends the transaction: this and the changes since the last commit happen, or none of it. */
  commit(checkpoint: Mark): void;
  /** Undoes the changes since the last commit. */
  undo(): void;
  /** `change` and then `commit`. */
  transaction(checkpoint: Mark, change: (db: DatabaseSync) => void): void;
  /** Empties the tables, the checkpoint and the quarantine, so that the view can be rebuilt while others read it. */
  clear(): void;
  readonly quarantine: Quarantine;
  close(): void;
}

export interface ViewFileOptions {
  /** Created if missing, with its folder; `:memory:` for tests. */
  readonly file: string;
  /** A whole number from 1 on. Raise it with every change of `schema`, or of what is written into it. */
  readonly schemaVersion: number;
  /** The tables, as SQL that creates them in an empty file. */
  readonly schema: string;
  /** The size of its pages. Default: 4,096. Raise the schema version when it changes. */
  readonly pageBytes?: number;
  /** Identifies the contracts of a build. Default: the digest of this build's. */
  readonly contracts?: string;
  /** Called when the tables are no longer what the last transaction made of them: it was rolled back, or the view is empty. */
  readonly onUndone?: () => void;
}

const IN_MEMORY = ':memory:';

/** Raised when the tables that every view has change. */
const FILE_FORMAT = 3;
const formatOf = (schemaVersion: number): number => FILE_FORMAT * 0x1_0000 + schemaVersion;

const CHECKPOINT_DDL = `
  create table view_checkpoint (
    only_row integer primary key check (only_row = 1),
    position integer not null, id text not null, stream text not null, revision integer not null, recorded_at text not null
  ) strict;
`;

/**
 * Opens the view, or starts a new one if its file is missing, damaged or of another schema version. Throws SQLite's errors when the file cannot
 * be read or written, or is locked.
 */
export function openViewFile(options: ViewFileOptions): ViewFile {
  const { file, schemaVersion, contracts = contractsDigest, onUndone } = options;
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1)
    throw new RangeError(`A schema version must be a whole number from 1, not ${schemaVersion}.`);
  if (file !== IN_MEMORY) mkdirSync(dirname(file), { recursive: true });
  const db = openCurrent(options, contracts) ?? openAnew(options);
  recordReader(db, contracts);
  return viewFileOver(db, onUndone);
}

/** The file as it is, or undefined when it is not a complete view of this version, or lacks events that this build may be able to read. */
function openCurrent({ file, schemaVersion, pageBytes }: ViewFileOptions, contracts: string): DatabaseSync | undefined {
  const db = new DatabaseSync(file);
  try {
    prepare(db, pageBytes);
    const { user_version: version } = db.prepare('pragma user_version').get() as { user_version: number };
    if (version === formatOf(schemaVersion) && !isWorthRebuilding(db, contracts)) return db;
  } catch (error) {
    if (!isDamage(error)) {
      db.close();
      throw error;
    }
  }
  db.close();
  return undefined;
}

function openAnew({ file, schemaVersion, schema, pageBytes }: ViewFileOptions): DatabaseSync {
  if (file !== IN_MEMORY) for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  const db = new DatabaseSync(file);
  try {
    prepare(db, pageBytes);
    db.exec(
      `begin; ${CHECKPOINT_DDL} ${QUARANTINE_DDL} ${schema}; pragma user_version = ${formatOf(schemaVersion)}; commit;`,
    );
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const PAGE_BYTES = 4_096;
/**
 * For views that take in thousands of rows in one transaction: 60,000 findings take a quarter less time. A commit writes whole pages, so in a view
 * whose transactions change a few rows each, every one would take nearly twice the time (measured 2026-12).
 */
export const LARGE_PAGE_BYTES = 16_384;
const WAL_BYTES = 32 * 1024 * 1024;

/**
 * NORMAL: a power cut may undo the last transactions, tables and checkpoint alike; they are then applied again. The keys of most tables
 * are random, so an import touches pages all over its indexes: with 16 MiB of pages in memory, and a WAL of 32 MiB before it is copied into the
 * file, 50,000 findings take a quarter less CPU than with SQLite's defaults (measured 2026-11).
 */
const prepare = (db: DatabaseSync, pageBytes = PAGE_BYTES): void =>
  db.exec(
    `pragma page_size = ${pageBytes}; pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -16384;
     pragma wal_autocheckpoint = ${WAL_BYTES / pageBytes}; pragma journal_size_limit = ${WAL_BYTES};`,
  );

/**
 * SQLite's result codes for a damaged file and for one that is no database at all (https://sqlite.org/rescode.html).
 */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const isDamage = (error: unknown): boolean =>
  [SQLITE_CORRUPT, SQLITE_NOTADB].includes((error as { errcode?: number }).errcode ?? 0);

function viewFileOver(db: DatabaseSync, onUndone: ViewFileOptions['onUndone']): ViewFile {
  const checkpoint = db.prepare(
    'select position, id, stream, revision, recorded_at as recordedAt from view_checkpoint',
  );
  checkpoint.setReadBigInts(true);
  const move = db.prepare('insert or replace into view_checkpoint values (1, ?, ?, ?, ?, ?)');
  /** Whether a transaction was begun. SQLite ends one on its own when a statement, anyone's, fails for lack of space or memory. */
  let isOpen = false;
  const undo = (): void => {
    isOpen = false;
    if (db.isTransaction) db.exec('rollback');
    onUndone?.();
  };
  const orUndo = (work: () => void): void => {
    try {
      if (isOpen && !db.isTransaction)
        throw new Error(
          'SQLite undid the changes of the view, because a statement failed: restart the service, with more disk space.',
        );
      if (!isOpen) db.exec('begin immediate');
      isOpen = true;
      work();
    } catch (error) {
      undo();
      throw error;
    }
  };
  const end = (): void => {
    db.exec('commit');
    isOpen = false;
  };
  const change: ViewFile['change'] = (work) => orUndo(() => work(db));
  const commit: ViewFile['commit'] = ({ position, id, stream, revision, recordedAt }) =>
    orUndo(() => {
      move.run(position, id, stream, revision, recordedAt);
      end();
    });
  return {
    db,
    checkpoint: () => checkpoint.get() as Mark | undefined,
    change,
    commit,
    undo,
    transaction(mark, changes) {
      change(changes);
      commit(mark);
    },
    clear() {
      orUndo(() => {
        for (const table of tablesOf(db)) db.exec(`delete from "${table}"`);
        end();
      });
      onUndone?.();
    },
    quarantine: quarantineIn(db),
    close: () => db.close(),
  };
}

/** Without `view_reader`, the record of which build reads the view, because that outlives a rebuild. */
const tablesOf = (db: DatabaseSync): string[] =>
  db
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name !== 'view_reader');
