import { type ConsumerInfo, JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { managerOf } from './connection.js';
import { consumingServices, durablesOf, REPORTS_STREAM } from './subjects.js';

export type ConsumingService = (typeof consumingServices)[number];

/**
 * Which services listen: their consumers exist, and each has a waiting pull or a message in progress. A service that has exited counts as
 * listening until its last pull is dropped, usually at once, after 30 s at most. Rejects when NATS does not respond.
 */
export async function consumersListening(nc: NatsConnection): Promise<Record<ConsumingService, boolean>> {
  return ofEachService(nc, (consumers) =>
    consumers.every((info) => info !== undefined && (info.num_waiting > 0 || info.num_ack_pending > 0)),
  );
}

/** How many messages are waiting for each service or being handled by it; 0 for a service that never listened. Rejects when NATS does not respond. */
export async function consumersPending(nc: NatsConnection): Promise<Record<ConsumingService, number>> {
  return ofEachService(nc, (consumers) =>
    consumers.reduce((sum, info) => sum + (info ? info.num_pending + info.num_ack_pending : 0), 0),
  );
}

async function ofEachService<T>(
  nc: NatsConnection,
  read: (consumers: readonly (ConsumerInfo | undefined)[]) => T,
): Promise<Record<ConsumingService, T>> {
  const jsm = await managerOf(nc);
  const infoOf = (durable: string) =>
    jsm.consumers.info(REPORTS_STREAM, durable).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.status === 404) return undefined;
      throw error;
    });
  const entries = consumingServices.map(
    async (service) => [service, read(await Promise.all(durablesOf(service).map(infoOf)))] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as Record<ConsumingService, T>;
}
