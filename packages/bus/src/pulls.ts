import { JetStreamError } from '@nats-io/jetstream';
import { type Msg, type NatsConnection, nanos, type Subscription } from '@nats-io/transport-node';
import { newInbox } from './connection.js';
import { Delivered } from './delivered.js';
import { REPORTS_STREAM } from './subjects.js';

/** How much later than it expires a pull is lost that the server has not ended, for example because its leader in a cluster is gone. */
const LOST_AFTER = 7 / 6;
const LOOKS_BEFORE_EXPIRY = 6;

/** What the server says of a pull that it ends. See NATS ADR-13. */
const TIMEOUT = 408;
const REFUSED = 'exceeded maxwaiting';
const PENDING_HEADER = 'Nats-Pending-Messages';

/** A caller that waits for a message. It gets undefined when none has arrived for a while. */
export type Asked = PromiseWithResolvers<Delivered | undefined>;

export interface PullsOptions {
  readonly nc: NatsConnection;
  readonly durable: string;
  /** How long the server keeps a pull. */
  readonly expiresMs: number;
  /** Called with a message that its worker has acknowledged. */
  readonly acknowledge: (message: Delivered) => void;
}

/**
 * The pulls of a durable consumer, with one inbox for the messages of all. The client's own `fetch` subscribes an inbox for each pull, which costs
 * the server and us more than the message, and its `consume` pulls before anybody asks (@nats-io/jetstream 3.4.0).
 *
 * The server ends each pull after so many messages, or with a status that says how many it has not sent. So there are always exactly as many callers
 * as the server may still send messages.
 */
export class Pulls {
  readonly #nc: NatsConnection;
  readonly #next: string;
  readonly #expiresMs: number;
  readonly #acknowledge: (message: Delivered) => void;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  readonly #looking: NodeJS.Timeout;
  /** Longest first. */
  readonly #waiting: { readonly asked: Asked; readonly sinceMs: number }[] = [];
  #pulls = 0;
  #isOver = false;

  constructor({ nc, durable, expiresMs, acknowledge }: PullsOptions) {
    this.#nc = nc;
    this.#next = `$JS.API.CONSUMER.MSG.NEXT.${REPORTS_STREAM}.${durable}`;
    this.#expiresMs = expiresMs;
    this.#acknowledge = acknowledge;
    this.#inbox = newInbox(nc);
    this.#subscription = nc.subscribe(`${this.#inbox}.>`, {
      callback: (error, message) => (error ? this.end(error) : this.#receive(message)),
    });
    this.#looking = setInterval(() => this.#look(), expiresMs / LOOKS_BEFORE_EXPIRY).unref();
  }

  /** Nothing arrives any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** One pull for all of `asking`. Throws when the connection is closed. */
  pull(asking: readonly Asked[]): void {
    this.#nc.publish(this.#next, this.#request(asking.length), { reply: this.#wait(asking) });
  }

  /** Acknowledges a message and pulls another one, in one message to the server. */
  pullAfter(message: Delivered, asked: Asked): void {
    message.answer(`+NXT ${this.#request(1)}`, this.#wait([asked]));
  }

  /** The server is away, so it ends no pulls. When it is back, it has forgotten them. */
  pause(): void {
    clearInterval(this.#looking);
  }

  /** Everyone who waits gets undefined, or the error. */
  end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#looking);
    this.#subscription.unsubscribe();
    this.#release(this.#waiting.length, error);
  }

  #request(batch: number): string {
    return JSON.stringify({ batch, expires: nanos(this.#expiresMs) });
  }

  /** Returns where the pull is answered: a subject of its own, which ends with the number of messages. */
  #wait(asking: readonly Asked[]): string {
    const sinceMs = performance.now();
    for (const asked of asking) this.#waiting.push({ asked, sinceMs });
    return `${this.#inbox}.${this.#pulls++}.${asking.length}`;
  }

  #receive(message: Msg): void {
    if (message.subject.startsWith(this.#inbox)) {
      this.#onStatus(message);
      return;
    }
    const delivered = new Delivered(message, this.#acknowledge);
    const first = this.#waiting.shift();
    if (first) first.asked.resolve(delivered);
    // Somebody else may be free.
    else delivered.setAside(0);
  }

  #onStatus({ subject, headers }: Msg): void {
    const description = headers?.description.toLowerCase() ?? '';
    const left = Number(headers?.get(PENDING_HEADER) || subject.slice(subject.lastIndexOf('.') + 1));
    const error = new JetStreamError(`The server ended a pull: ${headers?.status || 'no responders'}.`);
    if (headers?.code === TIMEOUT) this.#release(left);
    else if (description === REFUSED) this.#release(left, error);
    // Consumer or stream is gone, or has moved to another server of the cluster.
    else this.end(error);
  }

  #look(): void {
    const [longest] = this.#waiting;
    if (longest && performance.now() - longest.sinceMs > this.#expiresMs * LOST_AFTER)
      this.end(new JetStreamError('The server has not ended a pull in time.'));
  }

  #release(count: number, error?: unknown): void {
    for (const { asked } of this.#waiting.splice(0, count)) {
      if (error === undefined) asked.resolve(undefined);
      else asked.reject(error);
    }
  }
}
