import type { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../errors.js';
import { checkAppend, checkFilter, type EncodedEvent } from '../limits.js';
import type { Appended, ExpectedRevision, Position } from '../port.js';
import { wrongExpectedRevision } from '../wrong-expected-revision.js';
import { readPage, type StoredEvent } from './page.js';
import { openDatabase } from './schema.js';
import { type LogFilter, prepareStatements, type Statements } from './statements.js';

/** How many positions one filtered read looks at before it lets others run: about a millisecond of scanning. */
const SCAN_POSITIONS_MAX = 10_000n;

interface WaitingAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (reason: unknown) => void;
}

export type StreamState = {
  readonly revision: bigint;
  readonly state: 'live' | 'deleted' | 'tombstoned';
  readonly firstVisible: bigint;
};

/**
 * A stretch of `$all`: the events that matched, and how far the log was looked at for them (inclusive; 0 below the
 * first).
 */
export interface LogPage {
  readonly events: readonly StoredEvent[];
  readonly lookedAt: Position;
}

/**
 * The event log in one SQLite file: one writer, reads in pages, bytes in and bytes out. `SqliteEventStore` makes it the
 * port, `@evidence/store-server` makes it a server. Positions count from 1.
 *
 * Group commit: all appends that wait when the event loop turns share one transaction and one flush to the disk, which
 * is what an append costs; none is answered before the flush.
 */
export class EventLog {
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  readonly #now: () => Date;
  readonly #waitingForEvents = new Set<() => void>();
  #waitingAppends: WaitingAppend[] = [];
  #head: Position;
  #closed = false;

  /** `file` may be `:memory:`. Throws `EventStoreError` `unavailable` when it cannot be opened. */
  constructor({ file, now }: { file: string; now: () => Date }) {
    this.#db = openDatabase(file);
    this.#statements = prepareStatements(this.#db);
    this.#now = now;
    this.#head = (this.#statements.head.get() as { position: bigint }).position;
  }

  /** The position of the last event; 0 for an empty log. */
  get head(): Position {
    return this.#head;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Rejects with `wrong_expected_revision`, `stream_deleted`, `invalid_event`, or `unavailable` when the disk refuses.
   */
  async append(stream: string, expected: ExpectedRevision, events: readonly EncodedEvent[]): Promise<Appended> {
    checkAppend(stream, events);
    this.#checkOpen();
    return new Promise((resolve, reject) => {
      this.#waitingAppends.push({ stream, expected, events, resolve, reject });
      if (this.#waitingAppends.length === 1) setImmediate(() => this.#commitWaiting());
    });
  }

  /**
   * Hides a stream's events until it is written again, or for ever (`tombstone`). Nothing leaves the log: `$all` keeps
   * the events.
   */
  delete(stream: string, expected: ExpectedRevision, kind: 'delete' | 'tombstone'): void {
    this.#checkOpen();
    this.#commitWaiting();
    const current = this.stream(stream);
    if (!this.#fits(stream, current, expected)) throw wrongRevision(stream, expected, current);
    const revision = current?.revision ?? -1n;
    this.#statements.hideStream.run(stream, revision, kind === 'delete' ? 'deleted' : 'tombstoned', revision + 1n);
  }

  /** Undefined when nobody ever wrote to the stream. Its visible events are those from `firstVisible` to `revision`. */
  stream(name: string): StreamState | undefined {
    this.#checkOpen();
    const row = this.#statements.stream.get(name) as
      | { revision: bigint; state: StreamState['state']; first_visible: bigint }
      | undefined;
    return row && { revision: row.revision, state: row.state, firstVisible: row.first_visible };
  }

  /**
   * A page of a stream's visible events between two revisions, both inclusive, in reading direction (backwards when
   * `from` is the later). Empty: no more.
   */
  readStream(
    name: string,
    direction: 'forwards' | 'backwards',
    from: bigint,
    to: bigint,
    limit: number,
  ): readonly StoredEvent[] {
    this.#checkOpen();
    const statement = direction === 'forwards' ? this.#statements.streamForwards : this.#statements.streamBackwards;
    return readPage(statement.iterate(name, from, to), limit).events;
  }

  /**
   * A page of `$all` after `after`, up to and including `until`. There is more as long as `lookedAt` is before `until`.
   */
  readForwards(after: Position, until: Position, filter: LogFilter | undefined, limit: number): LogPage {
    const to = least(until, after + SCAN_POSITIONS_MAX);
    const { events, full } = this.#readAll('forwards', after + 1n, to, filter, limit);
    return { events, lookedAt: full ? events.at(-1)!.position : to };
  }

  /** A page of `$all` before `before`, newest first. There is more as long as `lookedAt` is after 1. */
  readBackwards(before: Position, filter: LogFilter | undefined, limit: number): LogPage {
    const from = before > SCAN_POSITIONS_MAX ? before - SCAN_POSITIONS_MAX : 1n;
    const { events, full } = this.#readAll('backwards', from, before - 1n, filter, limit);
    return { events, lookedAt: full ? events.at(-1)!.position : from };
  }

  /** Resolves when there are events after `position`, when `signal` aborts, or when the log is closed. */
  waitForEvents(position: Position, signal: AbortSignal): Promise<void> {
    if (this.#head > position || signal.aborted || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waitingForEvents.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waitingForEvents.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  /** Commits what waits, ends all waits for events, and releases the file. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#commitWaiting();
    this.#closed = true;
    this.#wake();
    this.#db.close();
  }

  #readAll(
    direction: 'forwards' | 'backwards',
    from: Position,
    to: Position,
    filter: LogFilter | undefined,
    limit: number,
  ) {
    if (typeof filter === 'object') checkFilter(filter);
    this.#checkOpen();
    const { statement, prefixes } = this.#statements.all(direction, filter);
    return readPage(statement.iterate(from, to, ...prefixes), limit);
  }

  #commitWaiting(): void {
    const appends = this.#waitingAppends;
    if (appends.length === 0) return;
    this.#waitingAppends = [];
    const answers: (() => void)[] = [];
    try {
      this.#db.exec('begin immediate');
      for (const append of appends) answers.push(this.#decide(append));
      this.#db.exec('commit');
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      const failed = new EventStoreError(
        'unavailable',
        `The event log could not be written: ${cause}. Retry with the same ids.`,
        {},
        { cause },
      );
      for (const append of appends) append.reject(failed);
      return;
    }
    this.#head = (this.#statements.head.get() as { position: bigint }).position;
    for (const answer of answers) answer();
    this.#wake();
  }

  /**
   * Writes one append, or finds why not. What it returns tells the caller, and is called only once the transaction is
   * on disk.
   */
  #decide({ stream, expected, events, resolve, reject }: WaitingAppend): () => void {
    try {
      const appended = this.#write(stream, expected, events);
      return () => resolve(appended);
    } catch (error) {
      // A refusal concerns this append alone; anything else is the disk's, and concerns the whole transaction.
      if (!(error instanceof EventStoreError)) throw error;
      return () => reject(error);
    }
  }

  #write(stream: string, expected: ExpectedRevision, events: readonly EncodedEvent[]): Appended {
    const current = this.stream(stream);
    const fits = this.#fits(stream, current, expected);
    const repeated = this.#repeated(stream, expected, fits, events);
    if (repeated === 'partly' || (!fits && !repeated)) throw wrongRevision(stream, expected, current);
    if (repeated) return repeated;
    const recordedAt = this.#now().getTime();
    let revision = current?.revision ?? -1n;
    let position: number | bigint = 0n;
    for (const { id, type, isJson, data, metadata } of events) {
      revision++;
      const result = this.#statements.insertEvent.run(
        stream,
        revision,
        id,
        type,
        isJson ? 1 : 0,
        recordedAt,
        data,
        metadata,
      );
      position = result.lastInsertRowid;
    }
    this.#statements.advanceStream.run(stream, revision);
    return { revision, position: BigInt(position) };
  }

  /** A deleted stream may be written again as a new one, or at its old revision; its numbering goes on. */
  #fits(stream: string, current: StreamState | undefined, expected: ExpectedRevision): boolean {
    if (current?.state === 'tombstoned') throw streamDeleted(stream);
    if (expected === 'any') return true;
    if (expected === 'no_stream') return current?.state !== 'live';
    if (expected === 'stream_exists') return current?.state === 'live';
    return current?.revision === expected;
  }

  /**
   * What an earlier append of the same events answered, were it made at the same place: at the revision that was
   * expected or, when none was, wherever the first id stands in the stream. `partly`: some of the events are there, so
   * it was another append.
   */
  #repeated(
    stream: string,
    expected: ExpectedRevision,
    fits: boolean,
    events: readonly EncodedEvent[],
  ): Appended | 'partly' | undefined {
    const anywhere = expected === 'any' || expected === 'stream_exists';
    if (fits && !anywhere) return undefined;
    const first = anywhere ? this.#revisionOf(events[0]!.id, stream) : expected === 'no_stream' ? 0n : expected + 1n;
    if (first === undefined) return undefined;
    const rows = this.#statements.idsFrom.all(stream, first, events.length) as {
      id: string;
      revision: bigint;
      position: bigint;
    }[];
    const last = rows.at(-1);
    const same = rows.length === events.length && rows.every((row, index) => row.id === events[index]?.id);
    return last && same ? { revision: last.revision, position: last.position } : 'partly';
  }

  #revisionOf(id: string, stream: string): bigint | undefined {
    return (this.#statements.revisionOfId.get(id, stream) as { revision: bigint } | undefined)?.revision;
  }

  #wake(): void {
    for (const wake of [...this.#waitingForEvents]) wake();
  }

  #checkOpen(): void {
    if (this.#closed) throw new EventStoreError('unavailable', 'The event log is closed; open it again.');
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const streamDeleted = (stream: string) =>
  new EventStoreError('stream_deleted', `The stream ${stream} was deleted for good; use another one.`, { stream });

function wrongRevision(stream: string, expected: ExpectedRevision, current: StreamState | undefined): EventStoreError {
  const actual = current?.state === 'live' ? current.revision : 'no_stream';
  return wrongExpectedRevision(stream, expected, actual);
}
