import { inSpan, linkTo } from '@evidence/runtime/trace';
import type { PubAck } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { context, SpanKind } from '@opentelemetry/api';
import { eventTypeOf, type ReportCloudEvent, subjectOfEvent } from './cloudevents.js';
import { managerOf } from './connection.js';
import { headersOf, messagingAttributes } from './message-trace.js';
import { PubAcks } from './pub-acks.js';
import { REPORTS_STREAM } from './subjects.js';

/** Sends CloudEvents to the stream of reports. */
export class EventSender {
  readonly #acks: PubAcks;

  constructor(private readonly nc: NatsConnection) {
    this.#acks = new PubAcks(nc);
  }

  /** Resolves when JetStream has stored the event, or had it already (same id within the duplicate window). Rejects with what NATS reports. */
  async send(event: ReportCloudEvent): Promise<void> {
    const subject = subjectOfEvent(event);
    const attributes = messagingAttributes('send', subject, event.id);
    const options = { kind: SpanKind.PRODUCER, attributes, links: linkTo(event, context.active()) };
    await inSpan(`send ${eventTypeOf(event)}`, options, () => this.#store(subject, event));
  }

  /**
   * JetStream drops a second message with the same id as a duplicate. Event ids can be guessed, so another sender may have used this one for a
   * different message. The stored message is therefore compared, and if it differs, the event is sent again without an id.
   */
  async #store(subject: string, event: ReportCloudEvent): Promise<PubAck> {
    const body = JSON.stringify(event);
    const headers = headersOf(event);
    headers.set('Nats-Msg-Id', event.id);
    const ack = await this.#acks.publish(subject, body, headers);
    if (!ack.duplicate || (await this.#has(ack.seq, subject, body))) return ack;
    headers.delete('Nats-Msg-Id');
    return this.#acks.publish(subject, body, headers);
  }

  async #has(seq: number, subject: string, body: string): Promise<boolean> {
    const jsm = await managerOf(this.nc);
    const stored = await jsm.streams.getMessage(REPORTS_STREAM, { seq });
    return stored?.subject === subject && new TextDecoder().decode(stored.data) === body;
  }
}
