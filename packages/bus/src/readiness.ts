import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { managerOf } from './connection.js';
import { consumingServices, durableOf, REPORTS_STREAM } from './subjects.js';

export type ConsumingService = (typeof consumingServices)[number];

/**
 * Which services listen: their consumer exists, and a pull waits for it or a message is being worked on. A service that ended counts
 * as listening until its last pull is dropped, at once as a rule, 30 s at most. Rejects when NATS does not answer.
 */
export async function consumersListening(nc: NatsConnection): Promise<Record<ConsumingService, boolean>> {
  const jsm = await managerOf(nc);
  const listens = async (service: ConsumingService): Promise<[ConsumingService, boolean]> => {
    try {
      const { num_waiting, num_ack_pending } = await jsm.consumers.info(REPORTS_STREAM, durableOf(service));
      return [service, num_waiting > 0 || num_ack_pending > 0];
    } catch (error) {
      if (error instanceof JetStreamApiError && error.status === 404) return [service, false];
      throw error;
    }
  };
  return Object.fromEntries(await Promise.all(consumingServices.map(listens))) as Record<ConsumingService, boolean>;
}
