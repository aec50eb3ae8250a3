import type { Framework, FrameworkCrosswalk, FrameworkList, FrameworkSlug } from '@evidence/contracts';
import {
  type Applicability,
  type Catalog,
  type Control,
  crosswalkFrom,
  type Frameworks,
  type OtherEntry,
  statedPair,
} from '@evidence/frameworks';
import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

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
  const known = knownSlug(slug, frameworks);
  const { version, sha256 } = frameworks.crosswalk;
  return {
    slug: known,
    default_edition: defaultEditionOf(known, frameworks),
    ref_grammar: `^${known}[A-Za-z0-9_]+$`,
    editions: catalogsOf(known, frameworks).map((catalog) => ({
      ...editionRowOf(catalog),
      controls: catalog.controls.map(controlOf),
      other_entries: (catalog.otherEntries ?? []).map((entry) => ({ ...entryOf(entry), kind: entry.kind })),
    })),
    crosswalk: { version, sha256, pairs: pairsOf(known, frameworks) },
  };
}

/**
 * The crosswalk from one edition of a framework, by default its default edition. Not paged, because an edition has only a few hundred pairs. Throws
 * `framework_not_found`, and `framework_unknown` for an edition that it does not have.
 */
export function crosswalkOf(slug: string, asked: string | undefined, frameworks: Frameworks): FrameworkCrosswalk {
  const framework = knownSlug(slug, frameworks);
  const edition = asked ?? defaultEditionOf(framework, frameworks);
  const crosswalk = crosswalkFrom({ framework, edition }, frameworks);
  if (crosswalk) return crosswalk;
  throw new Problem('framework_unknown', sentences.noSuchEdition(framework), {
    field: 'edition',
    value: edition,
    allowed: catalogsOf(framework, frameworks).map((catalog) => catalog.edition),
  });
}

function knownSlug(slug: string, frameworks: Frameworks): FrameworkSlug {
  const known = slugsOf(frameworks);
  const found = known.find((each) => each === slug);
  if (found) return found;
  throw new Problem('framework_not_found', sentences.noSuchFramework, { allowed: known });
}

const slugsOf = ({ catalogs }: Frameworks): FrameworkSlug[] => [...new Set(catalogs.map(({ framework }) => framework))];

const catalogsOf = (slug: FrameworkSlug, { catalogs }: Frameworks): Catalog[] =>
  catalogs.filter(({ framework }) => framework === slug);

function defaultEditionOf(slug: FrameworkSlug, { parseRequested }: Frameworks): string {
  const parsed = parseRequested(slug);
  if (!parsed.ok) throw new Error(`${slug} has a catalog but no default edition`);
  return parsed.edition;
}

function editionRowOf(catalog: Catalog): FrameworkList['data'][number]['editions'][number] {
  const { edition, name, publisher, published, sourceUrl, licence, comparedAt, notice } = catalog;
  const row = { edition, name, publisher, published, source_url: sourceUrl, licence, compared_at: comparedAt };
  return notice === undefined ? row : { ...row, notice };
}

const entryOf = ({ ref, nativeId, title, aliases = [], formerTitles = [], parent }: Control | OtherEntry) => ({
  ref,
  native_id: nativeId,
  title,
  aliases: [...aliases],
  former_titles: [...formerTitles],
  ...(parent && { parent }),
});

const controlOf = (control: Control): Framework['editions'][number]['controls'][number] => ({
  ...entryOf(control),
  ...(control.kind && { kind: control.kind }),
  ...(control.appliesToEvery && { applies_to_every: control.appliesToEvery }),
  ...(control.applicability && { applicability: applicabilityOf(control.applicability) }),
});

const applicabilityOf = ({ roles, riskClasses, appliesFrom, appliesWith, reviewed }: Applicability) => ({
  roles: [...roles],
  risk_classes: [...riskClasses],
  applies_from: appliesFrom.map(({ date, scope, riskClass }) => ({
    date,
    ...(scope && { scope }),
    ...(riskClass && { risk_class: riskClass }),
  })),
  ...(appliesWith && { applies_with: appliesWith }),
  reviewed,
});

function pairsOf(slug: FrameworkSlug, { crosswalk, frameworkOf }: Frameworks): Framework['crosswalk']['pairs'] {
  const isOurs = (ref: string) => frameworkOf(ref) === slug;
  return crosswalk.pairs
    .filter(({ refA, refB }) => isOurs(refA) || isOurs(refB))
    .map(({ refA, relation, refB, ...pair }) => ({ ref_a: refA, relation, ref_b: refB, ...statedPair(pair) }));
}
