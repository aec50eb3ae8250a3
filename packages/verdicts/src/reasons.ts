import type { FrameworkEdition, MappedPair, RefTitle } from '@evidence/contracts';
import { byCodeUnits, type Frameworks } from '@evidence/frameworks';
import type { RefMapper, UsedMapping } from './refs.js';

/** The crosswalk pairs of these mappings, each once, by refs. */
export function pairsOf(used: readonly UsedMapping[], mapper: Pick<RefMapper, 'pairOf'>): MappedPair[] {
  const pairs = new Map<string, MappedPair>();
  for (const { mapping } of used) {
    const pair = mapper.pairOf(mapping);
    if (pair) pairs.set(`${pair.refA} ${pair.refB} ${pair.basis}`, pair);
  }
  return [...pairs].sort(([a], [b]) => byCodeUnits(a, b)).map(([, pair]) => pair);
}

/** The titles of the refs of these mappings and of the refs that they start from, each once, by ref. */
export function titlesOf(
  used: readonly UsedMapping[],
  requested: readonly FrameworkEdition[],
  frameworks: Frameworks,
): RefTitle[] {
  const refs = new Set<string>();
  for (const { mapping } of used) {
    const { ref, via } = mapping;
    refs.add(ref);
    if (via !== undefined) refs.add(via);
  }
  return [...refs].sort(byCodeUnits).flatMap((ref) => titleOf(ref, requested, frameworks) ?? []);
}

/** From the requested edition if it has the ref, otherwise from the newest that does; undefined if no catalog has it. */
function titleOf(
  ref: string,
  requested: readonly FrameworkEdition[],
  { frameworkOf, editionsOf, catalog }: Frameworks,
): RefTitle | undefined {
  const framework = frameworkOf(ref);
  if (framework === undefined) return undefined;
  const editions = editionsOf(ref);
  const asked = requested.find((each) => each.framework === framework)?.edition;
  const edition = editions.find((each) => each === asked) ?? (editions.at(-1) as string);
  const { controls = [], otherEntries = [] } = catalog(framework, edition) ?? {};
  const entry = [...controls, ...otherEntries].find((each) => each.ref === ref);
  return entry && { ref, framework, edition, nativeId: entry.nativeId, title: entry.title };
}
