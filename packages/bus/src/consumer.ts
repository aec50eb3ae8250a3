import {
  AckPolicy,
  type Consumer,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  type JsMsg,
  jetstream,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { managerOf } from './connection.js';
import { ensureReportsStream } from './stream.js';
import { REPORTS_STREAM } from './subjects.js';

/** A message that is neither acknowledged nor reported as in progress for this long is delivered again: its process is gone. */
export const ACK_WAIT_MS = 10_000;
const PULL_EXPIRES_MS = 30_000;

type Asked = PromiseWithResolvers<JsMsg | undefined>;

/** A durable pull consumer of a service: created when it is missing, pulled by any worker that is free. */
export class DurableConsumer {
  #consumer: Promise<Consumer> | undefined;
  /** The calls of `next` since this turn of the event loop began. */
  readonly #asking: Asked[] = [];

  constructor(
    private readonly nc: NatsConnection,
    private readonly durable: string,
    private readonly patterns: readonly string[],
  ) {}

  /** Creates the consumer, or updates it to the required configuration. Throws what NATS reports. */
  async open(): Promise<void> {
    await this.#open();
  }

  /**
   * The next message; undefined if none arrived for a while, or `signal` was aborted. Rejects when consumer, stream or server is gone; the next call
   * then recreates the consumer.
   *
   * A pull asks for exactly as many messages as there are callers: a message that waited here for a slow one would be redelivered when its
   * acknowledgement time ran out. Callers of the same turn share a pull, because the server serves pulls in order: with a pull each, the instance
   * that asked first would get a message for each of its workers before other instances get any.
   */
  next(signal: AbortSignal): Promise<JsMsg | undefined> {
    const asked = Promise.withResolvers<JsMsg | undefined>();
    if (this.#asking.push(asked) === 1) queueMicrotask(() => void this.#pull(this.#asking.splice(0), signal));
    return asked.promise;
  }

  /** Settles each of `asking`; never rejects. */
  async #pull(asking: Asked[], signal: AbortSignal): Promise<void> {
    try {
      const consumer = await this.#open();
      const pull = await consumer.fetch({ max_messages: asking.length, expires: PULL_EXPIRES_MS });
      const stop = () => void pull.close();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        for await (const message of pull) asking.shift()?.resolve(message);
        for (const asked of asking) asked.resolve(undefined);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    } catch (error) {
      this.#consumer = undefined;
      for (const asked of asking) asked.reject(error);
    }
  }

  #open(): Promise<Consumer> {
    this.#consumer ??= this.#make().catch((error) => {
      this.#consumer = undefined;
      throw error;
    });
    return this.#consumer;
  }

  async #make(): Promise<Consumer> {
    const { nc, durable, patterns } = this;
    await ensureReportsStream(nc);
    const jsm = await managerOf(nc);
    const config = { filter_subjects: [...patterns], ack_wait: nanos(ACK_WAIT_MS) };
    if (await exists(jsm, durable)) await jsm.consumers.update(REPORTS_STREAM, durable, config);
    // Without `max_deliver`: the server would drop a message that could not be parked. `RetryPolicy` counts instead.
    else await jsm.consumers.add(REPORTS_STREAM, { ...config, durable_name: durable, ack_policy: AckPolicy.Explicit });
    return jetstream(nc).consumers.get(REPORTS_STREAM, durable);
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
