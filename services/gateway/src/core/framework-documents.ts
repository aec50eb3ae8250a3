import type { Framework, FrameworkList, FrameworkSlug } from '@evidence/contracts';
import type { Catalog, Frameworks } from '@evidence/frameworks';
import { Problem } from './problem.js';

/** All frameworks, with their editions. */
export function frameworkListOf(frameworks: Frameworks): FrameworkList {
  return {
    data: slugsOf(frameworks).map((slug) => ({
      slug,
      default_edition: defaultEditionOf(slug, frameworks),
      editions: catalogsOf(slug, frameworks).map(editionRowOf),
    })),
  };
}

/** One framework with everything we know about it. Throws `framework_not_found`. */
export function frameworkOf(slug: string, frameworks: Frameworks): Framework {
  const known = slugsOf(frameworks).find((each) => each === slug);
  if (known === undefined) {
    throw new Problem('framework_not_found', 'There is no such framework: use one of allowed.', {
      allowed: slugsOf(frameworks),
    });
  }
  const { version, sha256 } = frameworks.crosswalk;
  return {
    slug: known,
    default_edition: defaultEditionOf(known, frameworks),
    ref_grammar: `^${known}[A-Za-z0-9_]+$`,
    editions: catalogsOf(known, frameworks).map((catalog) => ({
      ...editionRowOf(catalog),
      controls: controlsOf(catalog),
    })),
    crosswalk: { version, sha256, pairs: pairsOf(known, frameworks) },
  };
}

const slugsOf = ({ catalogs }: Frameworks): FrameworkSlug[] => [...new Set(catalogs.map(({ framework }) => framework))];

const catalogsOf = (slug: FrameworkSlug, { catalogs }: Frameworks): Catalog[] =>
  catalogs.filter(({ framework }) => framework === slug);

function defaultEditionOf(slug: FrameworkSlug, { parseRequested }: Frameworks): string {
  const parsed = parseRequested(slug);
  if (!parsed.ok) throw new Error(`${slug} has a catalog and no default edition`);
  return parsed.edition;
}

function editionRowOf({ edition, name, publisher, published, sourceUrl, licence }: Catalog) {
  return { edition, name, publisher, published, source_url: sourceUrl, licence };
}

const controlsOf = ({ controls }: Catalog): Framework['editions'][number]['controls'] =>
  controls.map(({ ref, nativeId, title, aliases = [] }) => ({
    ref,
    native_id: nativeId,
    title,
    aliases: [...aliases],
  }));

function pairsOf(slug: FrameworkSlug, { crosswalk, editionOf }: Frameworks): Framework['crosswalk']['pairs'] {
  const isOurs = (ref: string) => editionOf(ref)?.framework === slug;
  return crosswalk.pairs
    .filter(({ refA, refB }) => isOurs(refA) || isOurs(refB))
    .map(({ refA, relation, refB, basis, source, sourceUrls, licence }) => ({
      ref_a: refA,
      relation,
      ref_b: refB,
      basis,
      source,
      source_urls: [...sourceUrls],
      licence,
    }));
}
