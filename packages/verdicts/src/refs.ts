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

/** All refs of a thing with these direct refs, and what could not be said in a requested edition. */
export interface MappedRefs {
  /** One mapping a ref, direct ones first, then by evidence, then by ref. */
  readonly mappings: RefMapping[];
  /** By place, the number of each mapping: see `RefMapper.mappings`. */
  readonly numbers: readonly number[];
  /** Those of them that were requested. */
  readonly controls: CarriedControls;
  /** Numbers the different combinations of direct refs that this mapper has met, from 0. */
  readonly combination: number;
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
  map(refs: readonly DirectRef[]): MappedRefs;
  /** By number, every different mapping that has been looked at. */
  readonly mappings: readonly RefMapping[];
  /** The crosswalk pair behind a mapping of this mapper; undefined when it is direct, or is the nearest entry of another edition. */
  pairOf(mapping: RefMapping): MappedPair | undefined;
}

const strengthRank = (strength: Strength): number => (strength === 'primary' ? 0 : 1);

/**
 * How refs are mapped under these rules.
 *
 * - Direct refs stay, requested or not: a finding shows what its scanner says. One whose framework is requested in another edition is said
 *   in that edition where it has the same entry, or the one successor or predecessor that has no other; it stays direct. Where it is only
 *   near to an entry, it stays as it is, and that entry is `derived`.
 * - Pairs start from the direct refs, as recorded and as said in the requested edition, and lead to requested frameworks only. No pair is
 *   followed from another one. A pair asserts something about one edition: carried to another at either end it is `derived`, whoever
 *   asserted it, and it is carried only where the entry is the same.
 * - For one ref the best evidence wins, see `byEvidence`.
 */
export function refMapper(rules: MappingRules): RefMapper {
  const mappings: RefMapping[] = [];
  const pairs = new Map<RefMapping, MappedPair>();
  const editions = new Map(rules.requested.map(({ framework, edition }) => [framework, edition]));
  // Scanners repeat a few refs, and a few combinations of them, over all their findings.
  const reaches = new Map<string, Reach>();
  const reachOf = (direct: DirectRef): Reach => {
    const key = keyOf([direct]);
    const known = reaches.get(key);
    if (known) return known;
    const { mappings: found, untranslated } = reachFrom(direct, editions, rules, pairs);
    const ways = found.map((mapping) => ({ mapping, number: mappings.push(mapping) - 1, weight: weightOf(mapping) }));
    const reach = { ways, untranslated };
    reaches.set(key, reach);
    return reach;
  };
  const known = new Map<string, MappedRefs>();
  return {
    map(refs) {
      const key = keyOf(refs);
      let mapped = known.get(key);
      if (!mapped) {
        mapped = { ...mapRefs(refs.map(reachOf), rules.controls), combination: known.size };
        known.set(key, mapped);
      }
      return mapped;
    },
    mappings,
    pairOf: (mapping) => pairs.get(mapping),
  };
}

/** The length keeps apart what a source, which may be any text, would run together. */
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
    mappings.push(own(carried.ref, `${source}; ${ref} in edition ${edition}`));
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
  return { mappings, untranslated: isLost ? [`${ref} has no single entry in edition ${edition}`] : [] };
}

/** A ref that pairs are followed from. */
interface Start {
  readonly ref: string;
  /** It is the entry of the requested edition, and not the one that was recorded. */
  readonly isCarried: boolean;
}

const nearest = (via: string, ref: string, edition: string | undefined): RefMapping => ({
  ref,
  basis: 'derived',
  strength: 'primary',
  source: `nearest entry to ${via} in edition ${edition}`,
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
  const end = said.equivalence === 'one_to_one' ? `; ${pair.ref} in edition ${edition}` : '';
  return {
    ref: said.ref,
    basis: isCarried ? 'derived' : pair.basis,
    strength: pair.strength,
    source: `${sourceText(pair.source)}${end}`,
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

function mapRefs(reaches: readonly Reach[], controls: Controls): Omit<MappedRefs, 'combination'> {
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

/** Better evidence first: the stronger basis, then the stronger pair, then, so that there is an order, by source control and source. */
export const byEvidence = (a: RefMapping, b: RefMapping): number =>
  weightOf(a) - weightOf(b) || byCodeUnits(a.via ?? '', b.via ?? '') || byCodeUnits(a.source, b.source);

const weightOf = ({ basis, strength = 'primary' }: RefMapping): number => 2 * basisRank(basis) + strengthRank(strength);
