import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeObject, encodeEvents } from '../encoding.js';
import { EventLog } from '../engine/event-log.js';
import type { StoredEvent } from '../engine/page.js';
import { EventStoreError } from '../errors.js';
import { assertInLog } from '../mark.js';
import type {
  Delivery,
  EventStore,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../port.js';
import { recordedAtOf } from '../recorded-at.js';

/**
 * The engine in process: for unit tests, and for a process that is the only user of its log. `file` may be `:memory:`; `now` stamps `recordedAt`.
 * Throws `EventStoreError` `unavailable` when the file cannot be opened or another process has it open.
 */
export function openSqliteEventStore({ file, now }: { file: string; now: () => Date }): EventStore {
  const log = new EventLog({ file, now });
  const store: EventStore = {
    append: async (stream, expected, events) => log.append(stream, expected, encodeEvents(stream, events)),
    readStream: (stream, options) => readStream(log, stream, options),
    readAll: (options) => readAll(log, options),
    subscribe: (options) => subscribe(log, store, options),
    head: async () => {
      if (log.closed) throw new EventStoreError('unavailable', 'The event store is closed; open it again.');
      return log.head === 0n ? undefined : log.head;
    },
    close: async () => log.close(),
  };
  return store;
}

async function* readStream(
  log: EventLog,
  name: string,
  options: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent> {
  const { direction = 'forwards', from, limit = Number.MAX_SAFE_INTEGER } = options;
  const stream = log.stream(name);
  if (stream?.state === 'tombstoned') {
    throw new EventStoreError('stream_deleted', `The stream ${name} was deleted for good.`, { stream: name });
  }
  if (!stream || stream.state === 'deleted') return;
  const step = direction === 'forwards' ? 1n : -1n;
  const last = direction === 'forwards' ? stream.revision : stream.firstVisible;
  let revision = from ?? (direction === 'forwards' ? stream.firstVisible : stream.revision);
  if (direction === 'forwards' && revision < stream.firstVisible) revision = stream.firstVisible;
  for (let left = limit; left > 0; ) {
    const events = log.readStream(name, direction, revision, last, left);
    for (const event of events) yield recordedEvent(event);
    if (events.length === 0) return;
    left -= events.length;
    revision = events.at(-1)!.revision + step;
  }
}

async function* readAll(log: EventLog, options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
  const { direction = 'forwards', from, limit = Number.MAX_SAFE_INTEGER } = options;
  const filter = options.filter ?? 'unreserved';
  const forwards = direction === 'forwards';
  const end = log.head;
  let position = from ?? (forwards ? 0n : end + 1n);
  for (let left = limit; left > 0 && (forwards ? position < end : position > 1n); ) {
    const page = forwards ? log.readForwards(position, end, filter, left) : log.readBackwards(position, filter, left);
    for (const event of page.events) yield recordedEvent(event);
    left -= page.events.length;
    position = page.lookedAt;
  }
}

async function* subscribe(log: EventLog, store: EventStore, options: SubscribeOptions): AsyncGenerator<Delivery[]> {
  const { after = 0n, signal, nextLook } = options;
  const filter = options.filter ?? 'unreserved';
  if (typeof after !== 'bigint') await assertInLog(store, after);
  let position: Position = typeof after === 'bigint' ? after : after.position;
  let caughtUp = false;
  while (!signal.aborted) {
    const { events, lookedAt } = log.readForwards(position, log.head, filter, Number.MAX_SAFE_INTEGER);
    if (events.length > 0) yield events.map((event) => ({ kind: 'event', event: recordedEvent(event) }));
    if (signal.aborted) return;
    if (lookedAt > (events.at(-1)?.position ?? position)) yield [{ kind: 'checkpoint', position: lookedAt }];
    if (lookedAt > position) position = lookedAt;
    if (position < log.head) {
      // Reading a page never yields, so a long catch-up must let others run.
      await nextTurn();
      continue;
    }
    if (!caughtUp || nextLook) yield [{ kind: 'caught_up' }];
    caughtUp = true;
    await (nextLook ? nextLook(signal) : log.waitForEvents(position, signal));
  }
}

const recordedEvent = (event: StoredEvent): RecordedEvent => ({
  id: event.id,
  stream: event.stream,
  revision: event.revision,
  position: event.position,
  type: event.type,
  data: decodeObject(event.data),
  metadata: decodeObject(event.metadata),
  recordedAt: recordedAtOf(event.recordedAtMs),
});
