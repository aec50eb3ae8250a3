import type { EventLog } from '@evidence/event-store/log';
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventType } from '@evidence/contracts';
import { type Logger, type NatsAccess, nestLogger } from '@evidence/runtime';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DynamicModule, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectNats } from './connection.js';
import { EventSender } from './event-sender.js';
import { PassErrors } from './on-report-event.js';
import type { Park } from './park.js';
import { RecentReports } from './recent-reports.js';
import { startRelay } from './relay.js';
import type { RelayState } from './relay-state.js';
import type { RetryPolicy } from './retry.js';
import { type IsDone, JetStreamStrategy, type ObservedDelivery } from './strategy.js';
import { ensureReportsStream } from './stream.js';
import type { Service } from './subjects.js';

/** The time limit to send the rest of the connection's buffer. */
const NATS_DRAIN_DEADLINE_MS = 1_000;

export interface OutboundOptions {
  readonly service: Service;
  readonly natsServers: readonly string[];
  readonly natsAccess?: NatsAccess;
  readonly store: EventLog;
  /** The event types that this service writes and publishes. */
  readonly relays: readonly EventType[];
  /** Filled by the relay's subscription. */
  readonly recent?: RecentReports | undefined;
  readonly logger: Logger;
}

export interface Outbound {
  readonly nc: NatsConnection;
  /** See `Relay`. */
  oldestUnpublished(): Promise<string | undefined>;
  relayState(): RelayState;
  /** Publishes what is appended but not yet published, and disconnects. */
  close(): Promise<void>;
}

/** The publishing half: connection, stream, relay. For a service that consumes nothing, such as the gateway. Throws `BusError`. */
export async function startOutbound(options: OutboundOptions): Promise<Outbound> {
  const { service, natsServers, natsAccess: access, relays: types, recent, logger } = options;
  const nc = await connectNats({ servers: natsServers, name: service, ...(access && { access }) });
  await ensureReportsStream(nc).catch(async (error) => {
    await nc.close();
    throw error;
  });
  const store = recent?.logFor(options.store, types) ?? options.store;
  const sender = new EventSender(nc);
  const relay = startRelay({ store, nc, sender, service, types, logger });
  return {
    nc,
    oldestUnpublished: () => relay.oldestUnpublished(),
    relayState: () => relay.state(),
    async close() {
      await relay.stop();
      await leave(nc);
    },
  };
}

export interface MicroserviceOptions extends Omit<OutboundOptions, 'recent'> {
  /** The Nest module whose controllers carry `@OnReportEvent`. */
  readonly module: Type | DynamicModule;
  readonly park: Park;
  readonly isDone?: IsDone;
  /** See `RecentReports`. Default: every report is read from the store. */
  readonly keeps?: readonly EventType[];
  /** Called after every delivery. */
  readonly observe?: (delivery: ObservedDelivery) => void;
  /** Messages handled at the same time. Default: 4. */
  readonly concurrency?: number;
  readonly retry?: RetryPolicy;
  /** How long one message may take. Default: 15 minutes. */
  readonly deadlineMs?: number;
}

export interface Microservice extends Outbound {
  readonly app: INestMicroservice;
}

/**
 * A service on the bus: its module's handlers consume messages, those that cannot be handled are parked, and its events are relayed. `close`
 * fetches no more messages, lets the running handlers finish, publishes what they appended, and disconnects. Throws `BusError`, or what Nest
 * throws.
 */
export async function startMicroservice(options: MicroserviceOptions): Promise<Microservice> {
  const { service, module, store, park, isDone, keeps, observe, logger, concurrency, retry, deadlineMs } = options;
  const recent = keeps && new RecentReports(keeps);
  const outbound = await startOutbound({ ...options, recent });
  try {
    const strategy = new JetStreamStrategy({
      nc: outbound.nc,
      service,
      store,
      logger,
      park,
      ...(isDone && { isDone }),
      ...(recent && { recent }),
      ...(observe && { observe }),
      ...(concurrency && { concurrency }),
      ...(retry && { retry }),
      ...(deadlineMs && { deadlineMs }),
    });
    // Errors reach our caller, which reports them in one sentence; by default Nest would end the process.
    const app = await NestFactory.createMicroservice(module, {
      strategy,
      logger: nestLogger(logger),
      abortOnError: false,
    });
    app.useGlobalFilters(new PassErrors());
    await app.listen();
    return {
      ...outbound,
      app,
      async close() {
        await app.close();
        await outbound.close();
      },
    };
  } catch (error) {
    await outbound.close();
    throw error;
  }
}

/** Without NATS nothing can be drained, so the connection is just closed. */
async function leave(nc: NatsConnection): Promise<void> {
  await Promise.race([nc.drain().catch(() => {}), pause(NATS_DRAIN_DEADLINE_MS, undefined, { ref: false })]);
  await nc.close();
}
