import { missingOf, type Probes, type Quarantined, quarantineWarnings } from '@evidence/stage';
import { unavailable } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import type { Views } from '../views.js';

/** How long a part may take to show that it is there. */
const PROBE_TIMEOUT_MS = 2_000;

/** Whether a report can be made: every part of the system is asked anew each time. */
export class Readiness {
  /** Probes by the name of the part. */
  constructor(
    private readonly probes: Probes,
    private readonly quarantined: Quarantined,
    /** What else is to be heard, by name. */
    private readonly warnings: () => Readonly<Record<string, string>>,
    private readonly progress: Views['progress'],
  ) {}

  /** What must be heard of, whether a report can be made or not. */
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
