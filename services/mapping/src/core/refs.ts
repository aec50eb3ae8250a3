import type { Basis, DirectRef, FrameworkEdition, RefMapping } from '@evidence/contracts';
import { basisRank, byCodeUnits, type Frameworks, type PairFrom, RECORDED_EDITIONS } from '@evidence/frameworks';

/** All refs of a thing with these direct refs, and what could not be said in a requested edition. */
export interface MappedRefs {
  /** One mapping a ref: direct ones first, then by strength of the basis, then by ref. */
  readonly mappings: readonly RefMapping[];
  /** One sentence for each direct ref and requested edition that it has no single entry in. */
  readonly untranslated: readonly string[];
}

export interface MappingRules {
  readonly frameworks: Frameworks;
  readonly requested: readonly FrameworkEdition[];
  /** The weakest basis accepted. */
  readonly policy: Basis;
}

/**
 * How refs are mapped under these rules.
 *
 * - Refs of frameworks that were not requested stay, in the edition they are recorded in: a finding shows all it carries.
 * - Refs of a requested framework are said in each requested edition, by entry and never by number. A translated direct ref stays
 *   direct. A crosswalk pair asserts something about one edition only, so carried to another it is `derived`, whoever asserted it.
 * - Pairs start from the direct refs as they were recorded; no pair is followed from another one.
 * - For one ref the strongest basis wins, then the first starting ref, then the first source by name.
 */
export function refMapper(rules: MappingRules): (refs: readonly DirectRef[]) => MappedRefs {
  // Scanners repeat a few combinations of refs over all their findings.
  const known = new Map<string, MappedRefs>();
  return (refs) => {
    const key = JSON.stringify(refs.map(({ ref, source }) => [ref, source]));
    let mapped = known.get(key);
    if (!mapped) {
      mapped = mapRefs(refs, rules);
      known.set(key, mapped);
    }
    return mapped;
  };
}

function mapRefs(refs: readonly DirectRef[], rules: MappingRules): MappedRefs {
  const best = new Map<string, RefMapping>();
  const offer = (mapping: RefMapping): void => {
    const other = best.get(mapping.ref);
    if (!other || byStrength(mapping, other) < 0) best.set(mapping.ref, mapping);
  };
  const untranslated = new Set<string>();
  for (const { ref, source } of refs) {
    for (const edition of wantedEditions(ref, rules)) {
      const said = saidIn(ref, edition, rules.frameworks);
      if (said === undefined) untranslated.add(`${ref} has no single entry in edition ${edition}`);
      else
        offer({
          ref: said,
          basis: 'direct',
          source: said === ref ? source : `${source}; ${ref} in edition ${edition}`,
        });
    }
    for (const pair of rules.frameworks.pairsFrom(ref)) {
      for (const mapping of alongPair(ref, pair, rules)) {
        if (basisRank(mapping.basis) <= basisRank(rules.policy)) offer(mapping);
      }
    }
  }
  const mappings = [...best.values()].sort(
    (a, b) => basisRank(a.basis) - basisRank(b.basis) || byCodeUnits(a.ref, b.ref),
  );
  return { mappings, untranslated: [...untranslated] };
}

function* alongPair(via: string, pair: PairFrom, rules: MappingRules): Iterable<RefMapping> {
  const { relation, source } = pair;
  const pairEdition = rules.frameworks.editionOf(pair.ref);
  for (const edition of wantedEditions(pair.ref, rules)) {
    if (pairEdition === undefined || pairEdition.edition === edition) {
      yield { ref: pair.ref, basis: pair.basis, source, relation, via };
    } else if (pairEdition.edition === RECORDED_EDITIONS[pairEdition.framework]) {
      const said = saidIn(pair.ref, edition, rules.frameworks);
      if (said !== undefined)
        yield { ref: said, basis: 'derived', source: `${source}; ${pair.ref} in edition ${edition}`, relation, via };
    }
  }
}

/** The editions in which a ref is to be said: those requested of its framework, else the one it is recorded in. */
function wantedEditions(ref: string, { frameworks, requested }: MappingRules): readonly (string | undefined)[] {
  const framework = frameworks.editionOf(ref)?.framework;
  if (framework === undefined) return [undefined];
  const editions = requested.filter((each) => each.framework === framework).map((each) => each.edition);
  return editions.length > 0 ? editions : [RECORDED_EDITIONS[framework]];
}

/** A ref that no catalog has stands as it is. */
const saidIn = (ref: string, edition: string | undefined, frameworks: Frameworks): string | undefined =>
  edition === undefined ? ref : frameworks.inEdition(ref, edition);

const byStrength = (a: RefMapping, b: RefMapping): number =>
  basisRank(a.basis) - basisRank(b.basis) || byCodeUnits(a.via ?? '', b.via ?? '') || byCodeUnits(a.source, b.source);
