import type { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../errors.js';
import type { FileLock } from '../file-lock.js';
import { checkAppend, checkFilter, type EncodedEvent } from '../limits.js';
import type { Appended, ExpectedRevision, Position } from '../port.js';
import { Chain } from './chain.js';
import { damaged, isDamage } from './damaged-file.js';
import { type LogPage, readPage, type StoredEvent } from './page.js';
import { openDatabase } from './schema.js';

import { type LogFilter, passes, prepareStatements, type Statements } from './statements.js';
import { type ProposedAppend, type StreamState, StreamWriter } from './stream-writer.js';
import { Tail } from './tail.js';
import { inTurns } from './turns.js';

/** How many positions one filtered read looks at before it lets others run: about a millisecond of scanning. */
const SCAN_POSITIONS_MAX = 10_000n;

interface WaitingAppend extends ProposedAppend {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (reason: unknown) => void;
}

interface WaitingForEvents {
  wake(): void;
  /** Called with the events that were just committed. */
  hear(events: readonly StoredEvent[]): void;
}

/**
 * The event log in one SQLite file: one writer, reads in pages, bytes in and bytes out. `SqliteEventStore` turns it into the port,
 * `@evidence/store-server` into a server. Positions count from 1.
 *
 * Group commit: all appends that are waiting when the event loop turns share one transaction and one flush to the disk, which is the cost of an
 * append; none resolves before the flush. The large appends in one transaction are limited, and small ones to other streams go before the rest, so
 * that no caller waits long for another's import.
 */
export class EventLog {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #lock: FileLock | undefined;
  readonly #statements: Statements;
  readonly #writer: StreamWriter;
  readonly #waitingForEvents = new Set<WaitingForEvents>();
  readonly #tail = new Tail();
  #waitingAppends: WaitingAppend[] = [];
  #head: Position;
  #chain: Chain;
  #refusal: EventStoreError | undefined;
  #closed = false;

  /** `file` may be `:memory:`. Throws `EventStoreError` `unavailable` when it cannot be opened. */
  constructor({ file, now }: { file: string; now: () => Date }) {
    const { db, lock } = openDatabase(file);
    this.#db = db;
    this.#lock = lock;
    this.#file = file;
    this.#statements = prepareStatements(this.#db);
    this.#writer = new StreamWriter(this.#statements, now);
    try {
      this.#head = (this.#statements.head.get() as { position: bigint }).position;
      this.#chain = new Chain(db);
    } catch (cause) {
      this.#release();
      throw isDamage(cause) ? damaged(file, (cause as Error).message, cause) : cause;
    }
  }

  /** From now on every call is refused with this error, and waits end, so that nobody gets data that may be wrong. */
  refuse(refusal: EventStoreError): void {
    this.#refusal ??= refusal;
    this.#wake();
  }

  /** As `refuse`, for a damaged file: `what` says in a few words what is wrong. Returns the error with which every call is refused. */
  refuseAsDamaged(what: string): EventStoreError {
    const refusal = damaged(this.#file, what);
    this.refuse(refusal);
    return refusal;
  }

  /** The position of the last event; 0 for an empty log. Throws the error with which the log refuses calls. */
  get head(): Position {
    if (this.#refusal) throw this.#refusal;
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
      if (this.#waitingAppends.length === 1) setImmediate(() => this.#commitTurn());
    });
  }

  /**
   * Hides a stream's events until it is written again, or forever (`tombstone`). Nothing is removed from the log: `$all` keeps the events.
   */
  delete(stream: string, expected: ExpectedRevision, kind: 'delete' | 'tombstone'): void {
    this.#checkOpen();
    this.#commitWaiting();
    this.#writer.hide(stream, expected, kind);
  }

  /** Undefined if the stream was never written. Its visible events are those from `firstVisible` to `revision`. */
  stream(name: string): StreamState | undefined {
    this.#checkOpen();
    return this.#undamaged(() => this.#writer.stream(name));
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
    return this.#undamaged(() => readPage(statement.iterate(name, from, to), limit)).events;
  }

  /**
   * A page of `$all` after `after`, up to and including `until`. There is more as long as `lookedAt` is before `until`.
   */
  readForwards(after: Position, until: Position, filter: LogFilter | undefined, limit: number): LogPage {
    this.#check(filter);
    const recent = this.#tail.read(after, until, filter, limit);
    if (recent) return recent;
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

  /**
   * Resolves when there are events after `position`, when `signal` aborts, or when the log is closed. Events that `filter` hides do not resolve this
   * at once, but after `hiddenMs`.
   */
  waitForEvents(
    position: Position,
    signal: AbortSignal,
    { filter, hiddenMs }: { readonly filter?: LogFilter | undefined; readonly hiddenMs?: number } = {},
  ): Promise<void> {
    if (this.#head > position || signal.aborted || this.#closed || this.#refusal) return Promise.resolve();
    return new Promise((resolve) => {
      let late: NodeJS.Timeout | undefined;
      const wake = () => {
        clearTimeout(late);
        this.#waitingForEvents.delete(waiting);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const waiting: WaitingForEvents = {
        wake,
        hear(events) {
          if (hiddenMs === undefined || events.some((event) => passes(filter, event))) wake();
          else late ??= setTimeout(wake, hiddenMs);
        },
      };
      this.#waitingForEvents.add(waiting);
      signal.addEventListener('abort', wake);
    });
  }

  /** Commits waiting appends, ends all waits for events, and releases the file. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#commitWaiting();
    this.#closed = true;
    this.#wake();
    this.#release();
  }

  #release(): void {
    this.#db.close();
    this.#lock?.release();
  }

  #readAll(
    direction: 'forwards' | 'backwards',
    from: Position,
    to: Position,
    filter: LogFilter | undefined,
    limit: number,
  ) {
    this.#check(filter);
    const { statement, entries } = this.#statements.all(direction, filter);
    return this.#undamaged(() => readPage(statement.iterate(from, to, ...entries), limit));
  }

  /** When SQLite finds a damaged page, the whole log refuses calls, not only the current one. */
  #undamaged<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!isDamage(error)) throw error;
      throw this.refuseAsDamaged((error as Error).message);
    }
  }

  #commitWaiting(): void {
    while (this.#waitingAppends.length > 0) this.#commitTurn();
  }

  #commitTurn(): void {
    const { now: appends, later } = inTurns(this.#waitingAppends);
    if (appends.length === 0) return;
    this.#waitingAppends = later;
    if (later.length > 0) setImmediate(() => this.#commitTurn());
    const answers: (() => void)[] = [];
    const written: StoredEvent[] = [];
    try {
      this.#db.exec('begin immediate');
      for (const append of appends) answers.push(this.#decide(append, written));
      this.#db.exec('commit');
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      if (isDamage(cause)) this.refuseAsDamaged((cause as Error).message);
      else this.#chain = new Chain(this.#db);
      const failed =
        this.#refusal ??
        new EventStoreError(
          'unavailable',
          `The event log could not be written: ${cause}. Retry with the same ids.`,
          {},
          { cause },
        );
      for (const append of appends) append.reject(failed);
      return;
    }
    this.#head = (this.#statements.head.get() as { position: bigint }).position;
    this.#tail.add(written);
    for (const answer of answers) answer();
    if (written.length > 0) for (const waiting of [...this.#waitingForEvents]) waiting.hear(written);
  }

  /**
   * Writes one append, or finds why it cannot. Returns a function that settles the caller's promise, to be called once the transaction is on disk.
   */
  #decide({ resolve, reject, ...proposed }: WaitingAppend, written: StoredEvent[]): () => void {
    try {
      const appended = this.#writer.write(proposed, this.#chain, (event) => written.push(event));
      return () => resolve(appended);
    } catch (error) {
      // A refusal concerns only this append; anything else is a fault of the disk and concerns the whole transaction.
      if (!(error instanceof EventStoreError)) throw error;
      return () => reject(error);
    }
  }

  #wake(): void {
    for (const { wake } of [...this.#waitingForEvents]) wake();
  }

  #check(filter: LogFilter | undefined): void {
    if (typeof filter === 'object') checkFilter(filter);
    this.#checkOpen();
  }

  #checkOpen(): void {
    if (this.#closed) throw new EventStoreError('unavailable', 'The event log is closed; open it again.');
    if (this.#refusal) throw this.#refusal;
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
