import type { Basis, DirectRef, FrameworkEdition, RefMapping } from '@evidence/contracts';
import {
  basisRank,
  byCodeUnits,
  type Frameworks,
  type PairFrom,
  RECORDED_EDITIONS,
  sourceText,
} from '@evidence/frameworks';
import type { ControlNumbers, Controls } from './controls.js';

/** All refs of a thing with these direct refs, and what could not be said in a requested edition. */
export interface MappedRefs {
  /** One mapping a ref: direct ones first, then by strength of the basis, then by ref. Shared by all findings of these refs. */
  readonly mappings: RefMapping[];
  /** Those of them that were requested. */
  readonly controls: ControlNumbers;
  /** Numbers the different combinations of direct refs that this mapper has met, from 0. */
  readonly combination: number;
  /** One sentence for each direct ref and requested edition that it has no single entry in. */
  readonly untranslated: readonly string[];
}

export interface MappingRules {
  readonly frameworks: Frameworks;
  readonly requested: readonly FrameworkEdition[];
  /** The weakest basis accepted. */
  readonly policy: Basis;
  /** Those of `requested`. */
  readonly controls: Controls;
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
  // Scanners repeat a few refs, and a few combinations of them, over all their findings.
  const reachOf = remembered((ref: string) => reach(ref, rules));
  const known = new Map<string, MappedRefs>();
  return (refs) => {
    const key = keyOf(refs);
    let mapped = known.get(key);
    if (!mapped) {
      mapped = { ...mapRefs(refs, reachOf, rules.controls), combination: known.size };
      known.set(key, mapped);
    }
    return mapped;
  };
}

function remembered<T>(compute: (ref: string) => T): (ref: string) => T {
  const known = new Map<string, T>();
  return (ref) => {
    const old = known.get(ref);
    if (old !== undefined) return old;
    const value = compute(ref);
    known.set(ref, value);
    return value;
  };
}

/** The length keeps apart what a source, which may be any text, would run together. */
function keyOf(refs: readonly DirectRef[]): string {
  let key = '';
  for (const { ref, source } of refs) key += `${ref} ${source.length} ${source}`;
  return key;
}

/** Where one direct ref leads under the rules. */
interface Reach {
  /** The ref in each edition wanted that has a single entry for it. */
  readonly said: readonly { readonly ref: string; readonly edition: string | undefined }[];
  readonly untranslated: readonly string[];
  /** Along the pairs that the policy accepts. */
  readonly mappings: readonly RefMapping[];
}

function reach(ref: string, rules: MappingRules): Reach {
  const editions = wantedEditions(ref, rules).map((edition) => ({
    edition,
    ref: saidIn(ref, edition, rules.frameworks),
  }));
  return {
    said: editions.flatMap(({ edition, ref }) => (ref === undefined ? [] : [{ edition, ref }])),
    untranslated: editions.flatMap(({ edition, ref: said }) =>
      said === undefined ? [`${ref} has no single entry in edition ${edition}`] : [],
    ),
    mappings: rules.frameworks
      .pairsFrom(ref)
      .flatMap((pair) => [...alongPair(ref, pair, rules)])
      .filter(({ basis }) => basisRank(basis) <= basisRank(rules.policy)),
  };
}

function mapRefs(
  refs: readonly DirectRef[],
  reachOf: (ref: string) => Reach,
  controls: Controls,
): Omit<MappedRefs, 'combination'> {
  const best = new Map<string, RefMapping>();
  const offer = (mapping: RefMapping): void => {
    const other = best.get(mapping.ref);
    if (!other || byStrength(mapping, other) < 0) best.set(mapping.ref, mapping);
  };
  const untranslated = new Set<string>();
  for (const { ref, source } of refs) {
    const { said, untranslated: lost, mappings } = reachOf(ref);
    for (const { ref: inEdition, edition } of said) {
      offer({
        ref: inEdition,
        basis: 'direct',
        source: inEdition === ref ? source : `${source}; ${ref} in edition ${edition}`,
      });
    }
    for (const each of lost) untranslated.add(each);
    for (const mapping of mappings) offer(mapping);
  }
  const mappings = [...best.values()].sort(
    (a, b) => basisRank(a.basis) - basisRank(b.basis) || byCodeUnits(a.ref, b.ref),
  );
  return { mappings, controls: controls.among(mappings), untranslated: [...untranslated] };
}

function* alongPair(via: string, pair: PairFrom, rules: MappingRules): Iterable<RefMapping> {
  const { relation } = pair;
  const source = sourceText(pair.source);
  const framework = rules.frameworks.frameworkOf(pair.ref);
  const editions: readonly (string | undefined)[] = rules.frameworks.editionsOf(pair.ref);
  for (const edition of wantedEditions(pair.ref, rules)) {
    if (framework === undefined || editions.includes(edition)) {
      yield { ref: pair.ref, basis: pair.basis, source, relation, via };
    } else if (editions.includes(RECORDED_EDITIONS[framework])) {
      const said = saidIn(pair.ref, edition, rules.frameworks);
      if (said !== undefined)
        yield { ref: said, basis: 'derived', source: `${source}; ${pair.ref} in edition ${edition}`, relation, via };
    }
  }
}

/** The editions in which a ref is to be said: those requested of its framework, else the one it is recorded in. */
function wantedEditions(ref: string, { frameworks, requested }: MappingRules): readonly (string | undefined)[] {
  const framework = frameworks.frameworkOf(ref);
  if (framework === undefined) return [undefined];
  const editions = requested.filter((each) => each.framework === framework).map((each) => each.edition);
  return editions.length > 0 ? editions : [RECORDED_EDITIONS[framework]];
}

/** A ref that no catalog has stands as it is. */
const saidIn = (ref: string, edition: string | undefined, frameworks: Frameworks): string | undefined =>
  edition === undefined ? ref : frameworks.carried(ref, edition)?.ref;

const byStrength = (a: RefMapping, b: RefMapping): number =>
  basisRank(a.basis) - basisRank(b.basis) || byCodeUnits(a.via ?? '', b.via ?? '') || byCodeUnits(a.source, b.source);
