import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog } from '@evidence/event-store/log';
import { answering, missingOf, type Probes } from '@evidence/stage';
import { unavailable } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import type { Bus } from '../../ports.js';

const PROBE_INTERVAL_MS = 500;
/** The known state is at most this old, plus the interval of the probes. */
const PROBE_TIMEOUT_MS = 1_000;

/**
 * The availability of the parts that a write needs. They are probed periodically in the background, so that no call waits for an unavailable
 * part. Until their first response they count as available; a write that then fails also returns `unavailable`.
 */
export class Availability {
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;
  #away: readonly string[] = [];

  readonly #probes: Probes;

  constructor(store: Pick<EventLog, 'head'>, bus: Pick<Bus, 'ping'>) {
    this.#probes = {
      'event-store': answering(() => store.head()),
      nats: answering(() => bus.ping()),
    };
    this.#watching = this.#watch();
  }

  /** 1 for an available part, 0 for an unavailable one. */
  get partsThere(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.keys(this.#probes).map((part) => [part, this.#away.includes(part) ? 0 : 1]));
  }

  /** Throws `unavailable`, naming the unavailable parts. */
  require(): void {
    if (this.#away.length === 0) return;
    throw unavailable(sentences.partsUnavailable(this.#away), this.#away);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const asked = Object.entries(this.#probes).map(([part, probe]) => missingOf(part, probe, PROBE_TIMEOUT_MS));
      this.#away = (await Promise.all(asked)).flat();
      await delay(PROBE_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
