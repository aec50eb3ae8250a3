import { type EventOf, envelop, type MessageParked, type ReportEventType, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { derivedEventId } from '@evidence/event-store';
import { type EventLog, eventLogOver, type LogEvent } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { createLogger } from '@evidence/runtime';
import { parkingOf } from '@evidence/stage';
import { startNats, type TestServer } from '@evidence/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Controller, type DynamicModule } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { onTestFinished } from 'vitest';
import type { ReportCloudEvent } from '../src/cloudevents.js';
import { connectNats } from '../src/connection.js';
import {
  type Microservice,
  type MicroserviceOptions,
  type Outbound,
  startMicroservice,
  startOutbound,
} from '../src/microservice.js';
import { OnReportEvent } from '../src/on-report-event.js';
import type { RetryPolicy } from '../src/retry.js';
import type { JetStreamContext } from '../src/strategy.js';
import { REPORTS_STREAM, type Service } from '../src/subjects.js';

export type Handle = (event: ReportCloudEvent, context: JetStreamContext) => Promise<void>;

export const TENANT = exampleOf('ReportRequested').tenant;
export const now = () => new Date('2026-11-23T12:00:00.000Z');
/** Silent; with EVIDENCE_TEST_LOG=debug, the services log. */
const logger = createLogger('test', { level: process.env.EVIDENCE_TEST_LOG === 'debug' ? 'debug' : 'silent' });
/** The product's policy with short delays and three attempts. */
export const quickRetry: RetryPolicy = {
  delaysMs: [50, 100],
  parkingRetryMs: 50,
  deliveriesMax: 8,
  patientDeliveriesMax: 7,
};
export const reportIdOf = (n: number): string => `rpt_2026_${String(n).padStart(26, '0')}`;

/** Its own nats-server and an event store in memory: everything that a service needs. */
export class World {
  private constructor(
    readonly nats: TestServer,
    readonly store: EventLog,
  ) {}

  static async open(plainStore = openSqliteEventStore({ file: ':memory:', now })): Promise<World> {
    const nats = await startNats();
    onTestFinished(nats.dispose);
    const store = eventLogOver(plainStore);
    onTestFinished(() => store.close());
    return new World(nats, store);
  }

  /** The same bus with another, empty log. */
  withLog(): World {
    const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
    onTestFinished(() => store.close());
    return new World(this.nats, store);
  }

  /** Connects as another service of the platform. */
  async connect(): Promise<NatsConnection> {
    const nc = await connectNats({ servers: [this.nats.url], name: 'test' });
    onTestFinished(() => nc.close());
    return nc;
  }

  /** Starts the publishing half of the gateway, which publishes what tokens have requested. */
  async gateway(): Promise<Outbound> {
    const { nats, store } = this;
    const natsServers = [nats.url];
    const relays = ['ReportRequested', 'ReportDownloaded'] as const;
    const gateway = await startOutbound({ service: 'gateway', natsServers, store, relays, logger });
    onTestFinished(() => gateway.close());
    return gateway;
  }

  /** Starts a service that consumes `hears` and handles it with `handle`. */
  async service(
    service: Service,
    hears: ReportEventType,
    handle: Handle,
    options: Partial<
      Pick<
        MicroserviceOptions,
        'concurrency' | 'deadlineMs' | 'isDone' | 'keeps' | 'observe' | 'relays' | 'retry' | 'store'
      >
    > = {},
  ): Promise<Microservice> {
    const { nats, store } = this;
    const started = await startMicroservice({
      service,
      module: moduleOf(hears, handle),
      natsServers: [nats.url],
      store,
      relays: ['ReportStarted', 'ReportScoped', 'ReportFailed'],
      logger,
      park: parkingOf({ store, service, now }),
      retry: quickRetry,
      ...options,
    });
    onTestFinished(() => started.close());
    return started;
  }

  /** Requests report number `n`, in the event store only. */
  async request(n: number, trace: { traceparent?: string } = {}): Promise<void> {
    const reportId = reportIdOf(n);
    await this.append(
      { type: 'ReportRequested', data: { ...exampleOf('ReportRequested'), reportId } },
      'token:t',
      trace,
    );
  }

  async append(event: EventOf<ReportEventType>, actor: string, trace: { traceparent?: string } = {}): Promise<void> {
    const { reportId } = event.data;
    const provenance = {
      tenant: TENANT,
      correlationId: reportId,
      causationId: 'test',
      occurredAt: now().toISOString(),
      actor,
      ...trace,
    };
    const eventId = derivedEventId(reportId, event.type);
    await this.store.append(streamOf.report(reportId), 'any', [envelop(eventId, event, provenance)]);
  }

  async eventsOf(stream: string): Promise<LogEvent[]> {
    return allOf(this.store.readStream(stream));
  }

  async reportTypes(n: number): Promise<string[]> {
    return (await this.eventsOf(streamOf.report(reportIdOf(n)))).map(({ type }) => type);
  }

  async parked(service: Service): Promise<MessageParked[]> {
    return (await this.eventsOf(streamOf.parking(service))).map(({ data }) => data as MessageParked);
  }
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The number of messages that the service's consumer has open: in progress, waiting for a retry, or not yet delivered. */
export async function openMessages(nc: NatsConnection, service: Service): Promise<number> {
  const jsm = await jetstreamManager(nc);
  const { num_ack_pending, num_pending } = await jsm.consumers.info(REPORTS_STREAM, service);
  return num_ack_pending + num_pending;
}

/**
 * Applies decorators as calls, because vitest compiles decorators only in files that the package's tsconfig includes, and tests are not among them.
 */
function moduleOf(hears: ReportEventType, handle: Handle): DynamicModule {
  class Handler {
    on(event: ReportCloudEvent, context: JetStreamContext): Promise<void> {
      return handle(event, context);
    }
  }
  const on = Object.getOwnPropertyDescriptor(Handler.prototype, 'on')!;
  Controller()(Handler);
  OnReportEvent(hears)(Handler.prototype, 'on', on);
  Payload()(Handler.prototype, 'on', 0);
  Ctx()(Handler.prototype, 'on', 1);
  return { module: class UnderTest {}, controllers: [Handler] };
}
