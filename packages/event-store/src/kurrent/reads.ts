import {
  BACKWARDS,
  END,
  FORWARDS,
  KurrentDBClient,
  type ResolvedEvent,
  START,
  StreamNotFoundError,
} from '@kurrent/kurrentdb-client';
import { withDeadline } from '../deadline.js';
import type { Position, ReadAllOptions, ReadStreamOptions, RecordedEvent } from '../port.js';
import { eventStoreErrorOf } from './errors.js';
import { clientFilter, clientPosition, recordedEvent } from './recorded.js';

/**
 * The wait for the next events of a read, not for the whole read: the client's own deadline does not reach its reads.
 */
const READ_TIMEOUT_MS = 10_000;
/** A read that failed before its first event is begun once more, on a new connection. */
const ATTEMPTS_MAX = 2;

type StartRead = (client: KurrentDBClient) => AsyncIterable<ResolvedEvent>;

/**
 * Reads have a client of their own. They go through a native bridge (@kurrent/bridge 0.2.2, 2026-11) with its own
 * connection, and when the first attempt to connect fails, every later read of that client fails too, also once the
 * server is up. So a client whose read failed is replaced; creating and dropping two thousand of them was measured to
 * leave nothing behind.
 */
export class KurrentReads {
  readonly #connectionString: string;
  #client: KurrentDBClient;

  constructor(connectionString: string) {
    this.#connectionString = connectingQuickly(connectionString);
    this.#client = KurrentDBClient.connectionString(this.#connectionString);
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, limit } = options;
    if (limit === 0) return;
    const start: StartRead = (client) =>
      client.readStream(stream, {
        direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
        fromRevision: from ?? (direction === 'forwards' ? START : END),
        ...(limit !== undefined && { maxCount: limit }),
      });
    yield* this.#read(start, stream);
  }

  /**
   * The port's `from` is exclusive both ways; the client's is so backwards only. So one event more is read forwards,
   * and left out.
   */
  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', from, filter, limit } = options;
    if (limit === 0) return;
    const forwards = direction === 'forwards';
    const start: StartRead = (client) =>
      client.readAll({
        direction: forwards ? FORWARDS : BACKWARDS,
        fromPosition: from === undefined ? (forwards ? START : END) : clientPosition(from),
        filter: clientFilter(filter),
        ...(limit !== undefined && { maxCount: forwards && from !== undefined ? limit + 1 : limit }),
      });
    let left = limit ?? Number.POSITIVE_INFINITY;
    for await (const event of this.#read(start)) {
      if (forwards && event.position === from) continue;
      yield event;
      if (--left === 0) return;
    }
  }

  async head(): Promise<Position | undefined> {
    const start: StartRead = (client) => client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
    for await (const event of this.#read(start)) return event.position;
    return undefined;
  }

  async *#read(start: StartRead, stream?: string): AsyncGenerator<RecordedEvent> {
    for (let attempt = 1; ; attempt++) {
      const client = this.#client;
      let begun = false;
      try {
        for await (const event of arriving(start(client), stream)) {
          begun = true;
          yield event;
        }
        return;
      } catch (cause) {
        if (cause instanceof StreamNotFoundError) return;
        const error = eventStoreErrorOf(cause, stream);
        if (error.code !== 'unavailable') throw error;
        if (this.#client === client) this.#client = KurrentDBClient.connectionString(this.#connectionString);
        if (begun || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }
}

/** The events of one read, each awaited for a limited time. Leaving the loop ends the read. */
async function* arriving(
  read: AsyncIterable<ResolvedEvent>,
  stream: string | undefined,
): AsyncGenerator<RecordedEvent> {
  const events = read[Symbol.asyncIterator]();
  const what = stream === undefined ? 'A read of the log' : `A read of ${stream}`;
  try {
    for (;;) {
      const next = await withDeadline(events.next(), READ_TIMEOUT_MS, what);
      if (next.done) return;
      if (next.value.event) yield recordedEvent(next.value.event);
    }
  } finally {
    // Not awaited: after a timeout the read's own `return` waits for the event that never came.
    void events.return?.()?.catch(() => undefined);
  }
}

/**
 * The bridge waits one discovery interval (500 ms by default) before it first connects, even to a single node, where
 * there is nothing to discover. For one host, and unless the connection string says otherwise, it waits 10 ms.
 */
function connectingQuickly(connectionString: string): string {
  const isOneHost = !/\+discover:|,/.test(connectionString);
  if (!isOneHost || /[?&]discoveryInterval=/i.test(connectionString)) return connectionString;
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}discoveryInterval=10`;
}
