import {
  APPEND_BYTES_MAX,
  type Appended,
  type EncodedEvent,
  EVENTS_PER_APPEND_MAX,
  type EventLog,
  EventStoreError,
  type ExpectedRevision,
} from '@evidence/event-store/engine';

/** The events of one append as they arrive, and never more of them in memory than an append may hold. */
export class Proposal {
  #events: EncodedEvent[] = [];
  #sizeBytes = 0;
  #tooLarge = false;

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
  ) {}

  add(event: EncodedEvent): void {
    this.#sizeBytes += event.data.byteLength + event.metadata.byteLength;
    if (this.#sizeBytes > APPEND_BYTES_MAX || this.#events.length === EVENTS_PER_APPEND_MAX) this.#tooLarge = true;
    if (this.#tooLarge) this.#events = [];
    else this.#events.push(event);
  }

  async appendTo(log: EventLog): Promise<Appended> {
    if (!this.#tooLarge) return log.append(this.stream, this.expected, this.#events);
    const facts = { stream: this.stream, sizeBytesMax: APPEND_BYTES_MAX, countMax: EVENTS_PER_APPEND_MAX };
    throw new EventStoreError('invalid_event', 'The append is too large; split it.', facts);
  }
}
