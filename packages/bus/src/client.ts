import { inSpan, linkTo } from '@evidence/runtime/trace';
import { type JetStreamClient as JetStream, jetstream, type PubAck } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { context, SpanKind } from '@opentelemetry/api';
import { eventTypeOf, type ReportCloudEvent } from './cloudevents.js';
import { managerOf } from './connection.js';
import { BusError } from './errors.js';
import { headersOf, messagingAttributes } from './message-trace.js';
import { REPORTS_STREAM } from './subjects.js';

const PUBLISH_TIMEOUT_MS = 2_000;

/**
 * Publishes CloudEvents: `lastValueFrom(client.emit(subject, event))` completes when JetStream has stored the event, or had it
 * already (same id within the duplicate window). It is a Nest client on the connection of the process, which `close` leaves open.
 */
export class JetStreamClient extends ClientProxy {
  readonly #jetstream: JetStream;

  constructor(private readonly nc: NatsConnection) {
    super();
    this.#jetstream = jetstream(nc);
  }

  async connect(): Promise<NatsConnection> {
    return this.nc;
  }

  close(): void {}

  unwrap<T>(): T {
    return this.nc as T;
  }

  /** JetStream has no replies. Nest calls this for `send`. */
  protected publish(_packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    callback({ err: new BusError('request_not_offered', 'JetStream carries events, not replies: use emit.') });
    return () => {};
  }

  protected async dispatchEvent<T>({ pattern, data }: ReadPacket<ReportCloudEvent>): Promise<T> {
    const subject = String(pattern);
    const attributes = messagingAttributes('send', subject, data.id);
    const options = { kind: SpanKind.PRODUCER, attributes, links: linkTo(data, context.active()) };
    return inSpan(`send ${eventTypeOf(data)}`, options, async () => (await this.#store(subject, data)) as T);
  }

  /**
   * JetStream drops a second message with the same id as a duplicate. Event ids can be guessed, so another sender may have used this one for a
   * different message. The stored message is therefore compared, and if it differs, the event is sent again without an id.
   */
  async #store(subject: string, event: ReportCloudEvent): Promise<PubAck> {
    const body = JSON.stringify(event);
    // The client writes the id into the headers that it is given (@nats-io/jetstream 3.4.0), so each message needs its own.
    const options = () => ({ headers: headersOf(event), timeout: PUBLISH_TIMEOUT_MS });
    const ack = await this.#jetstream.publish(subject, body, { ...options(), msgID: event.id });
    if (!ack.duplicate || (await this.#has(ack.seq, subject, body))) return ack;
    return this.#jetstream.publish(subject, body, options());
  }

  async #has(seq: number, subject: string, body: string): Promise<boolean> {
    const jsm = await managerOf(this.nc);
    const stored = await jsm.streams.getMessage(REPORTS_STREAM, { seq });
    return stored?.subject === subject && new TextDecoder().decode(stored.data) === body;
  }
}
