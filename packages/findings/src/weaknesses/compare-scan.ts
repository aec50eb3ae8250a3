import type { EventOf, ScanCompared } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type KnownWeakness, knownWeaknesses } from './known-weaknesses.js';
import { isSameRun, type PlaceInRun, placeInRun, type RunFile, sightings } from './runs.js';

/** What happened to the weaknesses of one endpoint, in `weaknesses-<tenant>/<endpointId>`. These names and shapes are the storage format. */
export type WeaknessEvent = EventOf<'ScanCompared' | 'FixClaimed'>;

/** A weakness in the current scan. */
export interface SeenWeakness {
  /** The id of its test; undefined: its own id. */
  readonly testId: string | undefined;
  /** Every row of it in the file is closed. */
  readonly isClosed: boolean;
  /** How many rows of it the file has. */
  readonly rows: number;
}

export interface CompareScan {
  readonly type: 'CompareScan';
  readonly data: {
    readonly scan: RunFile & Pick<ScanCompared, 'tenant' | 'endpointId'>;
    /** RFC 3339 in UTC. */
    readonly comparedAt: string;
    /** By finding id. */
    readonly seen: ReadonlyMap<string, SeenWeakness>;
    /** Ids of the tests that had a verdict and no failure, and of findings that are their own test. */
    readonly passed: ReadonlySet<string>;
    /** The tenant's policy; undefined: only people close weaknesses. */
    readonly afterCleanScans: number | undefined;
  };
}

/** In log order. Derived state is computed once per decision, not event by event, because there may be many ids. */
export type WeaknessHistory = readonly WeaknessEvent[];

/** About 700 KB of ids, below the store's limit for an event. */
const IDS_PER_EVENT = 20_000;

/**
 * Compares a scan with what earlier scans of its endpoint found. For a scan that was already compared, it adds only what another version of
 * the importer finds in addition.
 */
export const weaknesses: Decider<CompareScan, WeaknessHistory, WeaknessEvent> = {
  initialState: [],
  evolve: (history, event) => [...history, event],
  decide({ data }, history) {
    const { scan, comparedAt, seen } = data;
    const compared = history.flatMap((event) => (event.type === 'ScanCompared' ? [event.data] : []));
    const own = compared.filter(({ scanId }) => scanId === scan.scanId);
    const others = compared.filter((each) => each.scanId !== scan.scanId && isSameRun(scan, each));
    const sees = { has: (id: string) => seen.has(id), [Symbol.iterator]: () => seen.keys() };
    const place = own[0] ? placeOnRecord(own[0]) : placeInRun({ file: scan, sees }, others);
    const isCopy = place.copyOf?.superseded === false;
    const done = new Set([...own, ...(isCopy ? others : [])].flatMap(sightings));
    const known = knownWeaknesses(compared);
    const outcomes: Outcome[] = [];
    for (const [findingId, { testId, isClosed }] of seen) {
      if (done.has(findingId)) continue;
      outcomes.push(known.has(findingId) ? { list: 'again', findingId } : { list: 'first', findingId, testId });
      if (isClosed) outcomes.push({ list: 'closed', findingId });
    }
    if (own.length > 0 && outcomes.length === 0) return [];
    const isClean = new Set(others.flatMap(({ notSeen }) => notSeen));
    for (const [findingId, weakness] of own.length > 0 || isCopy ? [] : unseen(data, known)) {
      if (isClean.has(findingId)) continue;
      outcomes.push({ list: 'notSeen', findingId });
      if (isDue(weakness, data.afterCleanScans)) outcomes.push({ list: 'resolved', findingId });
    }
    const header = { ...scan, comparedAt, seen: seen.size, ...place };
    return inParts(outcomes).map((part) => ({ type: 'ScanCompared', data: { ...header, ...listsOf(part) } }));
  },
};

const placeOnRecord = ({ copyOf, supersedes, apart }: ScanCompared): PlaceInRun => ({
  ...(copyOf && { copyOf }),
  ...(supersedes && { supersedes }),
  ...(apart && { apart }),
});

type List = 'first' | 'again' | 'notSeen' | 'closed' | 'resolved';
interface Outcome {
  readonly list: List;
  readonly findingId: string;
  readonly testId?: string | undefined;
}

/**
 * Known weaknesses that the scan tested and shows to be gone. A scan without a stated time shows none to be gone, because it may have run
 * before the weakness appeared.
 */
function* unseen(
  { scan, seen, passed }: CompareScan['data'],
  known: ReadonlyMap<string, KnownWeakness>,
): Generator<readonly [string, KnownWeakness]> {
  if (scan.startedAt === null) return;
  const startedAtMs = Date.parse(scan.startedAt);
  for (const [findingId, weakness] of known) {
    const isTested = passed.has(weakness.testId ?? findingId) && !seen.has(findingId);
    if (isTested && startedAtMs > weakness.lastSeenAtMs) yield [findingId, weakness];
  }
}

const isDue = ({ isClosed, isResolved, cleanScans }: KnownWeakness, afterCleanScans: number | undefined): boolean =>
  afterCleanScans !== undefined && !isClosed && !isResolved && cleanScans + 1 >= afterCleanScans;

function inParts(outcomes: readonly Outcome[]): Outcome[][] {
  const parts = Math.max(1, Math.ceil(outcomes.length / IDS_PER_EVENT));
  return Array.from({ length: parts }, (_, part) => outcomes.slice(part * IDS_PER_EVENT, (part + 1) * IDS_PER_EVENT));
}

function listsOf(part: readonly Outcome[]): Pick<ScanCompared, List> {
  const lists: Record<Exclude<List, 'first'>, string[]> = { again: [], notSeen: [], closed: [], resolved: [] };
  const first = new Map<string | undefined, string[]>();
  for (const { list, findingId, testId } of part) {
    if (list !== 'first') lists[list].push(findingId);
    else if (!first.get(testId)?.push(findingId)) first.set(testId, [findingId]);
  }
  const groups = [...first].map(([testId, findingIds]) =>
    testId === undefined ? { findingIds } : { testId, findingIds },
  );
  return { first: groups, ...lists };
}
