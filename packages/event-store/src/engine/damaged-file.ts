import { EventStoreError } from '../errors.js';

/** SQLite's result codes for a damaged file and for one that is not a database (https://sqlite.org/rescode.html). */
const DAMAGE_CODES = [11, 26];

export const isDamage = (error: unknown): boolean =>
  DAMAGE_CODES.includes(((error as { errcode?: number } | undefined)?.errcode ?? 0) & 0xff);

/** Clients of `store-server` recognise the error by its first words, because gRPC transmits nothing else. */
export const damaged = (file: string, what: string, cause?: unknown): EventStoreError =>
  new EventStoreError(
    'unavailable',
    `The event log is damaged: ${what}. Nothing is read or written. Stop the system, and run evidence restore <folder> with a backup (${file}).`,
    { file, unusable: 'damaged' },
    { cause },
  );
