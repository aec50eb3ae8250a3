import type { ScanCompared } from '@evidence/contracts';
import { runsOf } from './runs.js';

/** What the comparisons so far say about one weakness. */
export interface KnownWeakness {
  /** The id of its test; undefined: its own id. */
  readonly testId: string | undefined;
  /** The latest time at which a scan that saw it can have run, in milliseconds since 1970. */
  lastSeenAtMs: number;
  /** How many scans have tested it since without seeing it. */
  cleanScans: number;
  /** The file of the last scan that saw it closed it. */
  isClosed: boolean;
  /** The policy resolved it since it was last seen. */
  isResolved: boolean;
}

/** By finding id. */
export function knownWeaknesses(compared: readonly ScanCompared[]): ReadonlyMap<string, KnownWeakness> {
  const known = new Map<string, KnownWeakness>();
  const latestOf = latestStarts(compared);
  for (const event of compared) {
    const seenAtMs = latestOf(event);
    for (const { testId, findingIds } of event.first)
      for (const findingId of findingIds)
        known.set(findingId, { testId, lastSeenAtMs: seenAtMs, cleanScans: 0, isClosed: false, isResolved: false });
    for (const findingId of event.again) {
      const weakness = known.get(findingId);
      if (!weakness) continue;
      Object.assign(weakness, { cleanScans: 0, isResolved: false });
      if (seenAtMs < weakness.lastSeenAtMs) continue;
      Object.assign(weakness, { lastSeenAtMs: seenAtMs, isClosed: false });
    }
    for (const findingId of event.closed) {
      const weakness = known.get(findingId);
      if (weakness?.lastSeenAtMs === seenAtMs) weakness.isClosed = true;
    }
    for (const findingId of event.notSeen) {
      const weakness = known.get(findingId);
      if (weakness) weakness.cleanScans++;
    }
    for (const findingId of event.resolved) Object.assign(known.get(findingId) ?? {}, { isResolved: true });
  }
  return known;
}

/** When a scan ran. If no copy of its run states a time, when it was compared, because it ran before that. In milliseconds since 1970. */
export function latestStarts(compared: readonly ScanCompared[]): (event: ScanCompared) => number {
  const runs = runsOf(compared);
  return ({ scanId, comparedAt }) => Date.parse(runs.startedAt(scanId) ?? comparedAt);
}
