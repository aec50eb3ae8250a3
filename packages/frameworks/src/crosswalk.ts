import { type Basis, type CrosswalkSource, canonicalJson, type Relation, sha256Of } from '@evidence/contracts';
import type { CrosswalkPair } from './crosswalk-data.js';
import { byCodeUnits } from './order.js';

const RANKS: Readonly<Record<Basis, number>> = { direct: 0, official: 1, published: 2, derived: 3 };

/** 0 for the strongest. */
export const basisRank = (basis: Basis): number => RANKS[basis];

/** A pair seen from one of its refs: that ref `<relation>` `ref`. */
export interface PairFrom extends Omit<CrosswalkPair, 'refA' | 'refB'> {
  readonly ref: string;
}

/** A source in one line, as a report names it. */
export const sourceText = ({ document, edition, locator }: CrosswalkSource): string =>
  [document, edition, locator].filter((part) => part !== '').join(', ');

export interface Crosswalk {
  readonly version: string;
  /** SHA-256 of the pairs' canonical form, see `canonicalPairs`. */
  readonly sha256: string;
  readonly pairs: readonly CrosswalkPair[];
}

const INVERSE: Readonly<Record<Relation, Relation>> = {
  equal: 'equal',
  subset: 'superset',
  superset: 'subset',
  intersects: 'intersects',
  related: 'related',
};

export const crosswalkOf = (version: string, pairs: readonly CrosswalkPair[]): Crosswalk => ({
  version,
  sha256: sha256Of(canonicalPairs(pairs)),
  pairs,
});

/**
 * A JSON array of the pairs, each as canonical JSON (RFC 8785), sorted by the UTF-16 code units of that text, so that the order and layout of
 * the files do not matter.
 */
const canonicalPairs = (pairs: readonly CrosswalkPair[]): string =>
  `[${pairs
    .map((pair) => Buffer.from(canonicalJson(pair)).toString('utf8'))
    .sort(byCodeUnits)
    .join(',')}]`;

const NO_PAIRS: readonly PairFrom[] = [];

/** The pairs of a ref in both directions, sorted by the other ref, then strongest basis first. */
export function pairLookup(pairs: readonly CrosswalkPair[]): (ref: string) => readonly PairFrom[] {
  const pairsByRef = new Map<string, PairFrom[]>();
  const add = (from: string, pair: PairFrom): void => {
    const known = pairsByRef.get(from);
    if (known) known.push(pair);
    else pairsByRef.set(from, [pair]);
  };
  for (const { refA, refB, relation, ...pair } of pairs) {
    add(refA, { ref: refB, relation, ...pair });
    add(refB, { ref: refA, relation: INVERSE[relation], ...pair });
  }
  for (const each of pairsByRef.values()) {
    each.sort(
      (a, b) =>
        byCodeUnits(a.ref, b.ref) ||
        basisRank(a.basis) - basisRank(b.basis) ||
        byCodeUnits(sourceText(a.source), sourceText(b.source)),
    );
  }
  return (ref) => pairsByRef.get(ref) ?? NO_PAIRS;
}
