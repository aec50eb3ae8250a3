import type { ScanCompared } from '@evidence/contracts';

/** What the comparisons so far say about one weakness. */
export interface KnownWeakness {
  /** What a scan has to run to test it; undefined: its own id. */
  readonly testId: string | undefined;
  /** When the last scan that saw it ran, in milliseconds since 1970. */
  lastSeenAtMs: number;
  /** Scans that tested it since, and did not see it. */
  cleanScans: number;
  /** The file of the last scan that saw it closed it. */
  isClosed: boolean;
  /** The policy resolved it since it was last seen. */
  isResolved: boolean;
}

/** By finding id. */
export function knownWeaknesses(compared: readonly ScanCompared[]): ReadonlyMap<string, KnownWeakness> {
  const known = new Map<string, KnownWeakness>();
  const startedAtMs = instantsOfRuns(compared);
  for (const event of compared) {
    const seenAtMs = startedAtMs(event);
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

/** Of the copies of one run, the one that counts. */
export function countingCopy([first, ...later]: readonly ScanCompared[]): ScanCompared | undefined {
  return later.reduce((counting, copy) => (copy.copyOf?.superseded ? copy : counting), first);
}

/** A hitlog does not say when its run was: the copy that counts does. */
function instantsOfRuns(compared: readonly ScanCompared[]): (event: ScanCompared) => number {
  const ofRuns = new Map<string, number>();
  const keyOf = ({ tool, copy }: ScanCompared) => JSON.stringify([tool, copy?.runId]);
  for (const event of compared) {
    const key = keyOf(event);
    if (event.copy && (event.copyOf?.superseded || !ofRuns.has(key))) ofRuns.set(key, Date.parse(event.startedAt));
  }
  return (event) => (event.copy && ofRuns.get(keyOf(event))) ?? Date.parse(event.startedAt);
}
