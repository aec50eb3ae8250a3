import type { UnreadableCode } from '@evidence/contracts';

/**
 * The event store as the services see it: append with an expected revision, read in both directions, read and follow everything.
 * Two implementations keep these promises (one conformance suite): `openSqliteEventStore`, the engine in process, and
 * `openKurrentEventStore`, the client of KurrentDB and of our embedded `store-server`.
 */

/**
 * A position in the whole log. Positions only grow; gaps are normal. Only their order has a meaning (KurrentDB counts bytes, the engine counts
 * events): use those that the store returned, and never compute one from another.
 */
export type Position = bigint;

/**
 * What the writer expects of the stream: its last revision (0-based), that it does not exist, that it exists, or anything.
 */
export type ExpectedRevision = bigint | 'no_stream' | 'stream_exists' | 'any';

/**
 * An event to append. `id`, a UUID in lower case, makes a retry of the same append harmless. `type` has 1 to 256 characters and does not begin
 * with `$`, which the store reserves. `data` and `metadata` are JSON objects.
 */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

/**
 * An event as it was recorded. `revision` is its 0-based place in its stream. `recordedAt` is the store's time, RFC 3339 in UTC, in whole seconds;
 * the time of the event itself is `occurredAt` in its metadata.
 */
export interface RecordedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: Position;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
  readonly recordedAt: string;
  /** The JSON text of `data`, if the store has it at hand: a reader that stores JSON need not serialise `data` again. */
  readonly text?: string | undefined;
}

/**
 * An event by which a reader recognises its log: which event it is, and where it is. A position alone is not enough: a log that was restored from
 * a backup and has grown again has the same positions with different events. `recordedAt` distinguishes events that were appended twice with one
 * id, as by an import that was repeated after the restore.
 */
export type Mark = Pick<RecordedEvent, 'id' | 'stream' | 'revision' | 'position' | 'recordedAt'>;

/**
 * A recorded event that cannot be read: `code` and `reason` say why. `data` and `metadata` are what is stored, in any form.
 * `tenant`: its tenant, if its stream or its metadata says so.
 */
export interface UnreadableEvent extends Omit<RecordedEvent, 'data' | 'metadata'> {
  readonly data: unknown;
  readonly metadata: unknown;
  readonly code: UnreadableCode;
  readonly reason: string;
  readonly tenant?: string;
}

/**
 * What a read does with events that it does not deliver. A plain store delivers everything and calls neither function; the typed
 * log (`./log`) calls them.
 */
export interface ReadTolerance {
  /** Receives foreign events, whose type is not in the contracts of this build. Default: they are left out. */
  readonly onForeign?: (event: RecordedEvent) => void;
  /** Receives unreadable events. Without it, the first one ends the read with a `HistoryUnreadableError`, because a decision must not overlook one. */
  readonly onUnreadable?: (event: UnreadableEvent) => void;
}

/**
 * The place of an append's last event. A repeated append (same ids, same expected revision) returns what the first one returned, also after later
 * appends; with `any` and `stream_exists` KurrentDB guarantees that only for recent ones.
 */
export interface Appended {
  readonly revision: bigint;
  readonly position: Position;
}

export interface ReadStreamOptions extends ReadTolerance {
  /** Default `forwards`. */
  readonly direction?: 'forwards' | 'backwards';
  /** The first revision to read, inclusive. Default: the stream's start, or its end when reading backwards. */
  readonly from?: bigint;
  /** At most this many events. Default: all. */
  readonly limit?: number;
}

/**
 * Exactly one of the two, 1 to 100 entries, case counts: events of one of the types, or events whose stream's name starts with one of
 * the prefixes. Types match as a whole: on a store that others use too, `ReportReadyNotified` is not `ReportReady`.
 */
export type Filter = { readonly types: readonly string[] } | { readonly streamPrefixes: readonly string[] };

export interface ReadAllOptions extends ReadTolerance {
  readonly direction?: 'forwards' | 'backwards';
  /**
   * Exclusive. Forwards: events after this position (default: from the start). Backwards: events before it (default:
   * from the end).
   */
  readonly from?: Position;
  readonly filter?: Filter;
  readonly limit?: number;
}

export interface SubscribeOptions {
  /**
   * Exclusive: the last position already handled or, better, the event at that position. Given the event, a log that does not contain it ends the
   * subscription. Default: from the start.
   */
  readonly after?: Position | Mark;
  readonly filter?: Filter;
  /** Ends the subscription without an error. */
  readonly signal: AbortSignal;
  /**
   * For a reader that can wait: new events are not delivered one by one, but read together, each time this resolves. That takes far less CPU of
   * reader and store. Each look ends with `caught_up`. Must resolve when `signal` aborts.
   */
  readonly nextLook?: (signal: AbortSignal) => Promise<void>;
  /**
   * The same, but only while so many events arrive that the store says that this reader fell behind. Such a look does not end with `caught_up`.
   * Default: every 50 ms.
   */
  readonly nextLookBehind?: (signal: AbortSignal) => Promise<void>;
}

/**
 * What a catch-up subscription delivers, in log order. `unreadable` comes only from the typed log. `checkpoint` says that everything up to
 * `position` was examined, matching or not. `caught_up` says that the subscription has reached the end of the log as of then; it may come again
 * after a reconnect.
 */
export type Delivery<Event extends RecordedEvent = RecordedEvent> =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'unreadable'; readonly event: UnreadableEvent }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught_up' };

export interface EventStore<Event extends RecordedEvent = RecordedEvent> {
  /**
   * Appends all of `events` or none, atomically: 1 to 5,000 of them, each at most 1 MiB, together at most 32 MiB.
   * (KurrentDB's own `--max-append-size` may be set lower; what it refuses is `invalid_event` too.)
   * Throws `EventStoreError` `wrong_expected_revision` (decide again on what the winner wrote), `unavailable` (retry
   * later with the same ids), `invalid_event` (this can never be appended), `stream_deleted`.
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended>;
  /** Yields nothing for a stream that does not exist. Throws `EventStoreError` `unavailable`, `stream_deleted`. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<Event>;
  /**
   * What was in the log when the read began, without the store's own events. Throws `EventStoreError` `unavailable`.
   */
  readAll(options?: ReadAllOptions): AsyncIterable<Event>;
  /**
   * A catch-up subscription that never ends by itself: after a lost connection it resumes from the last delivery, with a growing delay, so that
   * every matching event arrives exactly once and in order. Yields everything that has arrived at once, because a promise for each event makes a
   * rebuild slower. Ends when `signal` aborts. The store's own events are left out. Throws `OtherLogError` when the log, at first or after a lost
   * connection, does not have the last event: it was restored from a backup, or is a different log.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<readonly Delivery<Event>[]>;
  /**
   * The position of the last event, or undefined when the log is empty. Throws `unavailable`, so it doubles as the health check.
   */
  head(): Promise<Position | undefined>;
  /**
   * Whether the server itself checks which login may write which event types, and in whose name: `store-server` does, KurrentDB does not.
   * Absent for a store in this process. Rejects when the server does not respond.
   */
  checksWriters?(): Promise<boolean>;
  close(): Promise<void>;
}
