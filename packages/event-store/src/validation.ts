import { EventStoreError } from './errors.js';
import type { Delivery, EventStore, RecordedEvent } from './port.js';

export interface Validation {
  /** Throws, saying why, when the event does not keep its contract. */
  event(type: string, data: object, metadata: object): void;
}

/**
 * The store, with every event checked as it goes in and as it comes out. Throws `invalid_event`: on append before
 * anything is sent, on read naming stream, revision and reason. What was stored before a contract changed is seen at
 * the first read, not three services later.
 */
export function withValidation(store: EventStore, validation: Validation): EventStore {
  const check = (
    { type, data, metadata }: Pick<RecordedEvent, 'type' | 'data' | 'metadata'>,
    facts: Record<string, unknown>,
  ): void => {
    try {
      validation.event(type, data, metadata);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EventStoreError(
        'invalid_event',
        `${type} breaks its contract: ${reason}`,
        { ...facts, type, reason },
        { cause },
      );
    }
  };
  const checkRecorded = (event: RecordedEvent): RecordedEvent => {
    check(event, { stream: event.stream, revision: event.revision, position: event.position, id: event.id });
    return event;
  };
  const checkDelivery = (delivery: Delivery): Delivery => {
    if (delivery.kind === 'event') checkRecorded(delivery.event);
    return delivery;
  };
  return {
    async append(stream, expected, events) {
      for (const [index, event] of events.entries()) check(event, { stream, index, id: event.id });
      return store.append(stream, expected, events);
    },
    readStream: (stream, options) => each(store.readStream(stream, options), checkRecorded),
    readAll: (options) => each(store.readAll(options), checkRecorded),
    subscribe: (options) => each(store.subscribe(options), checkDelivery),
    head: () => store.head(),
    close: () => store.close(),
  };
}

async function* each<T>(items: AsyncIterable<T>, pass: (item: T) => T): AsyncGenerator<T> {
  for await (const item of items) yield pass(item);
}
