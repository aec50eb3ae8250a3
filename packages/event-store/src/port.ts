/**
 * The event store as the services see it: append with an expected revision, read both ways, read and follow everything.
 * Two implementations keep these promises (one conformance suite): `openSqliteEventStore`, the engine in process, and
 * `openKurrentEventStore`, the client of KurrentDB and of our embedded `store-server`.
 */

/**
 * A place in the log of everything. It only grows; gaps are normal. Opaque beyond order (KurrentDB counts bytes, the
 * engine counts events): use only those that were handed out, never one computed from another.
 */
export type Position = bigint;

/**
 * What the writer believes about the stream: its last revision (0-based), or that it does not exist, does exist, or no
 * matter.
 */
export type ExpectedRevision = bigint | 'no_stream' | 'stream_exists' | 'any';

/**
 * An event as it is handed in. `id`, a UUID in lower case, makes a retry of the same append harmless. `type` has 1 to
 * 256 characters and does not begin with `$`, which the store keeps for itself. `data` and `metadata` are JSON objects.
 */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

/**
 * An event as it was recorded. `revision` is its 0-based place in its stream. `recordedAt` is the store's clock, RFC
 * 3339 in UTC, in whole seconds: what happened when is the metadata's `occurredAt`.
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
}

/**
 * Where an append ended: its last event. A repeated append (same ids, same expected revision) answers what the first
 * one answered, also after later appends; with `any` and `stream_exists` KurrentDB promises that only for recent ones.
 */
export interface Appended {
  readonly revision: bigint;
  readonly position: Position;
}

export interface ReadStreamOptions {
  /** Default `forwards`. */
  readonly direction?: 'forwards' | 'backwards';
  /** The first revision to read, inclusive. Default: the stream's start, or its end when reading backwards. */
  readonly from?: bigint;
  /** At most this many events. Default: all. */
  readonly limit?: number;
}

/**
 * Exactly one of the two: events whose type, or whose stream's name, starts with one of the prefixes (1 to 100, case
 * counts).
 */
export type Filter = { readonly typePrefixes: readonly string[] } | { readonly streamPrefixes: readonly string[] };

export interface ReadAllOptions {
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
  /** Exclusive: the last position already handled. Default: from the start. */
  readonly after?: Position;
  readonly filter?: Filter;
  /** Ends the subscription without an error. */
  readonly signal: AbortSignal;
}

/**
 * What a catch-up subscription delivers, in log order. `checkpoint` says that everything up to `position` was looked
 * at, matching or not. `caught_up` says that the subscription has reached the end of the log as it was; it may come
 * again after a reconnect.
 */
export type Delivery =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught_up' };

export interface EventStore {
  /**
   * Appends all of `events` or none, atomically: 1 to 5,000 of them, each at most 1 MiB, together at most 32 MiB.
   * (KurrentDB's own `--max-append-size` may be set lower; what it refuses is `invalid_event` too.)
   * Throws `EventStoreError` `wrong_expected_revision` (decide again on what the winner wrote), `unavailable` (retry
   * later with the same ids), `invalid_event` (this can never be appended), `stream_deleted`.
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended>;
  /** Yields nothing for a stream that does not exist. Throws `EventStoreError` `unavailable`, `stream_deleted`. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;
  /**
   * What was in the log when the read began, without the store's own events. Throws `EventStoreError` `unavailable`.
   */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;
  /**
   * A catch-up subscription that never ends by itself: lost connections are re-made from the last delivery, with
   * growing delay, so that every matching event arrives exactly once and in order. Ends when `signal` aborts. The
   * store's own events stay out.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<Delivery>;
  /**
   * The position of the last event, or undefined when the log is empty. Throws `unavailable`: so it doubles as the
   * health check.
   */
  head(): Promise<Position | undefined>;
  close(): Promise<void>;
}
