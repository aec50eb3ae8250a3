import type { ScanCompared } from '@evidence/contracts';
import type { WeaknessHistory } from './compare-scan.js';
import { knownWeaknesses } from './known-weaknesses.js';

/** What is on record of one scan in its endpoint's stream, in one piece, with what follows from it. */
export interface Comparison {
  readonly first: ReadonlySet<string>;
  readonly again: ReadonlySet<string>;
  /** With how many scans tested each since it was last seen. */
  readonly resolved: ReadonlyMap<string, number>;
  /** Of those seen again, the ones that were at some time said to be fixed, and that the file leaves open. */
  readonly toReopen: readonly string[];
  /** What this scan and an earlier one of the same run are to each other. */
  readonly copies:
    | { readonly loser: ScanCompared; readonly winner: ScanCompared; readonly earlier: ScanCompared }
    | undefined;
}

/** The scan must have been compared. */
export function comparisonOf(history: WeaknessHistory, scanId: string): Comparison {
  const compared = history.flatMap((event) => (event.type === 'ScanCompared' ? [event.data] : []));
  const parts = compared.filter((each) => each.scanId === scanId);
  const closed = new Set(parts.flatMap((part) => part.closed));
  const again = new Set(parts.flatMap((part) => part.again));
  const claimed = history.flatMap((event) =>
    event.type === 'FixClaimed' ? event.data.findingId : event.data.resolved,
  );
  const own = parts[0];
  const earlier = own?.copyOf && compared.find((each) => each.scanId === own.copyOf?.scanId);
  const [loser, winner] = own?.copyOf?.superseded ? [earlier, own] : [own, earlier];
  return {
    first: new Set(parts.flatMap(({ first }) => first.flatMap(({ findingIds }) => findingIds))),
    again,
    resolved: cleanScansOf(
      new Set(parts.flatMap((part) => part.resolved)),
      compared.slice(0, compared.findLastIndex((each) => each.scanId === scanId) + 1),
    ),
    toReopen: [...new Set(claimed)].filter((findingId) => again.has(findingId) && !closed.has(findingId)),
    copies: loser && winner && earlier && { loser, winner, earlier },
  };
}

function cleanScansOf(resolved: ReadonlySet<string>, upToScan: readonly ScanCompared[]): ReadonlyMap<string, number> {
  if (resolved.size === 0) return new Map();
  const known = knownWeaknesses(upToScan);
  return new Map([...resolved].map((findingId) => [findingId, known.get(findingId)?.cleanScans ?? 1]));
}
