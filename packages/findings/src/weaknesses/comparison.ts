import type { ScanCompared } from '@evidence/contracts';
import type { WeaknessHistory } from './compare-scan.js';
import { knownWeaknesses, latestStarts } from './known-weaknesses.js';
import { losersOf, runsOf, sightings } from './runs.js';

/** Two files of one run: what the first saw, and what it tested, counts in the second only. */
interface CopyPair {
  readonly loser: ScanCompared;
  readonly winner: ScanCompared;
}

/** What is on record of one scan in its endpoint's stream, in one piece, with what follows from it. */
export interface Comparison {
  readonly first: ReadonlySet<string>;
  readonly again: ReadonlySet<string>;
  /** With how many scans tested each since it was last seen; without what a later scan saw again. */
  readonly resolved: ReadonlyMap<string, number>;
  /** Undefined: nothing, or nobody says when the run was, and so nothing shows that it was after a fix. */
  readonly reopening: Reopening | undefined;
  /** This scan and earlier ones of the same run. */
  readonly copies: readonly CopyPair[];
  /** Earlier scans of the same run that have something of their own, as this one has: both count. */
  readonly apart: readonly ScanCompared[];
}

/** Weaknesses that were at some time said to be fixed, and that a run saw again. */
export interface Reopening {
  readonly findingIds: readonly string[];
  /** The copy of the run that counts. */
  readonly scanId: string;
  /** RFC 3339 in UTC. */
  readonly ranAt: string;
}

/** The scan must have been compared. */
export function comparisonOf(history: WeaknessHistory, scanId: string): Comparison {
  const compared = history.flatMap((event) => (event.type === 'ScanCompared' ? [event.data] : []));
  const parts = compared.filter((each) => each.scanId === scanId);
  const [own] = parts;
  const partOf = (id: string) => compared.filter((each) => each.scanId === id).slice(0, 1);
  const losers = own ? losersOf(own) : [];
  const winners = own?.copyOf?.superseded === false ? partOf(own.copyOf.scanId) : parts.slice(0, 1);
  return {
    first: new Set(parts.flatMap(({ first }) => first.flatMap(({ findingIds }) => findingIds))),
    again: new Set(parts.flatMap((part) => part.again)),
    resolved: resolvedBy(compared, scanId),
    reopening: reopeningBy(history, compared, scanId),
    copies: winners.flatMap((winner) => losers.flatMap(partOf).map((loser) => ({ loser, winner }))),
    apart: (own?.apart ?? []).flatMap(partOf),
  };
}

/** Of what the run saw and its file leaves open. */
function reopeningBy(
  history: WeaknessHistory,
  compared: readonly ScanCompared[],
  scanId: string,
): Reopening | undefined {
  const runs = runsOf(compared);
  const ranAt = runs.startedAt(scanId);
  if (ranAt === null) return undefined;
  const counting = runs.countingFor(scanId);
  const parts = compared.filter((each) => each.scanId === counting);
  const seen = new Set(parts.flatMap(sightings));
  const closed = new Set(parts.flatMap((part) => part.closed));
  const claimed = history.flatMap((event) =>
    event.type === 'FixClaimed' ? event.data.findingId : event.data.resolved,
  );
  const findingIds = [...new Set(claimed)].filter((findingId) => seen.has(findingId) && !closed.has(findingId));
  return findingIds.length === 0 ? undefined : { findingIds, scanId: counting, ranAt };
}

/** An import that was cut off may be finished after a later scan has been imported, and must not overrule it. */
function resolvedBy(compared: readonly ScanCompared[], scanId: string): ReadonlyMap<string, number> {
  const last = compared.findLastIndex((each) => each.scanId === scanId);
  const resolved = new Set(compared.flatMap((each) => (each.scanId === scanId ? each.resolved : [])));
  const ranAt = compared[last]?.startedAt;
  if (resolved.size === 0 || !ranAt) return new Map();
  const latestOf = latestStarts(compared);
  for (const later of compared.slice(last + 1))
    if (latestOf(later) > Date.parse(ranAt)) for (const findingId of later.again) resolved.delete(findingId);
  const known = knownWeaknesses(compared.slice(0, last + 1));
  return new Map([...resolved].map((findingId) => [findingId, known.get(findingId)?.cleanScans ?? 1]));
}

/** What a scan that ran after `scanId`, and was compared after it, saw again of `findingIds`. */
export function* seenSince(
  history: WeaknessHistory,
  scanId: string,
  findingIds: ReadonlySet<string>,
): Generator<Reopening> {
  const compared = history.flatMap((event) => (event.type === 'ScanCompared' ? [event.data] : []));
  const runs = runsOf(compared);
  for (const later of compared.slice(compared.findLastIndex((each) => each.scanId === scanId) + 1)) {
    const ranAt = runs.startedAt(later.scanId);
    const again = later.again.filter((findingId) => findingIds.has(findingId) && !later.closed.includes(findingId));
    if (ranAt !== null && again.length > 0) yield { findingIds: again, scanId: later.scanId, ranAt };
  }
}
