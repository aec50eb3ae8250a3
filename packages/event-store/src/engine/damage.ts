import type { DatabaseSync } from 'node:sqlite';
import { CHAIN_START, linkAfter } from './chain.js';
import { FORMAT_VERSION } from './format.js';
import { type Row, storedEventOf } from './page.js';
import { EVENT_COLUMNS } from './statements.js';

const CHAINED_SINCE_FORMAT = 3;
const EVENTS_PER_PAGE = 500;

/**
 * Says in a few words what is wrong with a log's file; undefined if nothing is. Runs SQLite's own check of pages and indices, then checks the chain
 * over all events and the ends of the streams. Other connections may append in the meantime. `format`: the file's format, if it is not the current
 * one.
 */
export function damageOf(db: DatabaseSync, format = FORMAT_VERSION): string | undefined {
  try {
    return damagedPages(db) ?? (format < CHAINED_SINCE_FORMAT ? undefined : damagedEvents(db)) ?? damagedStreams(db);
  } catch (error) {
    // A damaged page ends the statement that reads it.
    return error instanceof Error ? error.message : String(error);
  }
}

function damagedPages(db: DatabaseSync): string | undefined {
  const { integrity_check: found } = db.prepare('pragma integrity_check(1)').get() as { integrity_check: string };
  return found === 'ok' ? undefined : found;
}

function damagedEvents(db: DatabaseSync): string | undefined {
  const page = db.prepare(`select ${EVENT_COLUMNS}, link from event where position > ? order by position limit ?`);
  page.setReadBigInts(true);
  let position = 0n;
  let before: Uint8Array = CHAIN_START;
  for (;;) {
    // In pages, because a long read would keep the log's WAL from being copied into the file.
    const rows = page.all(position, EVENTS_PER_PAGE) as unknown as ChainedRow[];
    for (const row of rows) {
      const event = storedEventOf(row);
      position += 1n;
      if (event.position !== position) return `the event at position ${position} is gone`;
      if (row.link === null) return `the event at position ${position} was not appended by the store`;
      if (!linkAfter(before, event).equals(row.link))
        return `the event at position ${position} (${event.type} in ${event.stream}) was changed after it was appended`;
      before = row.link;
    }
    if (rows.length === 0) return undefined;
  }
}

interface ChainedRow extends Row {
  readonly link: Uint8Array | null;
}

function damagedStreams(db: DatabaseSync): string | undefined {
  const wrong = db
    .prepare(
      `select coalesce(s.name, e.stream) as stream
       from (select stream, max(revision) as last, count(*) as events from event group by stream) e
       full join stream s on s.name = e.stream
       where (e.stream is null and s.revision >= 0) or (e.stream is not null and (s.revision is not e.last or e.events <> e.last + 1))
       limit 1`,
    )
    .get() as { stream: string } | undefined;
  return wrong && `the stream ${wrong.stream} has lost events`;
}
