import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Of an answer from a view to that of a large import. */
const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** A source that does not answer in time is left out of the scrape: an absent figure, never a wrong one. */
const SOURCE_TIMEOUT_MS = 2_000;

export interface ObservedRequest {
  readonly method: string;
  /** The route’s template, never the path. */
  readonly route: string;
  /** `broken_off`: the client left before the answer was through. */
  readonly status: number | 'broken_off';
  readonly durationS: number;
}

/** Figures by the value of their one label; may be asked with every scrape. */
type Source = () => Promise<Readonly<Record<string, number>>>;

export interface MetricSources {
  readonly reportsByStatus: Source;
  /** 1 or 0 by the name of the part. */
  readonly partsThere: Source;
  /** Messages that wait or are in hand, by consuming service. */
  readonly queueDepth: Source;
  /** Age in seconds of the oldest event that is not yet on NATS, by the relay’s service. */
  readonly relayLagS: Source;
}

/** What Prometheus is told. prom-client: the client of the field, and the exposition format has its traps. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [this.#registry],
  });
  readonly #durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the first byte of the request to the last of the answer.',
    labelNames: ['method', 'route'] as const,
    buckets: DURATION_BUCKETS_S,
    registers: [this.#registry],
  });

  constructor({ reportsByStatus, partsThere, queueDepth, relayLagS }: MetricSources) {
    this.#gauge('evidence_reports', 'Reports by status.', 'status', reportsByStatus);
    this.#gauge('evidence_part_up', '1 while the part answers.', 'part', partsThere);
    this.#gauge('evidence_consumer_messages', 'Messages that wait or are in hand.', 'service', queueDepth);
    this.#gauge('evidence_relay_lag_seconds', 'Age of the oldest event that is not on NATS.', 'service', relayLagS);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  observe({ method, route, status, durationS }: ObservedRequest): void {
    this.#requests.inc({ method, route, status });
    this.#durations.observe({ method, route }, durationS);
  }

  /** All figures in the text format of Prometheus. */
  expose(): Promise<string> {
    return this.#registry.metrics();
  }

  #gauge(name: string, help: string, label: string, source: Source): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        const figures = await inTime(source);
        this.reset();
        for (const [value, figure] of Object.entries(figures)) this.set({ [label]: value }, figure);
      },
    });
  }
}

async function inTime(source: Source): ReturnType<Source> {
  const { promise: late, resolve } = Promise.withResolvers<Record<string, number>>();
  const timer = setTimeout(() => resolve({}), SOURCE_TIMEOUT_MS);
  try {
    return await Promise.race([source(), late]);
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}
