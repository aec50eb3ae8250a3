import { type ConsumerInfo, JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { managerOf } from './connection.js';
import { consumingServices, durableOf, REPORTS_STREAM } from './subjects.js';

export type ConsumingService = (typeof consumingServices)[number];

/**
 * Which services listen: their consumer exists, and a pull waits for it or a message is being worked on. A service that ended counts
 * as listening until its last pull is dropped, at once as a rule, 30 s at most. Rejects when NATS does not answer.
 */
export async function consumersListening(nc: NatsConnection): Promise<Record<ConsumingService, boolean>> {
  return ofEachConsumer(nc, (info) => info !== undefined && (info.num_waiting > 0 || info.num_ack_pending > 0));
}

/** How many messages wait for each service or are in its hands; 0 for a service that never listened. Rejects when NATS does not answer. */
export async function consumersPending(nc: NatsConnection): Promise<Record<ConsumingService, number>> {
  return ofEachConsumer(nc, (info) => (info ? info.num_pending + info.num_ack_pending : 0));
}

async function ofEachConsumer<T>(
  nc: NatsConnection,
  read: (info: ConsumerInfo | undefined) => T,
): Promise<Record<ConsumingService, T>> {
  const jsm = await managerOf(nc);
  const entries = consumingServices.map(async (service) => {
    const info = await jsm.consumers.info(REPORTS_STREAM, durableOf(service)).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.status === 404) return undefined;
      throw error;
    });
    return [service, read(info)] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<ConsumingService, T>;
}
