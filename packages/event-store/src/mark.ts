import { EventStoreError } from './errors.js';
import type { EventStore, Mark, Position, RecordedEvent, UnreadableEvent } from './port.js';

export const markOf = ({ id, stream, revision, position, recordedAt }: Mark): Mark => ({
  id,
  stream,
  revision,
  position,
  recordedAt,
});

/** The log does not have an event that a reader has seen: it was restored from an older backup, or it is another log. */
export class OtherLogError extends Error {
  override readonly name = 'OtherLogError';
  readonly code = 'other_log';

  constructor(
    readonly mark: Mark,
    /** The last position of the current log; undefined: it is empty. */
    readonly head: Position | undefined,
  ) {
    super(
      `Event ${mark.id} of ${mark.stream} was at position ${mark.position}; the current log ${
        head === undefined ? 'is empty' : `ends at ${head}`
      } and does not have it there.`,
    );
  }
}

/** Throws `OtherLogError` when the log does not have the event at its place, and `EventStoreError` `unavailable`. */
export async function assertInLog<Event extends RecordedEvent>(
  store: Pick<EventStore<Event>, 'readStream' | 'head'>,
  mark: Mark,
): Promise<void> {
  if (!(await isInLog(store, mark))) throw new OtherLogError(mark, await store.head());
}

/** Looked up by its place in its stream, because a store need not accept positions that it has not returned itself. */
async function isInLog<Event extends RecordedEvent>(
  store: Pick<EventStore<Event>, 'readStream'>,
  mark: Mark,
): Promise<boolean> {
  let found: Mark | undefined;
  const take = (event: Mark): void => {
    found = event;
  };
  const tolerance = { onForeign: take, onUnreadable: take };
  try {
    for await (const event of store.readStream(mark.stream, { from: mark.revision, limit: 1, ...tolerance }))
      take(event);
  } catch (error) {
    if (error instanceof EventStoreError && error.code === 'stream_deleted') return false;
    throw error;
  }
  return found !== undefined && isSame(found, mark);
}

const isSame = (one: Mark, other: Mark): boolean =>
  one.id === other.id &&
  one.revision === other.revision &&
  one.position === other.position &&
  one.recordedAt === other.recordedAt;

/** The last event before `position`, of any type; undefined: there is none. Throws `EventStoreError` `unavailable`. */
export async function markBefore<Event extends RecordedEvent>(
  store: Pick<EventStore<Event>, 'readAll'>,
  position: Position,
): Promise<Mark | undefined> {
  let found: Mark | undefined;
  const take = (event: RecordedEvent | UnreadableEvent): void => {
    found = markOf(event);
  };
  const last = { direction: 'backwards', from: position, limit: 1, onForeign: take, onUnreadable: take } as const;
  for await (const event of store.readAll(last)) take(event);
  return found;
}
