import {
  APPEND_BYTES_MAX,
  type Appended,
  type EncodedEvent,
  EVENTS_PER_APPEND_MAX,
  type EventLog,
  EventStoreError,
  type ExpectedRevision,
} from '@evidence/event-store/engine';
import type { Visitor } from './doors.js';

/** Collects the events of one append as they arrive, and never holds more in memory than an append may contain. */
export class Proposal {
  #denied: unknown;
  #events: EncodedEvent[] = [];
  #sizeBytes = 0;
  #tooLarge = false;

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    private readonly visitor: Visitor | undefined,
  ) {}

  add(event: EncodedEvent): void {
    try {
      this.visitor?.assertAppends(event);
    } catch (error) {
      this.#denied ??= error;
    }
    this.#sizeBytes += event.data.byteLength + event.metadata.byteLength;
    if (this.#sizeBytes > APPEND_BYTES_MAX || this.#events.length === EVENTS_PER_APPEND_MAX) this.#tooLarge = true;
    if (this.#tooLarge) this.#events = [];
    else this.#events.push(event);
  }

  async appendTo(log: EventLog): Promise<Appended> {
    if (this.#denied) throw this.#denied;
    if (!this.#tooLarge) return log.append(this.stream, this.expected, this.#events);
    const facts = { stream: this.stream, sizeBytesMax: APPEND_BYTES_MAX, countMax: EVENTS_PER_APPEND_MAX };
    throw new EventStoreError('invalid_event', 'The append is too large; split it.', facts);
  }
}
