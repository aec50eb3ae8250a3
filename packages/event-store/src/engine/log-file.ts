import { existsSync, renameSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { decodeObject } from '../encoding.js';
import { EventStoreError } from '../errors.js';
import type { Position, RecordedEvent } from '../port.js';
import { recordedAtOf } from '../recorded-at.js';
import { damageOf } from './damage.js';
import { damaged, isDamage } from './damaged-file.js';
import { FORMAT_VERSION } from './format.js';
import { ofNewerRelease } from './migrations.js';
import { type Row, storedEventOf } from './page.js';
import { EVENT_COLUMNS } from './statements.js';

/** All pages in one step, because a copy in several steps would start over with every append. */
const ALL_PAGES = 0x7fff_ffff;

/** A log's file, opened to be read, checked and copied. Another process may be writing to it. */
export interface LogFile {
  readonly format: number;
  /** The position of the last event; 0: there is none. */
  readonly head: Position;
  /** See `damageOf`. In a file of an older format only the pages are checked, because it has no chain. */
  damage(): string | undefined;
  /** Oldest first, each as it was recorded. Throws `unavailable` at a damaged page. */
  events(): Generator<RecordedEvent>;
  close(): void;
}

/** Throws `unavailable` when the file does not exist, is not a log, or is of a newer release (`facts.unusable`). Writes nothing. */
export function openLogFile(file: string): LogFile {
  if (!existsSync(file)) throw new EventStoreError('unavailable', `There is no event log ${file}.`, { file });
  const db = new DatabaseSync(file, { readOnly: true, readBigInts: true });
  const reading = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw isDamage(error) ? damaged(file, (error as Error).message, error) : error;
    }
  };
  try {
    const { user_version: version } = reading(() => db.prepare('pragma user_version').get()) as {
      user_version: bigint;
    };
    const format = Number(version);
    if (format > FORMAT_VERSION || format < 1) throw ofNewerRelease(file, format);
    const { head } = reading(() => db.prepare('select coalesce(max(position), 0) as head from event').get()) as {
      head: bigint;
    };
    return {
      format,
      head,
      damage: () => damageOf(db, format),
      *events() {
        const rows = db.prepare(`select ${EVENT_COLUMNS} from event order by position`).iterate()[Symbol.iterator]();
        for (;;) {
          const next = reading(() => rows.next());
          if (next.done) return;
          yield recordedOf(next.value as unknown as Row);
        }
      },
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function recordedOf(row: Row): RecordedEvent {
  const { recordedAtMs, isJson: _, ...event } = storedEventOf(row);
  return {
    ...event,
    data: decodeObject(event.data),
    metadata: decodeObject(event.metadata),
    recordedAt: recordedAtOf(recordedAtMs),
  };
}

/**
 * Copies a consistent snapshot of a log's file while another process may write it. The copy is one file, and replaces an existing one only when
 * it is complete. Throws `unavailable` as `openLogFile` does, and errors of SQLite and the disk.
 */
export async function copyLogFile(file: string, to: string): Promise<void> {
  openLogFile(file).close();
  const draft = `${to}.draft`;
  rmSync(draft, { force: true });
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    await backup(db, draft, { rate: ALL_PAGES });
  } finally {
    db.close();
  }
  const copy = new DatabaseSync(draft);
  copy.exec('pragma journal_mode = delete');
  copy.close();
  renameSync(draft, to);
}
