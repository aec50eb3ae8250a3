import { EventStoreError } from './errors.js';
import { checkAppend, type EncodedEvent } from './limits.js';
import type { NewEvent } from './port.js';

const decoder = new TextDecoder();

/** KurrentDB reserves streams and types that begin with `$`; the port neither writes nor delivers them. */
const isReserved = (name: string): boolean => name.startsWith('$');

/**
 * The events as they will be stored. Throws `invalid_event` for anything that a store could not accept or return unchanged.
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
      throw new EventStoreError('invalid_event', `An event's ${member} must be a JSON object.`, {
        stream,
        type,
        id,
        member,
      });
    }
    try {
      return encoded(JSON.stringify(value));
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

/** From the pool of buffers, because memory of its own takes longer to get and to collect; not as a `Buffer`, because the client would copy it. */
function encoded(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * The object in `bytes`. No bytes mean an empty object, because other clients of KurrentDB may omit metadata. Bytes that are not JSON
 * stay bytes, as the KurrentDB client leaves them: one such event must not end a read of the others.
 */
export function decodeObject(bytes: Uint8Array): object {
  if (bytes.byteLength === 0) return {};
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return bytes;
  }
}
