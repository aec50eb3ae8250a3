import type { EncodedEvent } from '../limits.js';
import type { Position } from '../port.js';

/** An event as the engine stores it. */
export interface StoredEvent extends EncodedEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: Position;
  /** Milliseconds since the Unix epoch. */
  readonly recordedAtMs: number;
}

/**
 * A page of `$all`: the events that matched, and the position up to which the log was searched (inclusive; 0 is before the first).
 */
export interface LogPage {
  readonly events: readonly StoredEvent[];
  readonly lookedAt: Position;
}

export const PAGE_EVENTS_MAX = 500;
/** A page ends early once it holds this much, so that a slow reader of large events costs little memory. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Takes at most `limit` rows, and no more than fit into one page. `full`: it stopped at a limit, and the statement may have more rows.
 */
export function readPage(
  rows: Iterable<unknown>,
  limit: number,
): { readonly events: StoredEvent[]; readonly full: boolean } {
  const countMax = Math.min(limit, PAGE_EVENTS_MAX);
  const events: StoredEvent[] = [];
  let sizeBytes = 0;
  for (const row of rows) {
    const event = storedEventOf(row as Row);
    events.push(event);
    sizeBytes += event.data.byteLength + event.metadata.byteLength;
    if (events.length >= countMax || sizeBytes >= PAGE_BYTES_MAX) return { events, full: true };
  }
  return { events, full: false };
}

/** A row of the events, whole numbers as bigints. */
export interface Row {
  position: bigint;
  stream: string;
  revision: bigint;
  id: string;
  type: string;
  is_json: bigint;
  recorded_at_ms: bigint;
  data: Uint8Array;
  metadata: Uint8Array;
}

export const storedEventOf = (row: Row): StoredEvent => ({
  id: row.id,
  stream: row.stream,
  revision: row.revision,
  position: row.position,
  type: row.type,
  isJson: row.is_json === 1n,
  data: row.data,
  metadata: row.metadata,
  recordedAtMs: Number(row.recorded_at_ms),
});
