import type {
  Basis,
  DirectRef,
  FrameworkEdition,
  FrameworkSlug,
  MappedPair,
  RefMapping,
  Strength,
} from '@evidence/contracts';
import { basisRank, byCodeUnits, type Frameworks, type PairFrom, sourceText } from '@evidence/frameworks';
import type { CarriedControls, Controls } from './controls.js';
import { refSays } from './sentences.js';

/** All refs that follow from a set of direct refs, and the direct refs that have no entry in a requested edition. */
export interface MappedRefs {
  /** One mapping per ref: direct mappings first, then by evidence, then by ref. */
  readonly mappings: RefMapping[];
  /** By place, the number of each mapping: see `RefMapper.mappings`. */
  readonly numbers: readonly number[];
  /** Those of them that were requested. */
  readonly controls: CarriedControls;
  /** One sentence for each direct ref that has no single entry in the requested edition of its framework. */
  readonly untranslated: readonly string[];
}

/** A mapping, and the number of findings that have it. */
export interface UsedMapping {
  readonly mapping: RefMapping;
  readonly findings: number;
}

export interface MappingRules {
  readonly frameworks: Frameworks;
  /** Each framework in one edition. */
  readonly requested: readonly FrameworkEdition[];
  /** The weakest basis accepted for a crosswalk pair. */
  readonly policy: Basis;
  /** The weakest strength accepted for a crosswalk pair. */
  readonly strength: Strength;
  /** Those of `requested`. */
  readonly controls: Controls;
}

export interface RefMapper {
  /** Equal refs give the same object while they are remembered. */
  map(refs: readonly DirectRef[]): MappedRefs;
  /** The numbers of all mappings that one direct ref leads to, even if another ref has better ones. */
  ways(ref: DirectRef): readonly number[];
  /** By number, every different mapping so far. */
  readonly mappings: readonly RefMapping[];
  /** The crosswalk pair of a mapping of this mapper; undefined if the mapping is direct or is the nearest entry in another edition. */
  pairOf(mapping: RefMapping): MappedPair | undefined;
}

const strengthRank = (strength: Strength): number => (strength === 'primary' ? 0 : 1);

/**
 * How refs are mapped under these rules.
 *
 * - Direct refs stay, requested or not: a finding shows what its scanner says. If the framework of a ref is requested in another edition, the
 *   ref is translated to that edition if it has the same entry there, or a unique successor or predecessor; it stays direct. If it only has a
 *   nearest entry, the ref stays as it is, and that entry is `derived`.
 * - Pairs start from the direct refs, as recorded and as translated, and lead only to requested frameworks. Pairs are not chained. A pair
 *   asserts something about one edition: translated at either end it is `derived`, regardless of its source, and it is translated only where
 *   the entry is the same.
 * - For one ref the best evidence wins, see `byEvidence`.
 */
export function refMapper(rules: MappingRules): RefMapper {
  const mappings: RefMapping[] = [];
  const numbers = new Map<string, number>();
  const pairs = new Map<RefMapping, MappedPair>();
  const editions = new Map(rules.requested.map(({ framework, edition }) => [framework, edition]));
  const wayOf = (mapping: RefMapping): Way => {
    const key = JSON.stringify(inOrder.map((member) => mapping[member]));
    const number = numbers.get(key) ?? mappings.push(mapping) - 1;
    numbers.set(key, number);
    return { mapping: mappings[number] as RefMapping, number, weight: weightOf(mapping) };
  };
  // Scanners repeat a few refs, and a few combinations of them, over all their findings.
  const reaches = new Map<string, Reach>();
  const reachOf = (direct: DirectRef): Reach => {
    const key = keyOf([direct]);
    const known = reaches.get(key);
    if (known) return known;
    const { mappings: found, untranslated } = reachFrom(direct, editions, rules, pairs);
    const reach = { ways: found.map(wayOf), untranslated };
    reaches.set(key, reach);
    return reach;
  };
  const known = new Map<string, MappedRefs>();
  return {
    map(refs) {
      const key = keyOf(refs);
      let mapped = known.get(key);
      if (!mapped) {
        mapped = mapRefs(refs.map(reachOf), rules.controls);
        if (known.size >= COMBINATIONS_MAX) known.clear();
        known.set(key, mapped);
      }
      return mapped;
    },
    ways: (direct) => reachOf(direct).ways.map(({ number }) => number),
    mappings,
    pairOf: (mapping) => pairs.get(mapping),
  };
}

/** Combinations of direct refs that are remembered. If every finding has its own, remembering more would only take memory. */
export const COMBINATIONS_MAX = 10_000;

/** The length separates the parts, because a source may be any text. */
function keyOf(refs: readonly DirectRef[]): string {
  let key = '';
  for (const { ref, source, origin = '' } of refs) key += `${ref} ${origin} ${source.length} ${source}`;
  return key;
}

type RequestedEditions = ReadonlyMap<FrameworkSlug, string>;

/** Where one direct ref leads under the rules. */
interface Reach {
  readonly ways: readonly Way[];
  readonly untranslated: readonly string[];
}

interface Way {
  readonly mapping: RefMapping;
  readonly number: number;
  /** Less is better. */
  readonly weight: number;
}

function reachFrom(
  direct: DirectRef,
  editions: RequestedEditions,
  rules: MappingRules,
  pairs: Map<RefMapping, MappedPair>,
): Pick<MappedRefs, 'mappings' | 'untranslated'> {
  const { ref, source, origin } = direct;
  const { frameworks, policy, strength } = rules;
  const own = (said: string, inWords: string): RefMapping => ({
    ref: said,
    basis: 'direct',
    source: inWords,
    ...(origin && { origin }),
  });
  const framework = frameworks.frameworkOf(ref);
  const edition = framework && editions.get(framework);
  const carried = edition === undefined ? undefined : frameworks.carried(ref, edition);
  const mappings: RefMapping[] = [];
  const starts: Start[] = [{ ref, isCarried: false }];
  if (carried?.equivalence === 'one_to_one') {
    mappings.push(own(carried.ref, refSays.inEdition(source, ref, edition)));
    starts.push({ ref: carried.ref, isCarried: true });
  } else {
    mappings.push(own(ref, source));
    if (carried?.equivalence === 'other' && policy === 'derived') mappings.push(nearest(ref, carried.ref, edition));
  }
  for (const start of starts) {
    for (const pair of frameworks.pairsFrom(start.ref)) {
      const along = alongPair(start, pair, editions, frameworks);
      if (!along || basisRank(along.basis) > basisRank(policy) || strengthRank(pair.strength) > strengthRank(strength))
        continue;
      mappings.push(along);
      pairs.set(along, mappedPair(along, start, pair));
    }
  }
  const isLost = edition !== undefined && carried === undefined;
  return { mappings, untranslated: isLost ? [refSays.noSingleEntry(ref, edition)] : [] };
}

/** A ref that pairs are followed from. */
interface Start {
  readonly ref: string;
  /** The entry of the requested edition, not the one that was recorded. */
  readonly isCarried: boolean;
}

const nearest = (via: string, ref: string, edition: string | undefined): RefMapping => ({
  ref,
  basis: 'derived',
  strength: 'primary',
  source: refSays.nearest(via, edition),
  relation: 'related',
  via,
});

function alongPair(
  start: Start,
  pair: PairFrom,
  editions: RequestedEditions,
  frameworks: Frameworks,
): RefMapping | undefined {
  const framework = frameworks.frameworkOf(pair.ref);
  const edition = framework && editions.get(framework);
  const said = edition === undefined ? undefined : frameworks.carried(pair.ref, edition);
  if (said === undefined || said.equivalence === 'other') return undefined;
  const isCarried = start.isCarried || said.equivalence === 'one_to_one';
  const source = sourceText(pair.source);
  return {
    ref: said.ref,
    basis: isCarried ? 'derived' : pair.basis,
    strength: pair.strength,
    source: said.equivalence === 'one_to_one' ? refSays.inEdition(source, pair.ref, edition) : source,
    relation: pair.relation,
    via: start.ref,
  };
}

function mappedPair({ ref, basis }: RefMapping, start: Start, pair: PairFrom): MappedPair {
  const { ref: refB, basis: assertedBasis, source, relation, strength, licence, rationale } = pair;
  return {
    refA: start.ref,
    refB: ref,
    relation,
    basis,
    strength,
    ...((ref !== refB || basis !== assertedBasis) && { asserted: { refA: start.ref, refB, basis: assertedBasis } }),
    source: { ...source },
    licence,
    rationale,
    reviewedBy: pair.reviewedBy,
    independentSources: pair.independentSources,
  };
}

function mapRefs(reaches: readonly Reach[], controls: Controls): MappedRefs {
  const best = new Map<string, Way>();
  for (const { ways } of reaches) {
    for (const way of ways) {
      const other = best.get(way.mapping.ref);
      if (!other || byEvidence(way.mapping, other.mapping) < 0) best.set(way.mapping.ref, way);
    }
  }
  const ordered = [...best.values()].sort((a, b) => a.weight - b.weight || byCodeUnits(a.mapping.ref, b.mapping.ref));
  const mappings = ordered.map(({ mapping }) => mapping);
  const untranslated = [...new Set(reaches.flatMap((reach) => reach.untranslated))];
  return { mappings, numbers: ordered.map(({ number }) => number), controls: controls.among(mappings), untranslated };
}

/** The members that distinguish mappings, in the order in which they are compared if the evidence is equal. */
const inOrder = ['ref', 'via', 'source', 'origin', 'relation', 'basis', 'strength'] as const;

/**
 * Better evidence first: the stronger basis, then the stronger pair; then, for a total order, by source control, source and every other member
 * that distinguishes two mappings.
 */
export const byEvidence = (a: RefMapping, b: RefMapping): number =>
  weightOf(a) - weightOf(b) || byMembers(a, b, ['via', 'source', 'origin', 'relation']);

/** The order in which mappings are numbered, also those of one finding. Of several mappings with one ref the first has the best evidence. */
export const byPlace = (a: RefMapping, b: RefMapping): number => weightOf(a) - weightOf(b) || byMembers(a, b, inOrder);

function byMembers(a: RefMapping, b: RefMapping, members: readonly (typeof inOrder)[number][]): number {
  for (const member of members) {
    const order = byCodeUnits(a[member] ?? '', b[member] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

const weightOf = ({ basis, strength = 'primary' }: RefMapping): number => 2 * basisRank(basis) + strengthRank(strength);
