import { activeTrace, linkTo } from '@evidence/runtime';
import { type JetStreamClient as JetStream, jetstream, type PubAck } from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { context, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { CLOUDEVENT_MEDIA_TYPE, type ReportCloudEvent } from './cloudevents.js';
import { BusError } from './errors.js';
import { messagingAttributes, tracer } from './message-trace.js';

const PUBLISH_TIMEOUT_MS = 2_000;

/**
 * Publishes CloudEvents: `lastValueFrom(client.emit(subject, event))` completes when JetStream has stored the event, or had it
 * already (same id within the duplicate window). Nest's way to speak, on the connection of the process; `close` leaves that open.
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

  /** Nobody answers on JetStream. Nest calls this for `send`. */
  protected publish(_packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    callback({ err: new BusError('request_not_offered', 'JetStream carries events and no answers; use emit.') });
    return () => {};
  }

  protected async dispatchEvent<T>({ pattern, data }: ReadPacket<ReportCloudEvent>): Promise<T> {
    const subject = String(pattern);
    const attributes = messagingAttributes(subject, data.id, 'send');
    const options = { kind: SpanKind.PRODUCER, attributes, links: linkTo(data, context.active()) };
    return tracer.startActiveSpan(`send ${data.type}`, options, async (span) => {
      try {
        return (await this.#store(subject, data)) as T;
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  #store(subject: string, event: ReportCloudEvent): Promise<PubAck> {
    return this.#jetstream.publish(subject, JSON.stringify(event), {
      msgID: event.id,
      headers: eventHeaders(),
      timeout: PUBLISH_TIMEOUT_MS,
    });
  }
}

function eventHeaders(): MsgHdrs {
  const { traceparent, tracestate } = activeTrace();
  const all = headers();
  all.set('Content-Type', CLOUDEVENT_MEDIA_TYPE);
  if (traceparent) all.set('traceparent', traceparent);
  if (tracestate) all.set('tracestate', tracestate);
  return all;
}
