import type { ObservedDelivery } from '@evidence/bus';
import { Counter, Histogram } from 'prom-client';
import { DURATION_BUCKETS_S, type Figures } from './figures.js';
import { missingOf, type Probes } from './probes.js';
import type { Quarantined } from './quarantine.js';

/** A part that does not respond in time is down. */
const PROBE_TIMEOUT_MS = 2_000;
/** From immediate handling to messages that waited through an outage. */
const AGE_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400];

/** The active warnings: sentences by name. */
export type Warnings = () => Readonly<Record<string, string>>;

export interface StageMetricSources {
  readonly figures: Figures;
  readonly service: string;
  readonly probes: Probes;
  /** The instant of the oldest appended event that is not yet on NATS; undefined: none. */
  readonly oldestUnpublished: () => Promise<string | undefined>;
  readonly quarantined: Quarantined;
  readonly warnings: Warnings;
  readonly now: () => Date;
}

const OUTCOMES: readonly ObservedDelivery['outcome'][] = ['handled', 'retried', 'let_go', 'parked', 'unparked'];

/** The metrics of a stage. The gateway reports the queue length of all stages. */
export class StageMetrics {
  readonly #deliveries;
  readonly #durations;
  readonly #ages;
  readonly #now;

  constructor({ figures, service, probes, oldestUnpublished, quarantined, warnings, now }: StageMetricSources) {
    const registers = [figures.registry];
    this.#now = now;
    this.#deliveries = new Counter({
      name: 'evidence_deliveries_total',
      help: 'Deliveries of messages, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    });
    // Set to 0 at the start, so that an alert sees the first of each as an increase.
    for (const outcome of OUTCOMES) this.#deliveries.inc({ outcome }, 0);
    this.#durations = new Histogram({
      name: 'evidence_delivery_duration_seconds',
      help: 'Time from the delivery of a message to its outcome.',
      buckets: DURATION_BUCKETS_S,
      registers,
    });
    this.#ages = new Histogram({
      name: 'evidence_event_age_seconds',
      help: 'Age of an event when its delivery began.',
      buckets: AGE_BUCKETS_S,
      registers,
    });
    figures.gaugeParts(async () => {
      const asked = Object.entries(probes).map(async ([part, probe]) => {
        const missing = await missingOf(part, probe, PROBE_TIMEOUT_MS);
        return [part, missing.length === 0 ? 1 : 0] as const;
      });
      return Object.fromEntries(await Promise.all(asked));
    });
    figures.gaugeQuarantined(quarantined);
    figures.gaugeWarnings(warnings);
    figures.gaugeRelayLag(service, oldestUnpublished, now);
  }

  observe({ outcome, durationMs, occurredAt }: ObservedDelivery): void {
    this.#deliveries.inc({ outcome });
    this.#durations.observe(durationMs / 1_000);
    if (occurredAt === undefined) return;
    const ageMs = this.#now().getTime() - Date.parse(occurredAt) - durationMs;
    this.#ages.observe(Math.max(0, ageMs / 1_000));
  }
}
