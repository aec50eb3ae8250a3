import type { FrameworkEdition, FrameworkSlug } from '@evidence/contracts';
import { type Crosswalk, crosswalkOf, type PairFrom, pairLookup } from './crosswalk.js';
import type { Catalog, FrameworksData, TaggingTool } from './data.js';
import { type Editions, editionLookup } from './editions.js';
import { meaningReader } from './meaning.js';
import { type Resolution, refResolver } from './refs.js';
import { type DefaultEditions, type Requested, requestParser } from './requested.js';
import { type Rules, rulesOf } from './rules.js';
import { staleCatalogs } from './stale.js';
import { type Meaning, type TagTable, tagTable } from './tags.js';

/** All data about frameworks. Pure: the same input always gives the same result. */
export interface Frameworks extends Editions {
  /** Every edition of every framework. */
  readonly catalogs: readonly Catalog[];
  readonly crosswalk: Crosswalk;
  /** Reads a requested framework, such as `OWASP_LLM@2026` or `EU_AI_ACT`. */
  parseRequested(text: string): Requested;
  catalog(framework: FrameworkSlug, edition: string): Catalog | undefined;
  /** Reads a text as a ref; see `refResolver`. */
  resolveRef(text: string): Resolution;
  /** Reads a text as the ref that an event records; see `meaningReader`. */
  meaningOf(text: string): Meaning;
  /** The tags of a tool. Throws for a tool without a table. */
  tagTable(tool: TaggingTool): TagTable;
  /** The crosswalk pairs of a ref, in both directions. */
  pairsFrom(ref: string): readonly PairFrom[];
  /** The version and digest of all data. */
  readonly rules: Rules;
  /** The catalogs in `requested` that were last compared with their publisher's text more than 90 days before `at`. */
  staleCatalogs(requested: readonly FrameworkEdition[], at: string): readonly Catalog[];
}

/** The data of every release, so that an expired report can be made again with its original rules. */
export interface RuleArchive {
  /** The digests of the archived data, see `Rules.sha256`. */
  digests(): readonly string[];
  /** Throws `ArchiveError` if the data is not archived, or if its file is damaged. */
  load(sha256: string): Frameworks;
}

/** Throws if a default edition has no catalog. */
export function frameworksOf(data: FrameworksData, defaults: DefaultEditions = {}): Frameworks {
  const { version, catalogs, pairs, successions, tagTables } = data;
  let rules: Rules | undefined;
  const editions = editionLookup(catalogs, successions);
  const resolveRef = refResolver(catalogs, editions);
  const meaningOf = meaningReader(resolveRef, editions);
  const tables = new Map(tagTables.map((each) => [each.tool, tagTable(each, meaningOf)]));
  return {
    ...editions,
    catalogs,
    crosswalk: crosswalkOf(version, pairs),
    parseRequested: requestParser(catalogs, defaults),
    catalog: (framework, edition) => catalogs.find((each) => each.framework === framework && each.edition === edition),
    resolveRef,
    meaningOf,
    tagTable: (tool) => {
      const table = tables.get(tool);
      if (!table) throw new Error(`There is no table of the tags of ${tool}.`);
      return table;
    },
    pairsFrom: pairLookup(pairs),
    // Computed on demand, because it hashes about a megabyte.
    get rules() {
      rules ??= rulesOf(data);
      return rules;
    },
    staleCatalogs: (requested, at) => staleCatalogs(catalogs, requested, at),
  };
}
