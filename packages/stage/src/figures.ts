import { inTime } from '@evidence/runtime';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Quarantined } from './quarantine.js';

/** From immediate responses to work that takes minutes, such as a large import or the typesetting of a large report. */
export const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Longer than a probe takes, because a part that is down is reported, too. */
const SOURCE_TIMEOUT_MS = 2_500;

/** Figures by the value of their only label; computed for every scrape. */
export type FigureSource = () => Promise<Readonly<Record<string, number>>>;

/** A service's metrics for Prometheus, including those that all services share. Uses prom-client, because the exposition format has its traps. */
export class Figures {
  /** For the service's own counters and histograms. */
  readonly registry = new Registry();

  /** A source that does not respond within `sourceTimeoutMs` is left out of the scrape: a figure may be absent, but never wrong. */
  constructor(private readonly sourceTimeoutMs = SOURCE_TIMEOUT_MS) {}

  /** Node's own metrics: memory, CPU, event loop, garbage collection. They always cost a little, so they are added only if the metrics are read. */
  addProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All figures in the text format of Prometheus. */
  expose(): Promise<string> {
    return this.registry.metrics();
  }

  gauge(name: string, help: string, label: string, source: FigureSource): void {
    const { sourceTimeoutMs, registry } = this;
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      async collect() {
        const figures = await figuresOf(source, sourceTimeoutMs);
        this.reset();
        for (const [value, figure] of Object.entries(figures)) this.set({ [label]: value }, figure);
      },
    });
  }

  /** `partsUp` returns 1 or 0 by the name of the part. */
  gaugeParts(partsUp: FigureSource): void {
    this.gauge('evidence_part_up', '1 while the part responds.', 'part', partsUp);
  }

  /** The unreadable events that the views of the service leave out. */
  gaugeQuarantined(quarantined: Quarantined): void {
    const help = 'Unreadable events of the log that the view skips.';
    this.gauge('evidence_quarantined_events', help, 'view', async () => quarantined());
  }

  /** The active warnings, by name. */
  gaugeWarnings(warnings: () => Readonly<Record<string, string>>): void {
    this.gauge(
      'evidence_warning',
      '1 while this warning applies; /readyz shows it as a sentence.',
      'warning',
      async () => Object.fromEntries(Object.keys(warnings()).map((name) => [name, 1])),
    );
  }

  /** How far the relay of `service` lags. `oldestUnpublished` returns the instant of the oldest appended event that is not yet on NATS; undefined: none. */
  gaugeRelayLag(service: string, oldestUnpublished: () => Promise<string | undefined>, now: () => Date): void {
    this.gauge(
      'evidence_relay_lag_seconds',
      'Age of the oldest event that is not on NATS yet.',
      'service',
      async () => {
        const oldest = await oldestUnpublished();
        return { [service]: oldest === undefined ? 0 : Math.max(0, (now().getTime() - Date.parse(oldest)) / 1_000) };
      },
    );
  }
}

async function figuresOf(source: FigureSource, timeoutMs: number): ReturnType<FigureSource> {
  try {
    return await inTime(source(), timeoutMs, () => new Error('late'));
  } catch {
    return {};
  }
}
