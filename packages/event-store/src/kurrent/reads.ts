import { BACKWARDS, END, FORWARDS, KurrentDBClient, START } from '@kurrent/kurrentdb-client';
import { withDeadline } from '../deadline.js';
import { EventStoreError } from '../errors.js';
import type { Position, ReadAllOptions, ReadStreamOptions, RecordedEvent } from '../port.js';
import { eventStoreErrorOf, isStreamNotFound } from './errors.js';
import { type BridgeEvent, clientFilter, clientPosition, eventsIn } from './recorded.js';

/** Limits the wait for the next events of a read, not the whole read. The client's own deadline does not apply to its reads. */
const READ_TIMEOUT_MS = 10_000;
/** A read that failed before its first event is started once more, on a new connection. */
const ATTEMPTS_MAX = 2;
/** The bridge waits for so many events, or for the end. */
const PAGE_EVENTS = 64;
/** What the client's own reads ask of the bridge. */
const AS_THE_CLIENT = { requiresLeader: false, resolvesLink: false } as const;
const EVERYTHING = BigInt(Number.MAX_SAFE_INTEGER);

type Bridge = KurrentDBClient['rustClient'];
type StartRead = (bridge: Bridge) => AsyncIterable<BridgeEvent[]>;

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
    const start: StartRead = (bridge) =>
      bridge.readStream(stream, {
        ...AS_THE_CLIENT,
        direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
        fromRevision: from ?? (direction === 'forwards' ? START : END),
        maxCount: limit === undefined ? EVERYTHING : BigInt(limit),
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
    const start: StartRead = (bridge) =>
      bridge.readAll({
        ...AS_THE_CLIENT,
        direction: forwards ? FORWARDS : BACKWARDS,
        fromPosition: from === undefined ? (forwards ? START : END) : clientPosition(from),
        filter: clientFilter(filter),
        maxCount: limit === undefined ? EVERYTHING : BigInt(forwards && from !== undefined ? limit + 1 : limit),
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
    const start: StartRead = (bridge) =>
      bridge.readAll({ ...AS_THE_CLIENT, direction: BACKWARDS, fromPosition: END, maxCount: 1n });
    for await (const [event] of this.#read(start)) return event?.position;
    return undefined;
  }

  async *#read(start: StartRead, { stream, signal }: Reading = {}): AsyncGenerator<RecordedEvent[]> {
    for (let attempt = 1; ; attempt++) {
      const client = this.#client;
      let begun = false;
      try {
        for await (const page of pagesOf(start(client.rustClient), { stream, signal })) {
          begun = true;
          yield page;
        }
        return;
      } catch (cause) {
        if (isStreamNotFound(cause)) return;
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
 * The events of one read, in the pages in which the bridge hands them over; the client's own reads would hand on each event with a
 * promise, and without its text. The page after a full one is requested before that is handed on, so that it arrives while the reader works. Each page
 * is awaited for a limited time. Leaving the loop ends the read.
 */
async function* pagesOf(
  read: AsyncIterable<BridgeEvent[]>,
  { stream, signal }: Reading,
): AsyncGenerator<RecordedEvent[]> {
  const pages = read[Symbol.asyncIterator]();
  const what = stream === undefined ? 'A read of the log' : `A read of ${stream}`;
  let cancel: (reason: unknown) => void = () => {};
  const stop = () => cancel(new EventStoreError('unavailable', `${what} was cancelled.`));
  signal?.addEventListener('abort', stop);
  // Not a race with one promise for all pages, which would keep each of them until the read ends.
  const cancellable = (coming: Promise<IteratorResult<BridgeEvent[]>>): Promise<IteratorResult<BridgeEvent[]>> =>
    new Promise((resolve, reject) => {
      cancel = reject;
      coming.then(resolve, reject);
    });
  try {
    for (let coming: Promise<IteratorResult<BridgeEvent[]>> | undefined; ; ) {
      signal?.throwIfAborted();
      const next = await withDeadline(cancellable(coming ?? pages.next()), READ_TIMEOUT_MS, what);
      if (next.done) return;
      coming = next.value.length === PAGE_EVENTS ? pages.next() : undefined;
      // If the reader leaves the loop, nobody awaits this page, and its error must not end the process.
      coming?.catch(() => undefined);
      if (next.value.length > 0) yield eventsIn(next.value);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
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
