import { setTimeout as delay } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type KurrentDBClient,
  START,
} from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../errors.js';
import type { Delivery, Position, SubscribeOptions } from '../port.js';
import { clientFilter, clientPosition, recordedEvent } from './recorded.js';

const RECONNECT_DELAY_MIN_MS = 50;
const RECONNECT_DELAY_MAX_MS = 5_000;

/**
 * Follows `$all` across lost connections. The client's own subscription dies with its connection and never resumes
 * (client 1.3.1, 2026-11), so each new one starts after the last delivery; what was delivered is counted here, not by
 * the server.
 */
export async function* subscribe(
  client: KurrentDBClient,
  { after, filter, signal }: SubscribeOptions,
): AsyncGenerator<Delivery> {
  let position = after;
  let delayMs = RECONNECT_DELAY_MIN_MS;
  while (!signal.aborted) {
    for await (const delivery of connection(client, {
      ...(position !== undefined && { after: position }),
      ...(filter && { filter }),
      signal,
    })) {
      delayMs = RECONNECT_DELAY_MIN_MS;
      if (delivery.kind === 'event') position = delivery.event.position;
      if (delivery.kind === 'checkpoint') position = delivery.position;
      yield delivery;
      if (signal.aborted) return;
    }
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
    delayMs = Math.min(2 * delayMs, RECONNECT_DELAY_MAX_MS);
  }
}

/** What the client says beside the events, put into the same queue so that it keeps its place among them. */
type Arrival = AllStreamResolvedEvent | { readonly checkpoint: Position } | 'caught_up';

/** The deliveries of one connection; ends when it is lost, whatever the reason, or when `signal` aborts. */
async function* connection(
  client: KurrentDBClient,
  { after, filter, signal }: SubscribeOptions,
): AsyncGenerator<Delivery> {
  const checkpointReached = (own: AllStreamSubscription, position: { commit: bigint }) =>
    void own.push({ checkpoint: position.commit });
  const subscription = client.subscribeToAll({
    fromPosition: after === undefined ? START : clientPosition(after),
    filter: clientFilter(filter, checkpointReached),
  });
  subscription.on('caughtUp', () => void subscription.push('caught_up'));
  // The reading loop below hears errors while it reads; one that comes later must not end the process.
  subscription.on('error', () => undefined);
  const end = () => {
    // Leaving the loop does not end the call at the server (client 1.3.1, 2026-11); `unsubscribe` does, but lets the loop
    // hang, which `destroy` ends.
    void subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  };
  signal.addEventListener('abort', end);
  try {
    for await (const arrival of subscription as AsyncIterable<Arrival>) {
      const delivery = deliveryOf(arrival);
      if (delivery) yield delivery;
    }
  } catch (error) {
    // Ours: a server that cannot be worked with. Else the connection is lost, or not there yet: the caller connects again.
    if (error instanceof EventStoreError) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function deliveryOf(arrival: Arrival): Delivery | undefined {
  if (arrival === 'caught_up') return { kind: 'caught_up' };
  if ('checkpoint' in arrival) return { kind: 'checkpoint', position: arrival.checkpoint };
  return arrival.event && { kind: 'event', event: recordedEvent(arrival.event) };
}
