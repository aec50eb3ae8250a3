import { createHash } from 'node:crypto';
import type { Basis, Relation } from '@evidence/contracts';
import type { CrosswalkPair } from './data.js';
import { byCodeUnits } from './order.js';

/** The day on which the data folder was last changed. */
const CROSSWALK_VERSION = '2026-11-23';

const RANKS: Readonly<Record<Basis, number>> = { direct: 0, official: 1, published: 2, derived: 3 };

/** 0 for the strongest. */
export const basisRank = (basis: Basis): number => RANKS[basis];

/** A pair seen from one of its refs: that ref `<relation>` `ref`. */
export interface PairFrom {
  readonly ref: string;
  readonly relation: Relation;
  readonly basis: Exclude<Basis, 'direct'>;
  readonly source: string;
  readonly sourceUrls: readonly string[];
  readonly licence: string;
}

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

export const crosswalkOf = (pairs: readonly CrosswalkPair[]): Crosswalk => ({
  version: CROSSWALK_VERSION,
  sha256: createHash('sha256').update(canonicalPairs(pairs), 'utf8').digest('hex'),
  pairs,
});

/**
 * The JSON text (no white space) of an array of `[refA, relation, refB, basis, source, sourceUrls, licence]`, sorted by the UTF-16 code
 * units of each row's own JSON text. The order and layout of the files do not matter.
 */
function canonicalPairs(pairs: readonly CrosswalkPair[]): string {
  const rows = pairs.map(({ refA, relation, refB, basis, source, sourceUrls, licence }) =>
    JSON.stringify([refA, relation, refB, basis, source, sourceUrls, licence]),
  );
  return `[${rows.sort(byCodeUnits).join(',')}]`;
}

const NO_PAIRS: readonly PairFrom[] = [];

/** The pairs of a ref in both directions, by the other ref, then strongest basis first. */
export function pairLookup(pairs: readonly CrosswalkPair[]): (ref: string) => readonly PairFrom[] {
  const pairsByRef = new Map<string, PairFrom[]>();
  const add = (from: string, pair: PairFrom): void => {
    const known = pairsByRef.get(from);
    if (known) known.push(pair);
    else pairsByRef.set(from, [pair]);
  };
  for (const { refA, refB, relation, basis, source, sourceUrls, licence } of pairs) {
    add(refA, { ref: refB, relation, basis, source, sourceUrls, licence });
    add(refB, { ref: refA, relation: INVERSE[relation], basis, source, sourceUrls, licence });
  }
  for (const each of pairsByRef.values()) {
    each.sort(
      (a, b) => byCodeUnits(a.ref, b.ref) || basisRank(a.basis) - basisRank(b.basis) || byCodeUnits(a.source, b.source),
    );
  }
  return (ref) => pairsByRef.get(ref) ?? NO_PAIRS;
}
