import { brokenCatalog, isText } from './check-catalog.js';
import { brokenPairs } from './check-crosswalk.js';
import type { Catalog, FrameworksData, Succession } from './data.js';
import { byPublication } from './editions.js';
import { RECORDED_EDITIONS } from './requested.js';

/** The data folder has broken rows; the message names the first one, `broken` all of them. The installation must be corrected. */
export class BrokenDataError extends Error {
  override readonly name = 'BrokenDataError';
  readonly code = 'frameworks_data_broken';
  constructor(readonly broken: readonly string[]) {
    const others = broken.length > 1 ? ` (and ${broken.length - 1} more: npm run frameworks)` : '';
    super(`The frameworks' data is broken: ${broken[0]}${others}`);
  }
}

/** A sentence for each broken row, which names the row and the problem; none if the data is sound. */
export function brokenRows(data: FrameworksData): readonly string[] {
  const { catalogs, pairs, successions, tagTables } = data;
  const broken = catalogs.flatMap((catalog) => [...brokenCatalog(catalog)]);
  // The other checks rely on sound catalogs.
  if (broken.length > 0) return broken;
  return [
    ...brokenEditions(catalogs),
    ...brokenSuccessions(successions, catalogs),
    ...brokenPairs(pairs, catalogs),
    ...tagTables.flatMap((table) => [...brokenTagTable(table)]),
  ];
}

function* brokenEditions(catalogs: readonly Catalog[]): Iterable<string> {
  const names = catalogs.map(({ framework, edition }) => `${framework}@${edition}`);
  for (const name of repeated(names)) yield `There are two catalogs of ${name}.`;
  for (const [framework, edition] of Object.entries(RECORDED_EDITIONS))
    if (!names.includes(`${framework}@${edition}`))
      yield `There is no catalog of ${framework}@${edition}, the default edition.`;
  for (const [index, one] of catalogs.entries())
    for (const other of catalogs.slice(index + 1))
      if (one.framework === other.framework && isOpenWhichCameFirst(one.published, other.published))
        yield `${one.framework}: it is unclear whether ${one.edition} (${one.published}) or ${other.edition} (${other.published}) came first. State the month or the day.`;
  const owners = new Map<string, string>();
  for (const { framework, controls, otherEntries = [] } of catalogs) {
    for (const { ref } of [...controls, ...otherEntries]) {
      const owner = owners.get(ref) ?? framework;
      if (owner !== framework) yield `${owner} and ${framework} share the ref ${ref}.`;
      owners.set(ref, owner);
    }
  }
}

/** One date equals the other, or is its year or month. */
const isOpenWhichCameFirst = (one: string, other: string): boolean =>
  `${one}-`.startsWith(`${other}-`) || `${other}-`.startsWith(`${one}-`);

function* brokenSuccessions(successions: readonly Succession[], catalogs: readonly Catalog[]): Iterable<string> {
  const inOrder = catalogs.toSorted(byPublication);
  const places = (ref: string) =>
    inOrder
      .filter(({ controls }) => controls.some((each) => each.ref === ref))
      .map(({ framework, edition }) => ({ framework, edition }));
  for (const { from, to, change } of successions) {
    const [start, end] = [places(from).at(-1), places(to)[0]];
    const row = `The succession ${from} to ${to}`;
    if (!start || !end) yield `${row}: no catalog has ${start ? to : from}.`;
    else if (start.framework !== end.framework) yield `${row}: the two belong to different frameworks.`;
    else {
      const editions = inOrder.filter(({ framework }) => framework === start.framework).map(({ edition }) => edition);
      if (editions.indexOf(end.edition) !== editions.indexOf(start.edition) + 1)
        yield `${row}: ${end.edition} is not the edition after ${start.edition}.`;
    }
    if (!['equal', 'renamed', 'broadened', 'retired'].includes(change))
      yield `${row}: the change "${change}" is unknown.`;
  }
  for (const row of repeated(successions.map(({ from, to }) => `${from} to ${to}`)))
    yield `The succession ${row} is listed twice.`;
}

function* brokenTagTable(table: FrameworksData['tagTables'][number]): Iterable<string> {
  const { tool, versions, licence, comparedAt, spellings, doubts, probes, strategies = {} } = table;
  const row = `The tags of ${tool}`;
  if (!isText(versions?.to)) yield `${row}: the version is missing.`;
  if (!isText(licence)) yield `${row}: the licence is missing.`;
  if (!/^\d{4}-\d\d-\d\d$/.test(comparedAt)) yield `${row}: comparedAt "${comparedAt}" is not a day.`;
  for (const { pattern, because } of spellings) {
    if (!isText(because)) yield `${row}: the spelling ${pattern} has no reason.`;
    if (!isPattern(pattern)) yield `${row}: the spelling ${pattern} is not a regular expression.`;
  }
  for (const { tag, reason } of doubts) if (!isText(reason)) yield `${row}: the doubt about ${tag} has no reason.`;
  for (const [name, tags] of [...Object.entries(probes), ...Object.entries(strategies)]) {
    if (!Array.isArray(tags) || !tags.every(isText)) yield `${row}: ${name} does not have a list of tags.`;
    else for (const tag of repeated(tags)) yield `${row}: ${name} has ${tag} twice.`;
  }
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The texts that a list has more than once. */
const repeated = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.filter((text, index) => texts.indexOf(text) !== index));
