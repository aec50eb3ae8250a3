import type { FrameworkCrosswalk, FrameworkEdition } from '@evidence/contracts';
import type { CrosswalkPair } from './crosswalk-data.js';
import type { Frameworks } from './frameworks.js';

type StatedPair = FrameworkCrosswalk['pairs'][number];

/** What REST documents state about a pair in addition to its two ends. */
export const statedPair = ({
  basis,
  strength,
  source,
  licence,
  rationale,
  reviewedBy,
  independentSources,
}: Omit<CrosswalkPair, 'refA' | 'relation' | 'refB'>): Omit<
  StatedPair,
  'ref_a' | 'relation' | 'ref_b' | 'framework_b' | 'edition_b'
> => ({
  basis,
  strength,
  source: { ...source },
  licence,
  rationale,
  reviewed_by: reviewedBy,
  independent_sources: independentSources,
});

/**
 * The crosswalk from one edition of a framework, as `GET /frameworks/{slug}/crosswalk` returns it: every pair with a ref of that edition at
 * either end, oriented so that it starts there. Undefined if there is no such catalog.
 */
export function crosswalkFrom(
  { framework, edition }: FrameworkEdition,
  { catalog, crosswalk, pairsFrom, frameworkOf, editionsOf }: Frameworks,
): FrameworkCrosswalk | undefined {
  const found = catalog(framework, edition);
  if (!found) return undefined;
  const { version, sha256 } = crosswalk;
  const pairs = [...found.controls, ...(found.otherEntries ?? [])].flatMap(({ ref }) =>
    pairsFrom(ref).map(({ ref: other, relation, ...pair }) => {
      const [framework_b, edition_b] = [frameworkOf(other), editionsOf(other).at(-1)];
      if (framework_b === undefined || edition_b === undefined)
        throw new Error(`The crosswalk pairs ${ref} with ${other}, which no catalog has.`);
      return { ref_a: ref, relation, ref_b: other, framework_b, edition_b, ...statedPair(pair) };
    }),
  );
  return { framework, edition, version, sha256, pairs };
}
