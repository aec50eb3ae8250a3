import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@evidence/event-store';
import { unavailable } from '../core/problem.js';
import type { Bus } from '../ports.js';
import { missingOf, type Probe } from './readiness.js';

const PROBE_INTERVAL_MS = 500;
/** What is known is at most so old, and the interval. */
const PROBE_TIMEOUT_MS = 1_000;

/**
 * What is known about the parts that a write needs. They are asked again and again behind everybody's back, so that no call waits for
 * a part that is away. Until they have first answered they count as there: what a write then meets is answered as `unavailable` too.
 */
export class Availability {
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;
  #away: readonly string[] = [];

  readonly #probes: Readonly<Record<string, Probe>>;

  constructor(store: Pick<EventStore, 'head'>, bus: Pick<Bus, 'ping'>) {
    this.#probes = {
      'event-store': () => store.head().then(nothing),
      nats: () => bus.ping().then(nothing),
    };
    this.#watching = this.#watch();
  }

  /** 1 for a part that answers, 0 for one that is away. */
  get partsThere(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.keys(this.#probes).map((part) => [part, this.#away.includes(part) ? 0 : 1]));
  }

  /** Throws `unavailable`, naming what is away. */
  require(): void {
    if (this.#away.length === 0) return;
    throw unavailable(`Away now: ${this.#away.join(', ')}. Nothing was recorded; try again.`, this.#away);
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

const nothing = (): readonly string[] => [];
