import type { FrameworkEdition, Overlap, RefMapping } from '@evidence/contracts';
import { byCodeUnits, type Frameworks } from '@evidence/frameworks';
import type { RefGroup } from './coverage.js';

/**
 * For every two requested frameworks, which of their refs stand on the same findings, and how often; `refA` is of the framework
 * requested first. Sorted by findings, most first, then by refs. Works on groups of equal refs, so its cost follows the number of
 * different combinations, not of findings.
 */
export function overlapsOf(
  groups: readonly RefGroup[],
  requested: readonly FrameworkEdition[],
  frameworks: Frameworks,
): Overlap[] {
  const overlaps = new Map<string, Overlap>();
  for (const { mappings, findings } of groups) {
    const byFramework = requested.map((each) => mappings.filter(({ ref }) => isOf(each, ref, frameworks)));
    for (const [index, firsts] of byFramework.entries()) {
      const seconds = byFramework.slice(index + 1).flat();
      for (const a of firsts) for (const b of seconds) count(overlaps, a, b, findings);
    }
  }
  return [...overlaps.values()].sort(
    (a, b) => b.findingCount - a.findingCount || byCodeUnits(a.refA, b.refA) || byCodeUnits(a.refB, b.refB),
  );
}

function count(overlaps: Map<string, Overlap>, a: RefMapping, b: RefMapping, findings: number): void {
  const key = `${a.ref} ${b.ref}`;
  let overlap = overlaps.get(key);
  if (!overlap) {
    overlap = { refA: a.ref, refB: b.ref, findingCount: 0, directCount: 0 };
    overlaps.set(key, overlap);
  }
  overlap.findingCount += findings;
  if (a.basis === 'direct' && b.basis === 'direct') overlap.directCount += findings;
}

function isOf({ framework, edition }: FrameworkEdition, ref: string, frameworks: Frameworks): boolean {
  const known = frameworks.editionOf(ref);
  return known?.framework === framework && known.edition === edition;
}
