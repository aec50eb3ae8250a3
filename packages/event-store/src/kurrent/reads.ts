import {
  BACKWARDS,
  END,
  FORWARDS,
  KurrentDBClient,
  type ResolvedEvent,
  START,
  StreamNotFoundError,
} from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../errors.js';
import type { Position, ReadAllOptions, ReadStreamOptions, RecordedEvent } from '../port.js';
import { eventStoreErrorOf } from './errors.js';
import { clientFilter, clientPosition, recordedEvent } from './recorded.js';

/** Limits the wait for the next events of a read, not the whole read. The client's own deadline does not apply to its reads. */
const READ_TIMEOUT_MS = 10_000;
/** A read that failed before its first event is started once more, on a new connection. */
const ATTEMPTS_MAX = 2;
/** As many as the client itself receives at once. */
const PAGE_EVENTS = 64;

type StartRead = (client: KurrentDBClient) => AsyncIterable<ResolvedEvent>;

/**
 * Reads have their own client. They go through a native bridge (@kurrent/bridge 0.2.2, 2026-11) with its own connection, and when the first attempt
 * to connect fails, every later read of that client fails too, even once the server is up. So a client whose read failed is replaced; replacing it
 * 2,000 times leaked nothing when measured.
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
    for await (const page of this.#read(start, { stream })) for (const event of page) yield event;
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    for await (const page of this.pagesOfAll(options)) for (const event of page) yield event;
  }

  /**
   * As `readAll`. The port's `from` is exclusive in both directions; the client's only backwards. So one more event is read forwards, and left out.
   * Throws when `signal` aborts.
   */
  async *pagesOfAll(options: ReadAllOptions & { readonly signal?: AbortSignal }): AsyncGenerator<RecordedEvent[]> {
    const { direction = 'forwards', from, filter, limit, signal } = options;
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
    for await (const page of this.#read(start, { signal })) {
      const asked = forwards && page[0]?.position === from ? page.slice(1) : page;
      if (asked.length > 0) yield asked.slice(0, left);
      left -= asked.length;
      if (left <= 0) return;
    }
  }

  async head(): Promise<Position | undefined> {
    const start: StartRead = (client) => client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
    for await (const [event] of this.#read(start)) return event?.position;
    return undefined;
  }

  async *#read(start: StartRead, { stream, signal }: Reading = {}): AsyncGenerator<RecordedEvent[]> {
    for (let attempt = 1; ; attempt++) {
      const client = this.#client;
      let begun = false;
      try {
        for await (const page of pagesOf(start(client), { stream, signal })) {
          begun = true;
          yield page;
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

/** What is read (a stream, or the whole log), and the signal that ends the read early. */
interface Reading {
  readonly stream?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The events of one read, in pages, because a log has many, and each would be handed on through all the generators that follow. Each event is awaited
 * for a limited time, with one timer for all. Leaving the loop ends the read.
 */
async function* pagesOf(
  read: AsyncIterable<ResolvedEvent>,
  { stream, signal }: Reading,
): AsyncGenerator<RecordedEvent[]> {
  const events = read[Symbol.asyncIterator]();
  const what = stream === undefined ? 'A read of the log' : `A read of ${stream}`;
  let giveUp: (reason: unknown) => void = () => {};
  const tooLong = `${what} took longer than ${READ_TIMEOUT_MS} ms; retry.`;
  const timer = setTimeout(
    () => giveUp(new EventStoreError('unavailable', tooLong, { timeoutMs: READ_TIMEOUT_MS })),
    READ_TIMEOUT_MS,
  );
  const stop = () => giveUp(new EventStoreError('unavailable', `${what} was cancelled.`));
  signal?.addEventListener('abort', stop);
  let page: RecordedEvent[] = [];
  /** Returns false if the read has ended. */
  const fillPage = async (): Promise<boolean> => {
    while (page.length < PAGE_EVENTS) {
      timer.refresh();
      const next = await events.next();
      if (next.done) return false;
      if (next.value.event) page.push(recordedEvent(next.value.event));
    }
    return true;
  };
  try {
    for (let hasMore = true; hasMore; ) {
      signal?.throwIfAborted();
      try {
        hasMore = await new Promise<boolean>((resolve, reject) => {
          giveUp = reject;
          fillPage().then(resolve, reject);
        });
      } finally {
        // What arrived before an error is delivered before it. What arrives after it, in a new page, is not.
        const arrived = page;
        page = [];
        if (arrived.length > 0) yield arrived;
      }
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    // Not awaited, because after a timeout the read's own `return` waits for the event that never came.
    void events.return?.()?.catch(() => undefined);
  }
}

/**
 * The bridge waits one discovery interval (500 ms by default) before it first connects, even to a single node, where
 * there is nothing to discover. This sets 10 ms for a single host, unless the connection string sets an interval.
 */
function connectingQuickly(connectionString: string): string {
  const isOneHost = !/\+discover:|,/.test(connectionString);
  if (!isOneHost || /[?&]discoveryInterval=/i.test(connectionString)) return connectionString;
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}discoveryInterval=10`;
}
