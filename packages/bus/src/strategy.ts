import { setTimeout as pause } from 'node:timers/promises';
import type { EventLog, StreamReading } from '@evidence/event-store/log';
import { inTime, type Logger } from '@evidence/runtime';
import { failSpan, inSpan, linkTo } from '@evidence/runtime/trace';
import type { NatsConnection } from '@nats-io/transport-node';
import { BaseRpcContext, type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { context, type Span, SpanKind } from '@opentelemetry/api';
import { lastValueFrom } from 'rxjs';
import { eventTypeOf, type Hint, hintOf, type ReportCloudEvent } from './cloudevents.js';
import { ACK_WAIT_MS, DurableConsumer } from './consumer.js';
import type { Delivered } from './delivered.js';
import { BusError } from './errors.js';
import { type Fact, factOf } from './facts.js';
import { messagingAttributes, parentOf } from './message-trace.js';
import type { Park, UnhandledMessage } from './park.js';
import type { RecentReports } from './recent-reports.js';
import { fateOf, RETRY_POLICY, type RetryPolicy } from './retry.js';
import { durableOf, parseSubject, patternOf, type Service, typeOfPattern } from './subjects.js';
import { tellWaiting } from './waiting.js';

const JETSTREAM = Symbol('JETSTREAM');
const CONCURRENCY_DEFAULT = 4;
/** How often the server is told that a message is still in progress. */
const HEARTBEAT_MS = ACK_WAIT_MS / 3;
/** How often an event is looked for, because a replica of the store may lag behind the relay. */
const LOOKS_MAX = 3;
/** A handler that has not finished after this time has failed, and another instance may get the message. */
const DEADLINE_MS = 15 * 60 * 1000;
/** The wait before another pull when consumer, stream or server was gone. */
const RECOVERY_PAUSE_MS = 500;

export interface StrategyOptions {
  readonly nc: NatsConnection;
  readonly service: Service;
  /** The event store, which has the facts. */
  readonly store: Pick<EventLog, 'readStream'>;
  readonly park: Park;
  readonly logger: Logger;
  readonly isDone?: IsDone;
  readonly recent?: Pick<RecentReports, 'endingWith'>;
  /** Called after every delivery. */
  readonly observe?: (delivery: ObservedDelivery) => void;
  /** Messages of one consumer that are handled at the same time. */
  readonly concurrency?: number;
  readonly retry?: RetryPolicy;
  readonly deadlineMs?: number;
}

/**
 * Whether the service has nothing left to do about the event that a message names, as far as it knows from the log or from its own work: the message
 * is then acknowledged without reading the report's stream. False whenever it does not know. Never rejects.
 */
export type IsDone = (hint: Hint) => boolean | Promise<boolean>;

/** How one delivery of a message ended; `unparked`: parking it failed. */
export interface ObservedDelivery {
  readonly outcome: 'handled' | 'retried' | 'let_go' | 'parked' | 'unparked';
  readonly durationMs: number;
  /** When the event happened that the message names; absent for a message that names none. RFC 3339. */
  readonly occurredAt?: string;
}

/** What a handler may know about the delivery: `@Ctx() context: JetStreamContext`. */
export class JetStreamContext extends BaseRpcContext<[Delivered, StreamReading]> {
  /** The report's stream, in which the event was found; it saves the handler a read. */
  get history(): StreamReading {
    return this.getArgByIndex(1);
  }

  /** 1 is the first. */
  get delivery(): number {
    return this.getArgByIndex(0).delivery;
  }
}

/**
 * NestJS over JetStream: durable pull consumers (`durableOf`), filtered to what the service's handlers consume. A message is acknowledged when its
 * handler's Observable has completed; if it failed, it is retried with a growing delay, and parked when that cannot help any more.
 *
 * A message is a hint. The handler gets the event that it names as the event store has it, so a message that is forged, altered, repeated or out of
 * order costs one read and changes nothing.
 *
 * Our own code, because Nest's NATS transport uses core NATS, which delivers at most once (12.1.1), and the community packages do not work with Nest
 * 12 (2026-11-23).
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM;
  readonly #stopping = new AbortController();
  readonly #retry: RetryPolicy;
  #consumers: readonly DurableConsumer[] = [];
  #workers: readonly Promise<void>[] = [];

  constructor(private readonly options: StrategyOptions) {
    super();
    this.#retry = options.retry ?? RETRY_POLICY;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    const { nc, service, concurrency = CONCURRENCY_DEFAULT } = this.options;
    const patterns = Map.groupBy(this.messageHandlers.keys(), (pattern) => durableOf(service, typeOfPattern(pattern)));
    this.#consumers = [...patterns].map(([durable, heard]) => new DurableConsumer(nc, durable, heard));
    try {
      for (const consumer of this.#consumers) await consumer.open();
    } catch (error) {
      return callback(error);
    }
    this.#workers = this.#consumers.flatMap((consumer) =>
      Array.from({ length: concurrency }, () => this.#work(consumer)),
    );
    callback();
  }

  /** Fetches no more messages and waits for the running handlers. The owner of the connection closes it. */
  async close(): Promise<void> {
    this.#stopping.abort();
    for (const consumer of this.#consumers) consumer.stop();
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
        const message = await consumer.next();
        if (message) await this.#deliver(message);
      } catch (error) {
        this.options.logger.warn({ err: error }, 'no message could be fetched; retrying');
        await pause(RECOVERY_PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Never rejects: every outcome is acknowledged or rejected on the message itself. */
  async #deliver(message: Delivered): Promise<void> {
    const startedAtMs = performance.now();
    const heartbeat = setInterval(() => message.working(), HEARTBEAT_MS);
    await this.#traced(message, async (span) => {
      const ended = await this.#endOf(message, span);
      const delivery = { ...ended, durationMs: performance.now() - startedAtMs };
      span.setAttribute('evidence.delivery.outcome', delivery.outcome);
      this.options.observe?.(delivery);
      const told = { subject: message.subject, durationMs: Math.round(delivery.durationMs) };
      if (delivery.outcome === 'handled') this.options.logger.info(told, 'a message was handled');
    });
    clearInterval(heartbeat);
  }

  async #endOf(message: Delivered, span: Span): Promise<Omit<ObservedDelivery, 'durationMs'>> {
    let fact: Fact | undefined;
    try {
      const hint = hintOf(message.body, message.subject);
      if (await this.#inTime(this.options.isDone?.(hint))) {
        span.setAttribute('messaging.message.id', hint.eventId);
        message.acknowledge();
        return ended('handled', hint);
      }
      const found = await this.#factOf(hint, message);
      if (found !== 'over') {
        fact = found;
        // If the event is published again, the message has its own trace, with a link to that of the event.
        span.addLinks(linkTo(fact.event, context.active())).setAttribute('messaging.message.id', fact.event.id);
        await this.#handle(message, fact);
      }
      message.acknowledge();
      return ended('handled', fact?.event);
    } catch (error) {
      failSpan(span, error);
      return ended(await this.#fail(message, fact?.event, error), fact?.event);
    }
  }

  async #factOf(hint: Hint, { delivery }: Delivered): Promise<Fact | 'over'> {
    const { store, recent } = this.options;
    const fact = await factOf(store, hint, recent);
    if (!fact) throw unproven(hint, delivery);
    return fact;
  }

  async #handle(message: Delivered, { event, history }: Fact): Promise<void> {
    const { delivery } = message;
    if (delivery > this.#retry.deliveriesMax) throw unanswered(delivery);
    const handler = this.messageHandlers.get(patternOf(eventTypeOf(event)));
    if (!handler) throw unheard(message.subject);
    await this.#call(handler, event, new JetStreamContext([message, history]));
  }

  /** All handlers of the pattern, in the order in which they were registered. */
  async #call(first: MessageHandler, event: ReportCloudEvent, context: JetStreamContext): Promise<void> {
    for (
      let handler: MessageHandler | undefined = first;
      handler;
      handler = handler.next as MessageHandler | undefined
    ) {
      await this.#inTime(this.#completed(handler(event, context)));
    }
  }

  async #completed(called: ReturnType<MessageHandler>): Promise<void> {
    await lastValueFrom(this.transformToObservable(await called), { defaultValue: undefined });
  }

  async #inTime<T>(work: T | Promise<T>): Promise<T> {
    if (!(work instanceof Promise)) return work;
    return inTime(work, this.options.deadlineMs ?? DEADLINE_MS, () => new Error('Timeout has occurred'));
  }

  /** Everything done with a delivery, including its parking, is in one span. */
  #traced(message: Delivered, deliver: (span: Span) => Promise<void>): Promise<void> {
    const { subject, headers, consumer, delivery } = message;
    const { type, tenant, reportId } = parseSubject(subject) ?? {};
    const attributes = {
      ...messagingAttributes('process', subject),
      'messaging.consumer.group.name': consumer,
      'evidence.delivery.count': delivery,
      ...(reportId && { 'evidence.report.id': reportId, 'evidence.tenant': tenant }),
    };
    const options = { kind: SpanKind.CONSUMER, attributes, parent: parentOf(headers) };
    return inSpan(`process ${type ?? 'message'}`, options, deliver);
  }

  async #fail(
    message: Delivered,
    fact: ReportCloudEvent | undefined,
    error: unknown,
  ): Promise<ObservedDelivery['outcome']> {
    const { logger, park } = this.options;
    const { subject, delivery } = message;
    const told = { subject, delivery };
    const fate = fateOf(error, delivery, this.#retry);
    if (fate.kind === 'retry') {
      logger.warn({ ...told, err: error, delayMs: fate.delayMs }, 'a message failed and will be retried');
      this.#setAside(message, fact, fate.delayMs);
      return 'retried';
    }
    if (fate.kind === 'let_go') {
      logger.warn(
        { ...told, err: error },
        'gave up on a message for now; it is published again while its report is in progress',
      );
      message.terminate();
      return 'let_go';
    }
    try {
      await park(unhandled(message, fact), error);
      logger.error({ ...told, err: error }, 'a message was parked');
      message.terminate();
      return 'parked';
    } catch (parkingError) {
      logger.error({ ...told, err: parkingError }, 'a message could not be parked; retrying');
      this.#setAside(message, fact, this.#retry.parkingRetryMs);
      return 'unparked';
    }
  }

  /** Announces that the report waits until the message is redelivered; in the meantime its slot is free. */
  #setAside(message: Delivered, fact: ReportCloudEvent | undefined, forMs: number): void {
    message.setAside(forMs);
    if (fact) tellWaiting(this.options.nc, { tenant: fact.tenant, reportId: fact.subject, forMs });
  }
}

const ended = (outcome: ObservedDelivery['outcome'], told: { readonly time?: string } | undefined) => ({
  outcome,
  ...(told?.time && { occurredAt: told.time }),
});

function unhandled(
  { subject, body, sequence: streamSequence, delivery: deliveries, storedAt: firstSeenAt }: Delivered,
  event: ReportCloudEvent | undefined,
): UnhandledMessage {
  return { subject, body, streamSequence, deliveries, firstSeenAt, ...(event && { event }) };
}

function unproven({ eventId, type, tenant, reportId }: Hint, delivery: number): BusError {
  const code = delivery < LOOKS_MAX ? 'event_not_there_yet' : 'message_unproven';
  const message = `The event store has no ${type} ${eventId} of report ${reportId}, tenant ${tenant}, so the message is not trusted.`;
  return new BusError(code, message, { eventId, type, tenant, reportId });
}

const unanswered = (deliveries: number) =>
  new BusError('unanswered', `Delivered ${deliveries} times, but every process died while handling it.`, {
    deliveries,
  });

const unheard = (subject: string) => new BusError('message_unreadable', `No handler consumes ${subject}.`, { subject });
