import { EventStoreError } from './errors.js';
import { checkAppend, type EncodedEvent } from './limits.js';
import type { NewEvent } from './port.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** KurrentDB keeps streams and types that begin with `$` for itself; the port neither writes nor delivers them. */
export const isReserved = (name: string): boolean => name.startsWith('$');

/**
 * The events as they will be stored. Throws `invalid_event` for whatever no store could take or give back unchanged.
 */
export function encodeEvents(stream: string, events: readonly NewEvent[]): EncodedEvent[] {
  if (isReserved(stream))
    throw new EventStoreError('invalid_event', 'Streams that begin with $ belong to the store.', { stream });
  const encoded = events.map((event) => encodeEvent(stream, event));
  checkAppend(stream, encoded);
  return encoded;
}

function encodeEvent(stream: string, event: NewEvent): EncodedEvent {
  const { id, type } = event;
  if (isReserved(type))
    throw new EventStoreError('invalid_event', 'Types that begin with $ belong to the store.', { stream, type });
  const bytesOf = (member: 'data' | 'metadata'): Uint8Array => {
    const value = event[member];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new EventStoreError('invalid_event', `An event's ${member} is a JSON object.`, {
        stream,
        type,
        id,
        member,
      });
    }
    try {
      return encoder.encode(JSON.stringify(value));
    } catch (cause) {
      throw new EventStoreError(
        'invalid_event',
        `The event's ${member} cannot be written as JSON: ${cause}`,
        { stream, type, id, member },
        { cause },
      );
    }
  };
  return { id, type, isJson: true, data: bytesOf('data'), metadata: bytesOf('metadata') };
}

/**
 * The object that `bytes` hold. No bytes at all are an empty object: other clients of KurrentDB may leave metadata out.
 */
export const decodeObject = (bytes: Uint8Array): object =>
  bytes.byteLength === 0 ? {} : JSON.parse(decoder.decode(bytes));
