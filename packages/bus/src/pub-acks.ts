import { type ApiError, JetStreamApiError, type PubAck } from '@nats-io/jetstream';
import { errors, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { newInbox } from './connection.js';

const TIMEOUT_MS = 2_000;

interface Waiting extends Pick<PromiseWithResolvers<PubAck>, 'resolve' | 'reject'> {
  readonly subject: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * Publishes to a stream, with one inbox for all acknowledgements. The client's own `publish` makes an error, with its stack, for each one that arrives
 * (@nats-io/jetstream 3.4.0).
 */
export class PubAcks {
  readonly #inbox: string;
  /** By the subject where the acknowledgement arrives. */
  readonly #waiting = new Map<string, Waiting>();
  #published = 0;

  constructor(private readonly nc: NatsConnection) {
    this.#inbox = newInbox(nc);
    nc.subscribe(`${this.#inbox}.*`, { callback: (_, message) => this.#receive(message) });
    void this.#watchErrors();
  }

  /** Resolves when the stream has stored the message, or had one with the same id. Rejects with what the server says, or after 2 s without a word. */
  publish(subject: string, body: string, headers: MsgHdrs): Promise<PubAck> {
    return new Promise((resolve, reject) => {
      const reply = `${this.#inbox}.${this.#published++}`;
      this.nc.publish(subject, body, { headers, reply });
      const timer = setTimeout(() => this.#take(reply)?.reject(new errors.TimeoutError()), TIMEOUT_MS);
      this.#waiting.set(reply, { subject, timer, resolve, reject });
    });
  }

  #receive(message: Msg): void {
    const waiting = this.#take(message.subject);
    if (!waiting) return;
    try {
      waiting.resolve(ackIn(message, waiting.subject));
    } catch (error) {
      waiting.reject(error);
    }
  }

  /** What the server does not permit, it does not answer. */
  async #watchErrors(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue;
      for (const [reply, { subject, reject }] of this.#waiting)
        if (subject === status.error.subject && this.#take(reply)) reject(status.error);
    }
  }

  #take(reply: string): Waiting | undefined {
    const waiting = this.#waiting.get(reply);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(reply);
    return waiting;
  }
}

function ackIn(message: Msg, subject: string): PubAck {
  // Without a stream for this subject, the server answers with a status, in headers.
  if (message.data.length === 0) throw new errors.NoRespondersError(subject);
  const { error, ...ack } = message.json<PubAck & { readonly error?: ApiError }>();
  if (error) throw new JetStreamApiError(error);
  return ack;
}
