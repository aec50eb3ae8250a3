import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from './errors.js';

export interface FileLock {
  release(): void;
}

/** SQLite's result code for a lock that somebody else has (https://sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;

/**
 * A lock of SQLite's on an empty file, `<file>.lock`, which the operating system gives back when the process ends, however it ends. Undefined:
 * another process has it. Throws what SQLite throws when the file cannot be made.
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
 * There is one writer process, and a second learns it here. The log itself stays open to readers: its check, and a backup. Throws `unavailable`.
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
