import { EventStoreError } from './errors.js';
import type { Filter } from './port.js';

export const EVENTS_PER_APPEND_MAX = 5_000;
/** Data and metadata of one event, as UTF-8 JSON. 1 MiB, KurrentDB's default limit. */
export const EVENT_BYTES_MAX = 1024 * 1024;
/** All events of one append, so that one caller cannot fill the memory of the single writer. */
export const APPEND_BYTES_MAX = 32 * 1024 * 1024;
const NAME_CHARS_MAX = 256;

/** An event as it is stored: id, type, and the bytes of its data and metadata. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Throws `invalid_event`, naming the limit that was exceeded, before anything is sent. */
export function checkAppend(stream: string, events: readonly EncodedEvent[]): void {
  if (!isName(stream))
    throw invalid(`A stream's name must have 1 to ${NAME_CHARS_MAX} characters of well-formed Unicode.`, { stream });
  if (events.length === 0 || events.length > EVENTS_PER_APPEND_MAX) {
    const facts = { stream, count: events.length, countMax: EVENTS_PER_APPEND_MAX };
    throw invalid(
      `An append must have 1 to ${EVENTS_PER_APPEND_MAX} events: split a larger one, each part with its own expected revision.`,
      facts,
    );
  }
  const ids = new Set<string>();
  let sizeBytes = 0;
  for (const [index, event] of events.entries()) {
    sizeBytes += checkEvent(stream, event, index);
    if (ids.has(event.id))
      throw invalid('Two events of one append have the same id: give each its own.', { stream, index, id: event.id });
    ids.add(event.id);
  }
  if (sizeBytes > APPEND_BYTES_MAX) {
    throw invalid('The append is too large; split it.', { stream, sizeBytes, sizeBytesMax: APPEND_BYTES_MAX });
  }
}

function checkEvent(stream: string, event: EncodedEvent, index: number): number {
  const facts = { stream, index, type: event.type, id: event.id };
  if (!isName(event.type))
    throw invalid(`An event's type must have 1 to ${NAME_CHARS_MAX} characters of well-formed Unicode.`, facts);
  if (!UUID.test(event.id)) throw invalid("An event's id must be a UUID in lower case.", facts);
  const sizeBytes = event.data.byteLength + event.metadata.byteLength;
  if (sizeBytes > EVENT_BYTES_MAX) {
    const sizes = { ...facts, sizeBytes, sizeBytesMax: EVENT_BYTES_MAX };
    throw invalid(
      'The event is too large: store large content as an artifact, and put its digest into the event.',
      sizes,
    );
  }
  return sizeBytes;
}

const isName = (name: string): boolean => name.length > 0 && name.length <= NAME_CHARS_MAX && name.isWellFormed();

const invalid = (message: string, facts: Record<string, unknown>) =>
  new EventStoreError('invalid_event', message, facts);

const FILTER_ENTRIES_MAX = 100;

/** The names of event types that every store accepts in a filter. A type with other characters cannot be used in a filter. */
const TYPE_IN_FILTER = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Throws a `TypeError` for a filter with no entries or too many, because that is a bug in the caller, not a case to handle. */
export function checkFilter(filter: Filter | { readonly typePrefixes: readonly string[] }): void {
  const [entries = []] = Object.values(filter) as (readonly string[])[];
  if (entries.length === 0 || entries.length > FILTER_ENTRIES_MAX)
    throw new TypeError(`A filter must have 1 to ${FILTER_ENTRIES_MAX} entries, not ${entries.length}.`);
  const odd = 'types' in filter ? filter.types.find((type) => !TYPE_IN_FILTER.test(type)) : undefined;
  if (odd !== undefined) throw new TypeError(`An event type in a filter must be a word, not ${JSON.stringify(odd)}.`);
}
