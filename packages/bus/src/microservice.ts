import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventType } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import { type Logger, nestLogger } from '@evidence/runtime';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DynamicModule, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JetStreamClient } from './client.js';
import { connectNats } from './connection.js';
import { PassErrors } from './on-report-event.js';
import { parkingOf } from './parking.js';
import { startRelay } from './relay.js';
import type { RetryPolicy } from './retry.js';
import { JetStreamStrategy } from './strategy.js';
import { ensureReportsStream } from './stream.js';
import type { Service } from './subjects.js';

/** To send what is left in the connection's buffer. */
const NATS_DRAIN_DEADLINE_MS = 1_000;

export interface OutboundOptions {
  readonly service: Service;
  readonly natsServers: readonly string[];
  readonly store: EventStore;
  /** The event types that this service writes and that travel. */
  readonly relays: readonly EventType[];
  readonly logger: Logger;
}

export interface Outbound {
  readonly nc: NatsConnection;
  readonly client: JetStreamClient;
  /** See `Relay`. */
  oldestUnpublished(): Promise<string | undefined>;
  /** Publishes what is appended and not yet published, and leaves NATS. */
  close(): Promise<void>;
}

/** The half that speaks: connection, stream, relay. For a service that hears nothing, as the gateway. Throws `BusError`. */
export async function startOutbound(options: OutboundOptions): Promise<Outbound> {
  const { service, natsServers, store, relays: types, logger } = options;
  const nc = await connectNats({ servers: natsServers, name: service });
  await ensureReportsStream(nc).catch(async (error) => {
    await nc.close();
    throw error;
  });
  const client = new JetStreamClient(nc);
  const relay = startRelay({ store, nc, client, service, types, logger });
  return {
    nc,
    client,
    oldestUnpublished: () => relay.oldestUnpublished(),
    async close() {
      await relay.stop();
      await leave(nc);
    },
  };
}

export interface MicroserviceOptions extends OutboundOptions {
  /** The Nest module whose controllers carry `@OnReportEvent`. */
  readonly module: Type | DynamicModule;
  readonly now: () => Date;
  /** Messages handled at the same time. Default 4. */
  readonly concurrency?: number;
  readonly retry?: RetryPolicy;
}

export interface Microservice extends Outbound {
  readonly app: INestMicroservice;
}

/**
 * A service on the bus: hears by its module's handlers, parks what cannot be handled, relays what it wrote. `close` takes no more
 * messages, lets the running handlers finish, publishes what they appended, and leaves NATS. Throws `BusError`, or what Nest throws.
 */
export async function startMicroservice(options: MicroserviceOptions): Promise<Microservice> {
  const { service, module, store, logger, now, concurrency, retry } = options;
  // Parking writes ReportFailed in every service's name.
  const outbound = await startOutbound({
    ...options,
    relays: [...new Set<EventType>([...options.relays, 'ReportFailed'])],
  });
  try {
    const strategy = new JetStreamStrategy({
      nc: outbound.nc,
      service,
      logger,
      park: parkingOf({ store, service, now }),
      ...(concurrency && { concurrency }),
      ...(retry && { retry }),
    });
    // Thrown errors reach our caller, who says in one sentence what is wrong; by default Nest would end the process.
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

/** Without NATS there is nothing to drain into: then the connection is just closed. */
async function leave(nc: NatsConnection): Promise<void> {
  await Promise.race([nc.drain().catch(() => {}), pause(NATS_DRAIN_DEADLINE_MS, undefined, { ref: false })]);
  await nc.close();
}
