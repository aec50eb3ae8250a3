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
import { durableOf, REPORTS_STREAM, type Service } from './subjects.js';

/** A message that is neither answered nor worked on for so long is delivered again: its process is gone. */
export const ACK_WAIT_MS = 10_000;
const PULL_EXPIRES_MS = 30_000;

/** A service's durable pull consumer: made when it is missing, asked for one message at a time. */
export class DurableConsumer {
  #consumer: Promise<Consumer> | undefined;

  constructor(
    private readonly nc: NatsConnection,
    private readonly service: Service,
    private readonly patterns: readonly string[],
  ) {}

  /** Makes the consumer, or brings it to what it must be. Throws what NATS says. */
  async open(): Promise<void> {
    await this.#open();
  }

  /**
   * The next message; undefined when none came for a while, or `signal` was aborted. Rejects when consumer, stream or server is
   * gone; the next call then makes the consumer anew.
   *
   * One pull for one message, no buffer: a message that waited in a buffer of ours behind a slow one would be delivered again
   * when its acknowledgement time ran out.
   */
  async next(signal: AbortSignal): Promise<JsMsg | undefined> {
    try {
      const consumer = await this.#open();
      const pull = await consumer.fetch({ max_messages: 1, expires: PULL_EXPIRES_MS });
      const stop = () => void pull.close();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        for await (const message of pull) return message;
        return undefined;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    } catch (error) {
      this.#consumer = undefined;
      throw error;
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
    const { nc, service, patterns } = this;
    await ensureReportsStream(nc);
    const jsm = await managerOf(nc);
    const durable = durableOf(service);
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
