import { missingOf, type Probes, type Quarantined, quarantineWarnings } from '@evidence/stage';
import { unavailable } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import type { Views } from '../views.js';

/** A part that does not respond in this time is missing. */
const PROBE_TIMEOUT_MS = 2_000;

/** Whether a report can be made. Every part of the system is probed on each call. */
export class Readiness {
  /** Probes by the name of the part. */
  constructor(
    private readonly probes: Probes,
    private readonly quarantined: Quarantined,
    /** Further warnings, by name. */
    private readonly warnings: () => Readonly<Record<string, string>>,
    private readonly progress: Views['progress'],
  ) {}

  /** The warnings that matter even if a report can be made. */
  warned(): readonly string[] {
    return [...quarantineWarnings(this.quarantined), ...Object.values(this.warnings())];
  }

  /** Returns the warnings. Throws `unavailable`, naming what is missing. */
  async require(): Promise<{ readonly warnings: readonly string[] }> {
    const missing = await Promise.all(
      Object.entries(this.probes).map(([part, probe]) => missingOf(part, probe, PROBE_TIMEOUT_MS)),
    );
    const names = missing.flat();
    if (names.length > 0) {
      const detail = [sentences.notReady(names), ...Object.values(this.warnings())].join(' ');
      throw unavailable(detail, names, [...this.progress()]);
    }
    return { warnings: this.warned() };
  }
}
