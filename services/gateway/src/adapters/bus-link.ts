import {
  BusError,
  consumersListening,
  consumersPending,
  type Outbound,
  type OutboundOptions,
  startOutbound,
} from '@evidence/bus';
import type { Bus } from '../ports.js';

/**
 * The gateway's end of the bus. It is opened behind our back and tried again for ever: reads do not need the bus, and what was appended
 * meanwhile is relayed once it is there.
 */
export class BusLink implements Bus {
  /** Settles when the link is open or closed; rejects for what no further try can mend (`stream_misconfigured`). */
  readonly opening: Promise<void>;
  #outbound: Outbound | undefined;
  #closed = false;

  constructor(private readonly options: OutboundOptions) {
    this.opening = this.#open();
  }

  /** Undefined until NATS was reached for the first time. */
  get connection(): Outbound['nc'] | undefined {
    return this.#outbound?.nc;
  }

  async missing(): Promise<readonly string[]> {
    if (!this.#outbound) return ['nats'];
    const listening = await consumersListening(this.#outbound.nc);
    return Object.entries(listening).flatMap(([service, listens]) => (listens ? [] : [service]));
  }

  async ping(): Promise<void> {
    // Unlike a flush, this rejects at once while the connection is being re-made (@nats-io/transport-node 3.4.0).
    await this.#linked().nc.rtt();
  }

  async queueDepth(): Promise<Readonly<Record<string, number>>> {
    return consumersPending(this.#linked().nc);
  }

  async oldestUnpublished(): Promise<string | undefined> {
    return this.#linked().oldestUnpublished();
  }

  /** Relays what is appended and not yet published, if NATS is there. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#outbound?.close();
  }

  #linked(): Outbound {
    if (this.#outbound) return this.#outbound;
    throw new Error('There is no connection to NATS yet.');
  }

  async #open(): Promise<void> {
    while (!this.#closed) {
      try {
        const outbound = await startOutbound(this.options);
        if (this.#closed) await outbound.close();
        else this.#outbound = outbound;
        return;
      } catch (error) {
        if (!(error instanceof BusError) || error.code !== 'nats_unreachable') throw error;
        this.options.logger.warn({ err: error }, 'NATS is away; reads go on, and the gateway keeps trying');
      }
    }
  }
}
