import {
  type RecordedEvent as ClientEvent,
  type Filter as ClientFilter,
  eventTypeFilter,
  excludeSystemEvents,
  streamNameFilter,
} from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../errors.js';
import { checkFilter } from '../limits.js';
import type { Filter, Position, RecordedEvent } from '../port.js';
import { recordedAtOf } from '../recorded-at.js';

/**
 * The place of an event in the log is its commit position: every event not written in a client-side transaction (gRPC
 * has none) has its own. Stream reads carry it since EventStoreDB 22.6
 * (https://github.com/kurrent-io/KurrentDB/pull/3459); an older server is refused.
 */
export function recordedEvent(event: ClientEvent): RecordedEvent {
  if (!event.position) {
    throw new EventStoreError(
      'unavailable',
      'The event store is too old: connect to EventStoreDB 22.10 or later, or to KurrentDB.',
    );
  }
  return {
    id: event.id,
    stream: event.streamId,
    revision: event.revision,
    position: event.position.commit,
    type: event.type,
    data: event.data as object,
    metadata: (event.metadata ?? {}) as object,
    recordedAt: recordedAtOf(event.created),
  };
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
