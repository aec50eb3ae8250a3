import { type Filter, type Mark, markOf, type UnreadableEvent } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import type { Past } from './checkpoints.js';
import type { Publishable } from './cloudevents.js';

/** When the checkpoint is lost, this many of the last events are published before new ones, because they include the reports in progress. */
const RECENT_EVENTS = 1_000;
/** Events of the past that are published at once, along with new ones. */
const PUBLISHED_AT_ONCE = 64;

/** The event before the last `RECENT_EVENTS`; undefined: there is none. Throws as `readAll` does. */
export async function markBeforeRecent(store: Pick<EventLog, 'readAll'>, filter: Filter): Promise<Mark | undefined> {
  const newest: Mark[] = [];
  const onUnreadable = (event: UnreadableEvent): void => void newest.push(markOf(event));
  const options = { direction: 'backwards', limit: RECENT_EVENTS + 1, filter, onUnreadable } as const;
  for await (const event of store.readAll(options)) newest.push(markOf(event));
  return newest.length > RECENT_EVENTS ? newest.at(-1) : undefined;
}

type Told = (Publishable & Mark) | Mark;

export interface PastOptions {
  readonly store: Pick<EventLog, 'readAll'>;
  readonly filter: Filter;
  readonly past: Past;
  readonly signal: AbortSignal;
  /** What can be published of an unreadable event. */
  readonly publishable: (event: UnreadableEvent) => Told;
  readonly publish: (event: Publishable) => Promise<unknown>;
  /** Receives the part that is still left. */
  readonly published: (rest: Past) => void;
}

/** Publishes the past in order, several events at once, and returns whether it was completed before `signal` aborted. Throws what fails. */
export async function publishPast(options: PastOptions): Promise<boolean> {
  const { store, filter, past, signal, publishable, publish, published } = options;
  const { after, until } = past;
  let batch: Told[] = [];
  const flush = async (): Promise<void> => {
    await Promise.all(batch.map(async (event) => 'stored' in event && publish(event)));
    const last = batch.at(-1);
    if (last) published({ after: last.position, until });
    batch = [];
  };
  const onUnreadable = (event: UnreadableEvent): void => {
    if (event.position <= until) batch.push(publishable(event));
  };
  const from = after === undefined ? {} : { from: after };
  for await (const event of store.readAll({ ...from, filter, onUnreadable })) {
    if (signal.aborted) return false;
    if (event.position > until) break;
    batch.push(event);
    if (batch.length >= PUBLISHED_AT_ONCE) await flush();
  }
  await flush();
  return true;
}
