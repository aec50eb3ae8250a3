import type { Bus, ReportsView } from '../ports.js';
import type { Availability } from './availability.js';
import type { MetricSources } from './metrics.js';

interface Parts {
  readonly view: ReportsView;
  readonly bus: Bus;
  readonly availability: Availability;
  readonly now: () => Date;
}

/** Where the figures come from. */
export function metricSources({ view, bus, availability, now }: Parts): MetricSources {
  return {
    reportsByStatus: async () => ({ ...NO_REPORTS, ...view.countByStatus() }),
    partsThere: async () => availability.partsThere,
    queueDepth: () => bus.queueDepth(),
    relayLagS: async () => {
      const oldest = await bus.oldestUnpublished();
      return { gateway: oldest === undefined ? 0 : Math.max(0, (now().getTime() - Date.parse(oldest)) / 1000) };
    },
  };
}

const NO_REPORTS = { queued: 0, running: 0, ready: 0, failed: 0, expired: 0 };
