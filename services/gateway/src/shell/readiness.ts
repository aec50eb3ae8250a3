import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../core/problem.js';

/** How long a part may take to show that it is there. */
const PROBE_TIMEOUT_MS = 2_000;

/** Answers the names of what is missing; rejects, or takes too long, when the whole part is not there. */
export type Probe = () => Promise<readonly string[]>;

/** Whether a report can be made: every part of the system is asked anew each time. */
export class Readiness {
  /** Probes by the name of the part. */
  constructor(private readonly probes: Readonly<Record<string, Probe>>) {}

  /** Throws `unavailable`, naming what is missing. */
  async require(): Promise<void> {
    const missing = await Promise.all(
      Object.entries(this.probes).map(([part, probe]) => missingOf(part, probe, PROBE_TIMEOUT_MS)),
    );
    const names = missing.flat();
    if (names.length > 0) throw unavailable(`No report can be made now. Missing: ${names.join(', ')}.`, names);
  }
}

/** What of the part is missing now: the whole part when it does not answer in time. */
export async function missingOf(part: string, probe: Probe, timeoutMs: number): Promise<readonly string[]> {
  const abandoned = new AbortController();
  const late = delay(timeoutMs, [part], { signal: abandoned.signal });
  try {
    return await Promise.race([probe(), late]);
  } catch {
    return [part];
  } finally {
    abandoned.abort();
    late.catch(() => undefined);
  }
}
