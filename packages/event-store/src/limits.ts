import { EventStoreError } from './errors.js';
import type { Filter } from './port.js';

export const EVENTS_PER_APPEND_MAX = 5_000;
/** Data and metadata of one event, as UTF-8 JSON. 1 MiB, the most that KurrentDB takes by default. */
export const EVENT_BYTES_MAX = 1024 * 1024;
/** All events of one append, so that one caller cannot fill the memory of the single writer. */
export const APPEND_BYTES_MAX = 32 * 1024 * 1024;
export const NAME_CHARS_MAX = 256;

/** An event in the form in which it is stored: type, and bytes. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Throws `invalid_event` naming the limit that was passed, so that nothing is sent, let alone stored, that breaks one.
 */
export function checkAppend(stream: string, events: readonly EncodedEvent[]): void {
  if (!isName(stream))
    throw invalid(`A stream's name has 1 to ${NAME_CHARS_MAX} characters of well-formed Unicode.`, { stream });
  if (events.length === 0 || events.length > EVENTS_PER_APPEND_MAX) {
    const facts = { stream, count: events.length, countMax: EVENTS_PER_APPEND_MAX };
    throw invalid(
      `An append holds 1 to ${EVENTS_PER_APPEND_MAX} events; split a larger one, each part with its own expected revision.`,
      facts,
    );
  }
  const ids = new Set<string>();
  let sizeBytes = 0;
  for (const [index, event] of events.entries()) {
    sizeBytes += checkEvent(stream, event, index);
    if (ids.has(event.id))
      throw invalid('Two events of one append share an id; give each its own.', { stream, index, id: event.id });
    ids.add(event.id);
  }
  if (sizeBytes > APPEND_BYTES_MAX) {
    throw invalid('The append is too large; split it.', { stream, sizeBytes, sizeBytesMax: APPEND_BYTES_MAX });
  }
}

function checkEvent(stream: string, event: EncodedEvent, index: number): number {
  const facts = { stream, index, type: event.type, id: event.id };
  if (!isName(event.type))
    throw invalid(`An event's type has 1 to ${NAME_CHARS_MAX} characters of well-formed Unicode.`, facts);
  if (!UUID.test(event.id)) throw invalid("An event's id is a UUID in lower case.", facts);
  const sizeBytes = event.data.byteLength + event.metadata.byteLength;
  if (sizeBytes > EVENT_BYTES_MAX) {
    const sizes = { ...facts, sizeBytes, sizeBytesMax: EVENT_BYTES_MAX };
    throw invalid(
      'The event is too large; store what is large as an artifact and let the event carry its digest.',
      sizes,
    );
  }
  return sizeBytes;
}

const isName = (name: string): boolean => name.length > 0 && name.length <= NAME_CHARS_MAX && name.isWellFormed();

const invalid = (message: string, facts: Record<string, unknown>) =>
  new EventStoreError('invalid_event', message, facts);

export const FILTER_PREFIXES_MAX = 100;

/**
 * A filter that names nothing, or a whole catalog, is a mistake in the caller's code: a `TypeError`, not a case to
 * handle.
 */
export function checkFilter(filter: Filter): void {
  const { length } = 'typePrefixes' in filter ? filter.typePrefixes : filter.streamPrefixes;
  if (length === 0 || length > FILTER_PREFIXES_MAX)
    throw new TypeError(`A filter has 1 to ${FILTER_PREFIXES_MAX} prefixes, not ${length}.`);
}
