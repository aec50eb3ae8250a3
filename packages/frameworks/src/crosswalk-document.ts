import type { FrameworkCrosswalk, FrameworkEdition } from '@evidence/contracts';
import { sourceText } from './crosswalk.js';
import type { Frameworks } from './frameworks.js';

/**
 * Where the crosswalk leads from one edition of a framework, as `GET /frameworks/{slug}/crosswalk` answers it: every pair with a ref of that
 * edition on either side, turned so that it starts there. Undefined when there is no such catalog.
 */
export function crosswalkFrom(
  { framework, edition }: FrameworkEdition,
  { catalog, crosswalk, pairsFrom, frameworkOf, editionsOf }: Frameworks,
): FrameworkCrosswalk | undefined {
  const controls = catalog(framework, edition)?.controls;
  if (!controls) return undefined;
  const { version, sha256 } = crosswalk;
  const pairs = controls.flatMap(({ ref }) =>
    pairsFrom(ref).flatMap(({ ref: other, relation, basis, source, licence }) => {
      const [framework_b, edition_b] = [frameworkOf(other), editionsOf(other).at(-1)];
      if (framework_b === undefined || edition_b === undefined)
        throw new Error(`The crosswalk pairs ${ref} with ${other}, which no catalog has.`);
      const ends = { ref_a: ref, relation, ref_b: other, framework_b, edition_b };
      return {
        ...ends,
        basis,
        source: sourceText(source),
        source_urls: source.url === '' ? [] : [source.url],
        licence,
      };
    }),
  );
  return { framework, edition, version, sha256, pairs };
}
