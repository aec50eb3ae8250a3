import { setTimeout as delay } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type KurrentDBClient,
  START,
} from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../errors.js';
import { assertInLog, markOf } from '../mark.js';
import type { Delivery, Mark, Position, SubscribeOptions } from '../port.js';
import type { KurrentReads } from './reads.js';
import { clientFilter, clientPosition, recordedEvent } from './recorded.js';

const RECONNECT_DELAY_MIN_MS = 50;
const RECONNECT_DELAY_MAX_MS = 5_000;
/** KurrentDB multiplies it by 32 events. `store-server` sends a message at every hidden append for 1, and within a second for anything more. */
const CHECKPOINT_INTERVAL = 32;

/** While many events arrive, the log is read this often, unless the reader says when. */
const LOOK_AGAIN_MS = 50;
/** When fewer arrive between two looks, they are received one by one again. */
const EVENTS_PER_MS_OF_A_BURST = 1;

/**
 * Follows `$all` across lost connections. The client's own subscription dies with its connection and never resumes
 * (client 1.3.1, 2026-11), so each new one starts after the last event; deliveries are tracked here, not by the server. After a lost connection
 * the server may have a different log, so it must still have that event. What the filter hid after it is read again, because in a different log
 * it may match.
 *
 * Existing events are read, and only new ones are subscribed to: the client's reads take less than half the time of its subscriptions for
 * the same events (client 1.3.1 over bridge 0.2.2, 2026-11). So when the server says that a subscription fell behind, the rest is read too.
 */
export async function* subscribe(
  client: KurrentDBClient,
  reads: KurrentReads,
  { after, filter, signal, nextLook, nextLookBehind = lookAgain }: SubscribeOptions,
): AsyncGenerator<Delivery[]> {
  let last = after;
  /** The position of this connection; the next one begins at the last event. */
  let position: Position | undefined;
  let isBehind = false;
  let lookedAtMs = 0;
  let delayMs = RECONNECT_DELAY_MIN_MS;
  const noted = (batch: Delivery[]): Delivery[] => {
    delayMs = RECONNECT_DELAY_MIN_MS;
    const event = batch.findLast((delivery) => delivery.kind === 'event')?.event;
    if (event) last = markOf(event);
    position = batch.map(positionAfter).findLast((at) => at !== undefined) ?? position;
    return batch;
  };
  const rest = (): RestOptions => ({ after: position, ...(filter && { filter }), signal });
  while (!signal.aborted) {
    if (last === undefined || typeof last === 'bigint' || (await isReachable(reads, last))) {
      position = typeof last === 'object' ? last.position : last;
      const nowMs = performance.now();
      const sinceLookMs = nowMs - lookedAtMs;
      lookedAtMs = nowMs;
      const end = await endOf(reads);
      let events = 0;
      for await (const batch of end ? pastUntil(end, reads, rest()) : []) {
        events += batch.length;
        yield noted(batch);
      }
      if (signal.aborted) return;
      if (nextLook) {
        // So that the next look does not read again what the filter has hidden.
        if (end?.position === position) last = end;
        yield [{ kind: 'caught_up' }];
        await nextLook(signal);
        continue;
      }
      if (isBehind && events >= EVENTS_PER_MS_OF_A_BURST * sinceLookMs) {
        await nextLookBehind(signal);
        continue;
      }
      isBehind = false;
      for await (const batch of connection(client, rest())) {
        if (batch === 'fell_behind') isBehind = true;
        else yield noted(batch);
      }
      lookedAtMs = performance.now();
      if (isBehind) continue;
    }
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
    delayMs = Math.min(2 * delayMs, RECONNECT_DELAY_MAX_MS);
  }
}

const lookAgain = (signal: AbortSignal): Promise<void> =>
  delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);

interface RestOptions extends Pick<SubscribeOptions, 'filter' | 'signal'> {
  readonly after: Position | undefined;
}

function positionAfter(delivery: Delivery): Position | undefined {
  if (delivery.kind === 'event') return delivery.event.position;
  return delivery.kind === 'checkpoint' ? delivery.position : undefined;
}

/** False when the store cannot be asked now. Throws `OtherLogError`. */
async function isReachable(reads: KurrentReads, mark: Mark): Promise<boolean> {
  try {
    await assertInLog(reads, mark);
    return true;
  } catch (error) {
    if (error instanceof EventStoreError) return false;
    throw error;
  }
}

/** The last event of the log; undefined: it is empty, or the store cannot be asked now. */
async function endOf(reads: KurrentReads): Promise<Mark | undefined> {
  try {
    for await (const event of reads.readAll({ direction: 'backwards', limit: 1 })) return markOf(event);
  } catch {
    // The connection reports what is wrong.
  }
  return undefined;
}

/**
 * The deliveries up to `end`, and what was appended in the meantime. Ends early when the read fails or `signal` aborts: the next connection continues
 * from there, and reports what is wrong.
 */
async function* pastUntil(
  end: Mark,
  reads: KurrentReads,
  { after, filter, signal }: RestOptions,
): AsyncGenerator<Delivery[]> {
  if (after !== undefined && end.position <= after) return;
  let last = after;
  try {
    const behind = { ...(after !== undefined && { from: after }), ...(filter && { filter }), signal };
    for await (const page of reads.pagesOfAll(behind)) {
      last = page.at(-1)?.position ?? last;
      yield page.map((event) => ({ kind: 'event', event }));
    }
  } catch {
    return;
  }
  if (last === undefined || last < end.position) yield [{ kind: 'checkpoint', position: end.position }];
}

/** The client's notifications, put into the same queue as the events so that they keep their place among them. */
type Arrival = AllStreamResolvedEvent | { readonly checkpoint: Position } | 'caught_up' | 'fell_behind';

/**
 * The deliveries of one connection; ends when it is lost, whatever the reason, or when `signal` aborts. Ends with `fell_behind` when the server says
 * so: what it has sent since is read again.
 */
async function* connection(
  client: KurrentDBClient,
  { after, filter, signal }: RestOptions,
): AsyncGenerator<Delivery[] | 'fell_behind'> {
  const checkpointReached = (own: AllStreamSubscription, position: { commit: bigint }) =>
    void own.push({ checkpoint: position.commit });
  const subscription = client.subscribeToAll({
    fromPosition: after === undefined ? START : clientPosition(after),
    filter: clientFilter(filter, checkpointReached, CHECKPOINT_INTERVAL),
  });
  subscription.on('caughtUp', () => void subscription.push('caught_up'));
  subscription.on('fellBehind', () => void subscription.push('fell_behind'));
  // The reading loop below receives errors while it reads; a later one must not end the process.
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
      if (arrival === 'fell_behind') {
        yield arrival;
        return;
      }
      const delivery = deliveryOf(arrival);
      if (delivery) yield [delivery];
    }
  } catch (error) {
    // Our own error means a server that cannot be used. Otherwise the connection is lost, or not up yet, and the caller reconnects.
    if (error instanceof EventStoreError) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function deliveryOf(arrival: Exclude<Arrival, 'fell_behind'>): Delivery | undefined {
  if (arrival === 'caught_up') return { kind: 'caught_up' };
  if ('checkpoint' in arrival) return { kind: 'checkpoint', position: arrival.checkpoint };
  return arrival.event && { kind: 'event', event: recordedEvent(arrival.event) };
}
