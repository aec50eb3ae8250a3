import { type Msg, type MsgHdrs, millis, nanos } from '@nats-io/transport-node';

/** `$JS.ACK.<stream>.<consumer>.<delivery>.<sequence>.<…>.<stored at, in ns>.<…>`; some servers name domain and account before the stream. */
const TOKENS = 9;
const CONSUMER = 3;
const TOKENS_OF_DOMAIN = 2;

/** A message as a durable consumer has delivered it. It is delivered again until it is acknowledged or terminated. See NATS ADR-15. */
export class Delivered {
  readonly consumer: string;
  /** 1 is the first. */
  readonly delivery: number;
  /** In the stream. */
  readonly sequence: number;
  readonly storedAt: Date;

  /** `acknowledge` sends the answer, now or soon. */
  constructor(
    private readonly message: Msg,
    private readonly acknowledged: (message: Delivered) => void,
  ) {
    const tokens = (message.reply ?? '').split('.');
    const from = CONSUMER + (tokens.length === TOKENS ? 0 : TOKENS_OF_DOMAIN);
    const [consumer = '', delivery, sequence, , storedNs] = tokens.slice(from);
    this.consumer = consumer;
    this.delivery = Number(delivery);
    this.sequence = Number(sequence);
    this.storedAt = new Date(millis(Number(storedNs)));
  }

  get subject(): string {
    return this.message.subject;
  }

  get body(): Uint8Array {
    return this.message.data;
  }

  get headers(): MsgHdrs | undefined {
    return this.message.headers;
  }

  /** Not confirmed: if the acknowledgement is lost, the message is delivered again. */
  acknowledge(): void {
    this.acknowledged(this);
  }

  /** Has it delivered again after a while. */
  setAside(forMs: number): void {
    this.answer(`-NAK ${JSON.stringify({ delay: nanos(forMs) })}`);
  }

  /** It is never delivered again. */
  terminate(): void {
    this.answer('+TERM');
  }

  /** It is still being handled. */
  working(): void {
    this.answer('+WPI');
  }

  /** Lost without a word when the connection is. */
  answer(answer: string, replyTo?: string): void {
    this.message.respond(answer, replyTo === undefined ? {} : { reply: replyTo });
  }
}
