import {
  assertEvent,
  type EventData,
  type EventMetadata,
  type EventType,
  type eventTypesOn,
  isEventOn,
  readEvent,
} from '@evidence/contracts';
import { EventStoreError } from '../errors.js';
import { openEventStore } from '../open.js';
import type {
  Delivery,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadStreamOptions,
  ReadTolerance,
  RecordedEvent,
  UnreadableEvent,
} from '../port.js';
import { tenantOf } from './tenant-of.js';

/**
 * An event of the log as this build understands it. `data` has the shape of the newest version and keeps members that a later build added;
 * `stored` is what was written, in the version that `metadata.schema` names.
 */
export type LogEvent<T extends EventType = EventType> = {
  [K in T]: Omit<RecordedEvent, 'type' | 'data' | 'metadata'> & {
    readonly type: K;
    readonly data: EventData[K];
    readonly metadata: EventMetadata;
    readonly stored: object;
  };
}[T];

/** The JSON of an event's `data`. What is stored may be of an older version. */
export const textOf = ({ text, data, stored }: LogEvent): string =>
  text !== undefined && stored === data ? text : JSON.stringify(data);

export type LogDelivery = Delivery<LogEvent>;

/**
 * The event store with our events in it: strict on append (closed contracts, newest version), tolerant on read (members of later builds are kept,
 * older versions upcast, foreign types left out). A subscription delivers unreadable events as `unreadable`; a read ends with a
 * `HistoryUnreadableError`, unless the reader passes `onUnreadable`.
 */
export type EventLog = EventStore<LogEvent>;

/** The log that a URL names, as in `openEventStore`. */
export const openEventLog = (url: string, now: () => Date): EventLog => eventLogOver(openEventStore(url, now));

/** The log in an open store. Closing the log closes the store. */
export function eventLogOver(store: EventStore): EventLog {
  return {
    async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) {
      for (const [index, event] of events.entries()) assertAppendable(stream, event, index);
      return store.append(stream, expected, events);
    },
    readStream: (stream, options = {}) => readable(store.readStream(stream, options), options),
    readAll: (options = {}) => readable(store.readAll(options), options),
    async *subscribe(options) {
      for await (const batch of store.subscribe(options)) yield batch.map(readDelivery);
    },
    head: () => store.head(),
    ...(store.checksWriters && { checksWriters: () => store.checksWriters!() }),
    close: () => store.close(),
  };
}

function readDelivery(delivery: Delivery): LogDelivery {
  const read = delivery.kind === 'event' ? readingOf(delivery.event) : delivery;
  // A foreign event is delivered as a checkpoint at its position, so that a view's checkpoint passes it.
  return read.kind === 'foreign' ? { kind: 'checkpoint', position: read.event.position } : read;
}

function assertAppendable(stream: string, { id, type, data, metadata }: NewEvent, index: number): void {
  try {
    assertEvent(type, data, metadata);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EventStoreError(
      'invalid_event',
      `${type} breaks its contract: ${reason}`,
      { stream, index, id, type, reason },
      { cause },
    );
  }
}

type Reading =
  | { readonly kind: 'event'; readonly event: LogEvent }
  | { readonly kind: 'foreign'; readonly event: RecordedEvent }
  | { readonly kind: 'unreadable'; readonly event: UnreadableEvent };

function readingOf(recorded: RecordedEvent): Reading {
  const reading = readEvent(recorded.type, recorded.data, recorded.metadata);
  switch (reading.kind) {
    case 'event': {
      // Member by member, because spreading an object of this size takes several times as long.
      const { id, stream, revision, position, recordedAt, text, data: stored } = recorded;
      const { event, metadata } = reading;
      return {
        kind: 'event',
        event: { ...event, id, stream, revision, position, recordedAt, text, metadata, stored },
      };
    }
    case 'unknown_type':
      return { kind: 'foreign', event: recorded };
    case 'unreadable':
      return { kind: 'unreadable', event: { ...recorded, ...reading.cause, ...tenantOf(recorded) } };
  }
}

async function* readable(
  events: AsyncIterable<RecordedEvent>,
  { onForeign, onUnreadable = refuse }: ReadTolerance,
): AsyncGenerator<LogEvent> {
  for await (const recorded of events) {
    const reading = readingOf(recorded);
    if (reading.kind === 'event') yield reading.event;
    else if (reading.kind === 'foreign') onForeign?.(reading.event);
    else onUnreadable(reading.event);
  }
}

function refuse(event: UnreadableEvent): never {
  throw new HistoryUnreadableError(event);
}

/**
 * An event that the result depends on cannot be read, so there is no result. Worth a retry if its code is `newer_version`, because then a newer
 * instance may do the work; no build can read the others.
 */
export class HistoryUnreadableError extends Error {
  override readonly name = 'HistoryUnreadableError';
  readonly code = 'history_unreadable';
  readonly retryable: boolean;

  constructor(readonly event: Pick<UnreadableEvent, 'position' | 'stream' | 'type' | 'code' | 'reason'>) {
    const { position, stream, type, code, reason } = event;
    super(
      `The ${type} at position ${position} (in ${stream}) cannot be read: ${reason} Print it with: evidence log show ${position}`,
    );
    this.retryable = code === 'newer_version';
  }
}

type StreamKind = keyof typeof eventTypesOn;

/** The events in streams of a kind. */
export type EventOn<Kind extends StreamKind> = Extract<
  LogEvent,
  { readonly type: (typeof eventTypesOn)[Kind][number] }
>;

/**
 * The history of one stream as its deciders fold it, oldest first: `historyOf(log, 'tenant', streamOf.tenant(slug))`. An event of ours in a
 * stream of another kind is left out. Throws `HistoryUnreadableError`, and as `readStream` does.
 */
export async function* historyOf<Kind extends StreamKind>(
  log: EventLog,
  kind: Kind,
  stream: string,
  options?: ReadStreamOptions,
): AsyncGenerator<EventOn<Kind>> {
  for await (const event of log.readStream(stream, options)) if (isEventOn(kind, event)) yield event;
}

/** The result of one read of a stream, in stream order. */
export interface StreamReading {
  readonly events: readonly LogEvent[];
  readonly unreadable: readonly UnreadableEvent[];
  /** The revision that an append based on this reading must expect. Foreign and unreadable events count. */
  readonly revision: ExpectedRevision;
  /** False if the stream is longer than the limit of the read. */
  readonly isWhole: boolean;
}

/** Reads a stream from its start, at most `limit` events (default: all). Unreadable events do not end the read. Throws as `readStream` does. */
export async function readStreamOnce(
  log: Pick<EventLog, 'readStream'>,
  stream: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<StreamReading> {
  const events: LogEvent[] = [];
  const unreadable: UnreadableEvent[] = [];
  let revision: ExpectedRevision = 'no_stream';
  let count = 0;
  const seen = (event: { readonly revision: bigint }): void => {
    revision = event.revision;
    count += 1;
  };
  const options: ReadStreamOptions = {
    ...(Number.isFinite(limit) && { limit }),
    onForeign: seen,
    onUnreadable(event) {
      seen(event);
      unreadable.push(event);
    },
  };
  for await (const event of log.readStream(stream, options)) {
    seen(event);
    events.push(event);
  }
  return { events, unreadable, revision, isWhole: count < limit };
}
