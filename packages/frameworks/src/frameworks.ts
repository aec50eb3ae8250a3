import type { FrameworkEdition, FrameworkSlug } from '@evidence/contracts';
import { BrokenDataError, brokenRows } from './check.js';
import { type Crosswalk, crosswalkOf, type PairFrom, pairLookup } from './crosswalk.js';
import { type Catalog, type FrameworksData, readData, type TaggingTool } from './data.js';
import { type Editions, editionLookup } from './editions.js';
import { meaningReader } from './meaning.js';
import { type Resolution, refResolver } from './refs.js';
import { type DefaultEditions, type Requested, requestParser } from './requested.js';
import { type Rules, rulesOf } from './rules.js';
import { staleCatalogs } from './stale.js';
import { type Meaning, type TagTable, tagTable } from './tags.js';

/** Everything we know about frameworks. Pure: the same question always gets the same answer. */
export interface Frameworks extends Editions {
  /** Every edition of every framework. */
  readonly catalogs: readonly Catalog[];
  readonly crosswalk: Crosswalk;
  /** What a request means by `OWASP_LLM@2026` or `EU_AI_ACT`. */
  parseRequested(text: string): Requested;
  catalog(framework: FrameworkSlug, edition: string): Catalog | undefined;
  /** Reads a text as a ref; see `refResolver`. */
  resolveRef(text: string): Resolution;
  /** Reads a text as an event records it; see `meaningReader`. */
  meaningOf(text: string): Meaning;
  /** The tags of a tool. Throws for a tool without a table. */
  tagTable(tool: TaggingTool): TagTable;
  /** Crosswalk pairs of a ref, both ways. */
  pairsFrom(ref: string): readonly PairFrom[];
  /** Version and digest of catalogs, crosswalk and successions. */
  readonly rules: Rules;
  /** Those of `requested` that were compared with their publisher more than 90 days before `at`. */
  staleCatalogs(requested: readonly FrameworkEdition[], at: string): readonly Catalog[];
}

/** Throws when a default edition has no catalog. */
export function frameworksOf(data: FrameworksData, defaults: DefaultEditions = {}): Frameworks {
  const { catalogs, pairs, successions, tagTables } = data;
  let rules: Rules | undefined;
  const editions = editionLookup(catalogs, successions);
  const resolveRef = refResolver(catalogs, editions);
  const meaningOf = meaningReader(resolveRef, editions);
  const tables = new Map(tagTables.map((each) => [each.tool, tagTable(each, meaningOf)]));
  return {
    ...editions,
    catalogs,
    crosswalk: crosswalkOf(pairs),
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
    // Hashes about a megabyte: only for those who ask.
    get rules() {
      rules ??= rulesOf(data);
      return rules;
    },
    staleCatalogs: (requested, at) => staleCatalogs(catalogs, requested, at),
  };
}

let data: FrameworksData | undefined;

function sound(read: FrameworksData): FrameworksData {
  const broken = brokenRows(read);
  if (broken.length > 0) throw new BrokenDataError(broken);
  return read;
}

/**
 * The frameworks of the package's own data folder, read and checked on first use; throws `BrokenDataError` for a broken row. `defaults`
 * says which edition a request means that names none: an `OWASP_LLM` without an edition is that of 2025.
 */
export function loadFrameworks(defaults: DefaultEditions = {}): Frameworks {
  data ??= sound(readData());
  return frameworksOf(data, defaults);
}
