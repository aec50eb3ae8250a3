import { setTimeout as pause } from 'node:timers/promises';
import {
  BusError,
  consumersListening,
  consumersPending,
  hearProgress,
  type Outbound,
  type OutboundOptions,
  Reteller,
  type StageProgress,
  startOutbound,
} from '@evidence/bus';
import { relayWarnings } from '@evidence/stage';
import type { Bus } from '../ports.js';

const RETRY_PAUSE_MS = 1_000;

/**
 * The gateway's connection to the bus. It is opened in the background and retried forever: reads do not need the bus, and what was appended in the
 * meantime is relayed once it is available.
 */
export class BusLink implements Bus {
  /** Settles when the link is open or closed; rejects with errors that a retry cannot fix (`nats_refused`, `stream_misconfigured`). */
  readonly opening: Promise<void>;
  #outbound: Outbound | undefined;
  #closed = false;
  readonly #reteller: Reteller;

  constructor(
    private readonly options: OutboundOptions,
    private readonly hear: (progress: StageProgress) => void,
  ) {
    this.#reteller = new Reteller(options.store);
    this.opening = this.#open();
  }

  /** Undefined until NATS has been reached for the first time. */
  get connection(): Outbound['nc'] | undefined {
    return this.#outbound?.nc;
  }

  async missing(): Promise<readonly string[]> {
    if (!this.#outbound) return ['nats'];
    const listening = await consumersListening(this.#outbound.nc);
    const away = Object.entries(listening).flatMap(([service, listens]) => (listens ? [] : [service]));
    return this.#outbound.relayState().blocked ? ['relay', ...away] : away;
  }

  warnings(): Readonly<Record<string, string>> {
    return relayWarnings(this.#outbound?.relayState());
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

  askForFiles(reportId: string): Promise<void> {
    return this.#reteller.retell(reportId, 'ReportMapped');
  }

  /** Publishes what is appended but not yet published, if NATS is available. */
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
        if (this.#closed) return await outbound.close();
        hearProgress(outbound.nc, this.hear);
        this.#reteller.speakOver(outbound.nc);
        this.#outbound = outbound;
        return;
      } catch (error) {
        if (!(error instanceof BusError) || !error.retryable) throw error;
        this.options.logger.warn({ err: error }, 'NATS cannot be used; reads still work, and the gateway keeps trying');
        await pause(RETRY_PAUSE_MS, undefined, { ref: false });
      }
    }
  }
}
