import type { DiskWatch } from '@evidence/runtime';
import { DURATION_BUCKETS_S, type Figures, type Quarantined } from '@evidence/stage';
import { Counter, Histogram } from 'prom-client';
import type { ProblemSlug } from '../../core/call/problem.js';
import type { Bus, ReportsView } from '../../ports.js';
import type { Availability } from './availability.js';

/** Set to 0 at the start, so that an alert sees the first of each as an increase. */
const REFUSALS: readonly ProblemSlug[] = [
  ...(['findings_quota_reached', 'artifact_quota_reached', 'queue_full'] as const),
  ...(['insufficient_storage', 'unavailable'] as const),
];
const NO_REPORTS = { queued: 0, running: 0, ready: 0, failed: 0, expired: 0 };

export interface ObservedRequest {
  readonly method: string;
  /** The route’s template, never the path. */
  readonly route: string;
  /** `broken_off`: the client disconnected before the response was complete. */
  readonly status: number | 'broken_off';
  readonly durationS: number;
}

export interface MetricsParts {
  readonly figures: Figures;
  readonly view: Pick<ReportsView, 'countByStatus'>;
  readonly bus: Pick<Bus, 'queueDepth' | 'oldestUnpublished'>;
  readonly availability: Pick<Availability, 'partsThere'>;
  readonly disk: Pick<DiskWatch, 'free'>;
  readonly quarantined: Quarantined;
  readonly now: () => Date;
}

/** The metrics of the gateway: about its requests, and about the whole system. */
export class Metrics {
  readonly #figures;
  readonly #requests;
  readonly #durations;
  readonly #refused;

  constructor({ figures, view, bus, availability, disk, quarantined, now }: MetricsParts) {
    const registers = [figures.registry];
    this.#figures = figures;
    this.#requests = new Counter({
      name: 'http_requests_total',
      help: 'Requests, by method, route and status.',
      labelNames: ['method', 'route', 'status'] as const,
      registers,
    });
    this.#durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of the request to the last byte of the response.',
      labelNames: ['method', 'route'] as const,
      buckets: DURATION_BUCKETS_S,
      registers,
    });
    this.#refused = new Counter({
      name: 'evidence_refused_for_room_total',
      help: 'Imports and report requests that were refused because of a quota or a full disk.',
      labelNames: ['error'] as const,
      registers,
    });
    for (const error of REFUSALS) this.#refused.inc({ error }, 0);
    figures.gauge('evidence_reports', 'Number of reports by status.', 'status', async () => ({
      ...NO_REPORTS,
      ...view.countByStatus(),
    }));
    figures.gaugeParts(async () => availability.partsThere);
    figures.gauge('evidence_consumer_messages', 'Messages that are waiting or being handled.', 'service', () =>
      bus.queueDepth(),
    );
    figures.gauge(
      'evidence_disk_free_bytes',
      'Bytes that can still be written to the disk of the folder.',
      'folder',
      async () => Object.fromEntries(await disk.free()),
    );
    figures.gaugeQuarantined(quarantined);
    figures.gaugeRelayLag('gateway', () => bus.oldestUnpublished(), now);
  }

  get contentType(): string {
    return this.#figures.contentType;
  }

  observe({ method, route, status, durationS }: ObservedRequest): void {
    this.#requests.inc({ method, route, status });
    this.#durations.observe({ method, route }, durationS);
  }

  /** `error`: the slug in the client's response. */
  refused(error: ProblemSlug): void {
    this.#refused.inc({ error });
  }

  /** All figures in the text format of Prometheus. */
  expose(): Promise<string> {
    return this.#figures.expose();
  }
}
