import type { ScanCompared } from '@evidence/contracts';
import type { WeaknessHistory } from './compare-scan.js';
import { knownWeaknesses, latestStarts } from './known-weaknesses.js';
import { losersOf, runsOf, sightings } from './runs.js';

/** Two files of one run. What the loser saw and tested counts only in the winner. */
interface CopyPair {
  readonly loser: ScanCompared;
  readonly winner: ScanCompared;
}

/** Everything that the endpoint's stream records about one scan, and what follows from it. */
export interface Comparison {
  readonly first: ReadonlySet<string>;
  readonly again: ReadonlySet<string>;
  /** For each, how many scans tested it since it was last seen. Without weaknesses that a later scan saw again. */
  readonly resolved: ReadonlyMap<string, number>;
  /** Undefined: there is nothing to reopen, or the time of the run is not stated, so nothing shows that it ran after a fix. */
  readonly reopening: Reopening | undefined;
  /** This scan and earlier ones of the same run. */
  readonly copies: readonly CopyPair[];
  /** Earlier scans of the same run that have results this one lacks, and the reverse: both count. */
  readonly apart: readonly ScanCompared[];
}

/** Weaknesses that were marked fixed at some time and that a run saw again. */
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

/** Considers what the run saw, except what its file closes. */
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

/** An interrupted import may be finished after a later scan was imported, and must not overrule that scan. */
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

/** Which of `findingIds` were seen again by scans that were compared after `scanId`. */
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
