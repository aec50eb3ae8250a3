import {
  type RecordedEvent as ClientEvent,
  type Filter as ClientFilter,
  eventTypeFilter,
  excludeSystemEvents,
  type KurrentDBClient,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../errors.js';
import { checkFilter } from '../limits.js';
import type { Filter, Position, RecordedEvent } from '../port.js';
import { recordedAtOf } from '../recorded-at.js';

type PagesOf<Pages> = Pages extends AsyncIterable<(infer Event)[]> ? Event : never;

/** An event as the client's bridge hands it over: not yet parsed. */
export type BridgeEvent = PagesOf<ReturnType<KurrentDBClient['rustClient']['readAll']>>;

export function eventsIn(page: readonly BridgeEvent[]): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (const { event } of page) if (event) events.push(readEvent(event));
  return events;
}

/** An event of a read. */
function readEvent(event: NonNullable<BridgeEvent['event']>): RecordedEvent {
  const text = event.isJson ? textOf(event.data) : undefined;
  const data = text === undefined ? event.data : (jsonIn(text, text) as object);
  const metadata = event.metadata.byteLength === 0 ? {} : (jsonIn(textOf(event.metadata), event.metadata) as object);
  return recordedOf(event, data, metadata, event.created, text);
}

/** An event of a subscription. */
export function recordedEvent(event: ClientEvent): RecordedEvent {
  return recordedOf(event, event.data as object, (event.metadata ?? {}) as object, event.created.getTime());
}

/** What the client's events and those of its bridge have in common. */
type Placed = Pick<ClientEvent, 'id' | 'streamId' | 'revision' | 'type' | 'position'>;

function recordedOf(event: Placed, data: object, metadata: object, createdMs: number, text?: string): RecordedEvent {
  return {
    id: event.id,
    stream: event.streamId,
    revision: event.revision,
    position: commitOf(event),
    type: event.type,
    data,
    metadata,
    recordedAt: recordedAtOf(createdMs),
    text,
  };
}

/**
 * The place of an event in the log is its commit position: every event not written in a client-side transaction (gRPC
 * has none) has its own. Stream reads carry it since EventStoreDB 22.6
 * (https://github.com/kurrent-io/KurrentDB/pull/3459); an older server is refused.
 */
function commitOf({ position }: Pick<Placed, 'position'>): Position {
  if (position) return position.commit;
  throw new EventStoreError(
    'unavailable',
    'The event store is too old: connect to EventStoreDB 22.10 or later, or to KurrentDB.',
  );
}

/** The bridge makes Buffers. */
const textOf = (bytes: Uint8Array): string => (bytes as Buffer).toString();

/** Returns `otherwise` if the text is not JSON, as the client's own reads do: one such event must not end a read of the others. */
function jsonIn<Other>(text: string, otherwise: Other): object | Other {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** The client asks for both positions; they are equal for all events not written in a client-side transaction. */
export const clientPosition = (position: Position) => ({ commit: position, prepare: position });

type CheckpointReached = NonNullable<Parameters<typeof eventTypeFilter>[0]['checkpointReached']>;

/** Without a filter from the caller, the server still leaves out its own events (`$metadata`, statistics). */
export function clientFilter(
  filter: Filter | undefined,
  checkpointReached?: CheckpointReached,
  checkpointInterval = 1,
): ClientFilter {
  const options = checkpointReached ? { checkpointReached, checkpointInterval } : {};
  if (!filter) return excludeSystemEvents(options);
  checkFilter(filter);
  // The protocol matches types by prefix or by regular expression; only the latter can say "as a whole".
  return 'types' in filter
    ? eventTypeFilter({ regex: `^(${filter.types.join('|')})$`, ...options })
    : streamNameFilter({ prefixes: [...filter.streamPrefixes], ...options });
}
