import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from './errors.js';

export interface FileLock {
  release(): void;
}

/** SQLite's result code for a lock that another connection holds (https://sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;

/**
 * Takes an SQLite lock on an empty file, `<file>.lock`. The operating system releases it when the process ends, however it ends. Returns undefined if
 * another process holds it. Throws SQLite's error if the file cannot be created.
 */
export function tryLock(file: string): FileLock | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(`${file}.lock`);
    db.exec('pragma locking_mode = exclusive; begin exclusive;');
  } catch (error) {
    db?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  const held = db;
  return { release: () => held.close() };
}

/**
 * Ensures that there is only one writer process. Throws `unavailable` if another process holds the lock, or if it cannot be taken. Readers (the log's
 * check, a backup) are not locked out.
 */
export function lockFile(file: string): FileLock {
  let lock: FileLock | undefined;
  try {
    lock = tryLock(file);
  } catch (cause) {
    throw notLocked(file, `its lock cannot be taken (${cause instanceof Error ? cause.message : cause})`, cause);
  }
  if (lock) return lock;
  throw notLocked(file, 'another process has it open');
}

const notLocked = (file: string, reason: string, cause?: unknown) =>
  new EventStoreError('unavailable', `The event log ${file} cannot be opened: ${reason}.`, { file }, { cause });
