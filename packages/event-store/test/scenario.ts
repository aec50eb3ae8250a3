import { randomUUID } from 'node:crypto';
import type { Delivery, EventStore, Mark, NewEvent, RecordedEvent, SubscribeOptions } from '@evidence/event-store';

/** Names that no other test has used: the suite also runs on a real server, whose log is never empty. */
export class Scenario {
  readonly #mark = randomUUID();

  stream(name: string): string {
    return `${name}${this.#mark}`;
  }

  type(name: string): string {
    return `${name}${this.#mark}`;
  }
}

export const event = (type: string, data: object = {}, id: string = randomUUID()): NewEvent => ({
  id,
  type,
  data,
  metadata: { cause: 'test' },
});

export const events = (type: string, count: number): NewEvent[] =>
  Array.from({ length: count }, (_, n) => event(type, { n }));

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

export const numbers = (recorded: readonly RecordedEvent[]): unknown[] =>
  recorded.map(({ data }) => (data as { n: unknown }).n);

/** The deliveries of a subscription, one by one. */
export async function* each<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}

/** The deliveries of a subscription, up to the one that `isLast` accepts. Then ends the subscription. */
export async function deliveriesUntil(
  store: EventStore,
  options: Omit<SubscribeOptions, 'signal'>,
  isLast: (delivery: Delivery, seen: readonly Delivery[]) => boolean,
): Promise<Delivery[]> {
  const abort = new AbortController();
  const seen: Delivery[] = [];
  for await (const delivery of each(store.subscribe({ ...options, signal: abort.signal }))) {
    seen.push(delivery);
    if (isLast(delivery, seen)) break;
  }
  abort.abort();
  return seen;
}

export const delivered = (deliveries: readonly Delivery[]): RecordedEvent[] =>
  deliveries.flatMap((delivery) => (delivery.kind === 'event' ? [delivery.event] : []));

/** An event at that position, for a view whose log does not matter. */
export const markAt = (position: bigint): Mark => ({
  id: randomUUID(),
  stream: 'any-1',
  revision: 0n,
  position,
  recordedAt: '2026-01-31T12:00:00Z',
});
