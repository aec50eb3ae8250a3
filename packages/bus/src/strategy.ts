import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, linkTo } from '@evidence/runtime';
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BaseRpcContext, type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { lastValueFrom, timeout } from 'rxjs';
import { eventTypeOf, parseCloudEvent, type ReportCloudEvent } from './cloudevents.js';
import { ACK_WAIT_MS, DurableConsumer } from './consumer.js';
import { BusError } from './errors.js';
import { messagingAttributes, parentOf, tracer } from './message-trace.js';
import type { Park } from './parking.js';
import { fateOf, RETRY_POLICY, type RetryPolicy } from './retry.js';
import { patternOf, type Service } from './subjects.js';

export const JETSTREAM = Symbol('JETSTREAM');
const CONCURRENCY_DEFAULT = 4;
/** How often the server is told that a message is still worked on. */
const HEARTBEAT_MS = ACK_WAIT_MS / 3;
/** A handler that has said nothing for so long has failed. */
const HANDLER_DEADLINE_MS = 15 * 60 * 1000;
const ACKNOWLEDGE_TIMEOUT_MS = 2_000;
/** Before another pull when consumer, stream or server was gone. */
const RECOVERY_PAUSE_MS = 500;

export interface StrategyOptions {
  readonly nc: NatsConnection;
  readonly service: Service;
  readonly park: Park;
  readonly logger: Logger;
  /** Messages handled at the same time. */
  readonly concurrency?: number;
  readonly retry?: RetryPolicy;
}

/** What a handler may know about the delivery: `@Ctx() context: JetStreamContext`. */
export class JetStreamContext extends BaseRpcContext<[JsMsg]> {
  /** 1 is the first. */
  get delivery(): number {
    return this.getArgByIndex(0).info.deliveryCount;
  }
}

/**
 * NestJS over JetStream: one durable pull consumer per service, filtered to what its handlers hear. A message is acknowledged when
 * its handler's Observable has completed; failed, it is tried again with growing delay, and parked when that cannot help any more.
 *
 * Our own, since Nest's NATS transport is core NATS, at most once (12.1.1), and the community's packages do not fit Nest 12 (2026-11-23).
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM;
  readonly #stopping = new AbortController();
  readonly #retry: RetryPolicy;
  #workers: Promise<void>[] = [];

  constructor(private readonly options: StrategyOptions) {
    super();
    this.#retry = options.retry ?? RETRY_POLICY;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    const { nc, service, concurrency = CONCURRENCY_DEFAULT } = this.options;
    const consumer = new DurableConsumer(nc, service, [...this.messageHandlers.keys()]);
    try {
      await consumer.open();
    } catch (error) {
      return callback(error);
    }
    this.#workers = Array.from({ length: concurrency }, () => this.#work(consumer));
    callback();
  }

  /** Takes no more messages and waits for the handlers that run. The connection is its owner's to close. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#workers);
  }

  on(): void {}

  unwrap<T>(): T {
    return this.options.nc as T;
  }

  async #work(consumer: DurableConsumer): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const message = await consumer.next(signal);
        if (message) await this.#deliver(message);
      } catch (error) {
        this.options.logger.warn({ err: error }, 'no message could be taken; trying again');
        await pause(RECOVERY_PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Never rejects: whatever happens to a message is written on the message. */
  async #deliver(message: JsMsg): Promise<void> {
    const heartbeat = setInterval(() => message.working(), HEARTBEAT_MS);
    try {
      await this.#handle(message);
      await this.#acknowledge(message);
    } catch (error) {
      await this.#fail(message, error);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #handle(message: JsMsg): Promise<void> {
    const { deliveryCount } = message.info;
    if (deliveryCount > this.#retry.deliveriesMax) throw unanswered(deliveryCount);
    const event = parseCloudEvent(message.data, message.subject);
    const handler = this.messageHandlers.get(patternOf(eventTypeOf(event)));
    if (!handler) throw unheard(message.subject);
    await this.#traced(message, event, () => this.#call(handler, event, message));
  }

  /** All handlers of the pattern, in the order in which they were registered. */
  async #call(first: MessageHandler, event: ReportCloudEvent, message: JsMsg): Promise<void> {
    const context = new JetStreamContext([message]);
    for (
      let handler: MessageHandler | undefined = first;
      handler;
      handler = handler.next as MessageHandler | undefined
    ) {
      const result = this.transformToObservable(await handler(event, context));
      await lastValueFrom(result.pipe(timeout({ first: HANDLER_DEADLINE_MS })), { defaultValue: undefined });
    }
  }

  #traced(message: JsMsg, event: ReportCloudEvent, handle: () => Promise<void>): Promise<void> {
    const parent = parentOf(message.headers, event);
    const attributes = messagingAttributes(message.subject, event.id, 'process');
    const options = { kind: SpanKind.CONSUMER, attributes, links: linkTo(event, parent) };
    return tracer.startActiveSpan(`process ${eventTypeOf(event)}`, options, parent, async (span) => {
      try {
        await handle();
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  /** When the server does not confirm, the message comes again, and the handler has nothing to do. */
  async #acknowledge(message: JsMsg): Promise<void> {
    try {
      await message.ackAck({ timeout: ACKNOWLEDGE_TIMEOUT_MS });
    } catch (error) {
      this.options.logger.info({ err: error, subject: message.subject }, 'the acknowledgement was not confirmed');
    }
  }

  async #fail(message: JsMsg, error: unknown): Promise<void> {
    const { logger, park } = this.options;
    const { deliveryCount } = message.info;
    const told = { subject: message.subject, delivery: deliveryCount };
    const fate = fateOf(error, deliveryCount, this.#retry);
    if (fate.kind === 'retry') {
      logger.warn({ ...told, err: error, delayMs: fate.delayMs }, 'a message failed and will be tried again');
      // A bare nak redelivers at once (nats-server 2.10): always with its delay.
      return message.nak(fate.delayMs);
    }
    try {
      await park(message, error);
      logger.error({ ...told, err: error }, 'a message was parked');
      message.term();
    } catch (parkingError) {
      logger.error({ ...told, err: parkingError }, 'a message could not be parked; trying again');
      message.nak(this.#retry.parkingRetryMs);
    }
  }
}

const unanswered = (deliveries: number) =>
  Object.assign(new Error(`Delivered ${deliveries} times, and no process lived to answer.`), {
    code: 'unanswered',
    retryable: false,
  });

const unheard = (subject: string) => new BusError('message_unreadable', `No handler hears ${subject}.`, { subject });
