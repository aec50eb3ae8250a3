import { AckPolicy, JetStreamApiCodes, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { managerOf } from './connection.js';
import type { Delivered } from './delivered.js';
import { type Asked, Pulls } from './pulls.js';
import { ensureReportsStream } from './stream.js';
import { REPORTS_STREAM } from './subjects.js';

/** A message that is neither acknowledged nor reported as in progress for this long is delivered again: its process is gone. */
export const ACK_WAIT_MS = 10_000;
const PULL_EXPIRES_MS = 30_000;

/** A durable pull consumer of a service: created when it is missing, pulled by any worker that is free. */
export class DurableConsumer {
  #pulls: Pulls | undefined;
  #opening: Promise<Pulls> | undefined;
  #isStopped = false;
  /** The messages acknowledged and the calls of `next` since the last turn. */
  #acknowledged: Delivered[] = [];
  #asking: Asked[] = [];
  #isTurnDue = false;

  constructor(
    private readonly nc: NatsConnection,
    private readonly durable: string,
    private readonly patterns: readonly string[],
    private readonly pullExpiresMs = PULL_EXPIRES_MS,
  ) {
    void this.#watchConnection();
  }

  /** Creates the consumer, or updates it to the required configuration. Throws what NATS reports. */
  async open(): Promise<void> {
    await this.#open();
  }

  /**
   * The next message; undefined if none arrived for a while, or the consumer was stopped. Rejects when consumer, stream or server is gone; the next
   * call then recreates the consumer.
   *
   * A pull asks for exactly as many messages as there are callers: a message that waited here for a slow one would be redelivered when its
   * acknowledgement time ran out. Callers of the same turn share a pull, because the server serves pulls in order: with a pull each, the instance
   * that asked first would get a message for each of its workers before other instances get any.
   */
  next(): Promise<Delivered | undefined> {
    if (this.#isStopped) return Promise.resolve(undefined);
    const asked: Asked = Promise.withResolvers();
    this.#asking.push(asked);
    this.#soon();
    return asked.promise;
  }

  /** Takes no more messages. */
  stop(): void {
    this.#isStopped = true;
    this.#pulls?.end();
  }

  readonly #acknowledge = (message: Delivered): void => {
    this.#acknowledged.push(message);
    this.#soon();
  };

  /** The turn comes after everything that can run now: by then the worker has called `next` again, and both are sent as one message. */
  #soon(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    process.nextTick(() => this.#turn());
  }

  #turn(): void {
    const [acknowledged, asking] = [this.#acknowledged, this.#asking];
    [this.#acknowledged, this.#asking, this.#isTurnDue] = [[], [], false];
    for (const message of acknowledged) {
      const asked = this.#livePulls && asking.shift();
      if (asked) this.#livePulls?.pullAfter(message, asked);
      else message.answer('+ACK');
    }
    if (asking.length > 0) void this.#pull(asking);
  }

  async #pull(asking: readonly Asked[]): Promise<void> {
    try {
      const pulls = this.#isStopped ? undefined : (this.#livePulls ?? (await this.#open()));
      if (pulls && !this.#isStopped) return pulls.pull(asking);
      pulls?.end();
      for (const asked of asking) asked.resolve(undefined);
    } catch (error) {
      for (const asked of asking) asked.reject(error);
    }
  }

  get #livePulls(): Pulls | undefined {
    return this.#pulls?.isOver ? undefined : this.#pulls;
  }

  /** After a reconnect the server has forgotten all pulls, and the consumer may be gone. Ends with the connection. */
  async #watchConnection(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') this.#pulls?.pause();
      if (type === 'reconnect') this.#pulls?.end();
    }
    this.#pulls?.end();
  }

  #open(): Promise<Pulls> {
    this.#opening ??= this.#make().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #make(): Promise<Pulls> {
    const { nc, durable, patterns, pullExpiresMs: expiresMs } = this;
    await ensureReportsStream(nc);
    const jsm = await managerOf(nc);
    const config = { filter_subjects: [...patterns], ack_wait: nanos(ACK_WAIT_MS) };
    if (await exists(jsm, durable)) await jsm.consumers.update(REPORTS_STREAM, durable, config);
    // Without `max_deliver`: the server would drop a message that could not be parked. `RetryPolicy` counts instead.
    else await jsm.consumers.add(REPORTS_STREAM, { ...config, durable_name: durable, ack_policy: AckPolicy.Explicit });
    this.#pulls?.end();
    this.#pulls = new Pulls({ nc, durable, expiresMs, acknowledge: this.#acknowledge });
    return this.#pulls;
  }
}

async function exists(jsm: JetStreamManager, durable: string): Promise<boolean> {
  try {
    await jsm.consumers.info(REPORTS_STREAM, durable);
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound) return false;
    throw error;
  }
}
