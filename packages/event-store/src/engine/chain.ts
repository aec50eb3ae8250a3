import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { StoredEvent } from './page.js';

/** The link before the first event. */
export const CHAIN_START = Buffer.alloc(32);

/**
 * The link of an event: SHA-256 over the link of the event before it in the log and everything that the file keeps of this one, 32 bytes. Each
 * event is stored with its link, so the log shows when an event was changed, added, removed or moved. It hashes the stored bytes, because every
 * append waits for it: the canonical JSON of a leaf (`leafOf`) takes several times as long. /contracts/README.md describes both.
 */
export function linkAfter(previous: Uint8Array, event: Omit<StoredEvent, 'position'>): Buffer {
  const { id, stream, revision, type, isJson, recordedAtMs, data, metadata } = event;
  const rest = [id, stream, String(revision), type, isJson, recordedAtMs, data.byteLength, metadata.byteLength];
  return hash('sha256', Buffer.concat([previous, Buffer.from(JSON.stringify(rest)), data, metadata]), 'buffer');
}

/** The current end of the chain over the log's events. */
export class Chain {
  #last: Uint8Array;

  /** Throws SQLite's errors. */
  constructor(db: DatabaseSync) {
    const row = db.prepare('select link from event order by position desc limit 1').get() as
      | { link: Uint8Array }
      | undefined;
    this.#last = row?.link ?? CHAIN_START;
  }

  /** Appends the next event of the log to the chain, and returns its link. */
  add(event: Omit<StoredEvent, 'position'>): Uint8Array {
    this.#last = linkAfter(this.#last, event);
    return this.#last;
  }
}
