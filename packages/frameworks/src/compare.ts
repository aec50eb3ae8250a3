import { kindOf } from './check-catalog.js';
import type { Applicability, Catalog, Control, Entry, FrameworksData, OtherEntry, TagTableData } from './data.js';
import { byPublication } from './editions.js';
import { byCodeUnits } from './order.js';

/** The names of lists in upstream files, with the kinds of our entries in each. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  tactics: ['tactic'],
  controls: ['control', 'technique', 'sub-technique'],
  mitigations: ['mitigation'],
  functions: ['function'],
  categories: ['category'],
  actions: ['action'],
  groups: ['objective'],
  otherEntries: ['mitigation', 'function', 'category', 'action', 'objective'],
};

/**
 * A sentence for each difference between an upstream file and our data. The file is a catalog (`framework`, `edition` and lists of
 * entries), a tool's tags (`tool`, `plugins` or `probes`), or crosswalk pairs (`pairs` with `refA`, `refB`, `strength`); undefined for
 * any other file.
 */
export function differences(upstream: unknown, data: FrameworksData): readonly string[] | undefined {
  if (!isObject(upstream)) return undefined;
  if (isText(upstream.framework) && isText(upstream.edition)) return [...catalogDifferences(upstream, data.catalogs)];
  if (isText(upstream.tool)) return [...tagDifferences(upstream, data.tagTables)];
  if (rowsOf(upstream.pairs).some(({ refA }) => isText(refA)))
    return [...pairDifferences(rowsOf(upstream.pairs), data)];
  return undefined;
}

type Row = Readonly<Record<string, unknown>>;

function* catalogDifferences(upstream: Row, catalogs: readonly Catalog[]): Iterable<string> {
  const { framework, edition } = upstream;
  const held = catalogs.filter((each) => each.framework === framework).toSorted(byPublication);
  const ours = held.find((each) => each.edition === edition) ?? held.at(-1);
  if (!ours) return yield `There is no catalog of ${framework}.`;
  if (ours.edition !== edition)
    yield `There is no catalog of ${framework}@${edition}; the file is compared with ${ours.edition}.`;
  const entries: readonly (Control | OtherEntry)[] = [...ours.controls, ...(ours.otherEntries ?? [])];
  const known = new Map(entries.map((entry) => [entry.ref, entry]));
  for (const [list, kinds] of Object.entries(LISTS)) {
    const theirs = rowsOf(upstream[list]).filter(({ ref }) => isText(ref));
    if (theirs.length === 0) continue;
    for (const row of theirs) yield* entryDifferences(row, known.get(String(row.ref)));
    const refs = new Set(theirs.map(({ ref }) => ref));
    for (const entry of entries)
      if (kinds.includes(kindOf(entry)) && !refs.has(entry.ref))
        yield `${entry.ref} "${entry.title}" is not in the file any more.`;
  }
  for (const { nativeId, replacedBy } of rowsOf(upstream.retired))
    if (!entries.some(({ ref, aliases = [] }) => ref === replacedBy && aliases.includes(String(nativeId))))
      yield `${nativeId} is retired, but is not an alias of ${replacedBy}.`;
}

function* entryDifferences(row: Row, ours: Entry | undefined): Iterable<string> {
  if (!ours) return yield `${row.ref} "${row.title ?? row.nativeId}" is new.`;
  if (row.nativeId !== ours.nativeId) yield `${row.ref}: the id is "${row.nativeId}", ours is "${ours.nativeId}".`;
  if (isText(row.title) && row.title !== ours.title)
    yield `${row.ref}: the title is "${row.title}", ours is "${ours.title}".`;
  if (isText(row.parent) && row.parent !== ours.parent)
    yield `${row.ref}: the parent is ${row.parent}, ours is ${ours.parent}.`;
  const { applicability }: Control = ours;
  if (applicability) yield* applicabilityDifferences(row, applicability);
}

function* applicabilityDifferences(row: Row, ours: Applicability): Iterable<string> {
  for (const member of ['roles', 'riskClasses', 'appliesFrom'] as const) {
    if (!Array.isArray(row[member])) continue;
    const [theirs, own] = [row[member], ours[member]].map((each) => each.map(dayOrText).join(', '));
    if (theirs !== own) yield `${row.ref}: ${member} is ${theirs}, ours is ${own}.`;
  }
}

function* tagDifferences(upstream: Row, tables: readonly TagTableData[]): Iterable<string> {
  const ours = tables.find(({ tool }) => tool === upstream.tool);
  if (!ours) return yield `There is no table of the tags of ${upstream.tool}.`;
  if (upstream.toolVersion !== ours.versions.to)
    yield `The file has the tags of ${ours.tool} ${upstream.toolVersion}, ours are of ${ours.versions.to}.`;
  yield* namedTagDifferences(tagsByName(upstream.plugins ?? upstream.probes), ours.probes);
  yield* namedTagDifferences(tagsByName(upstream.strategies), ours.strategies ?? {});
}

function* namedTagDifferences(
  theirs: ReadonlyMap<string, readonly string[]>,
  ours: TagTableData['probes'],
): Iterable<string> {
  for (const [name, tags] of theirs) {
    const own = ours[name];
    if (!own) yield `${name} (${tags.join(', ')}) is new.`;
    for (const tag of tags) if (own && !own.includes(tag)) yield `${name} has the new tag ${tag}.`;
    for (const tag of own ?? []) if (!tags.includes(tag)) yield `${name} no longer has the tag ${tag}.`;
  }
  for (const name of Object.keys(ours)) if (!theirs.has(name)) yield `${name} is not in the file any more.`;
}

/** Reads `{ name: tags }` as well as `[{ probe, tags }]`. */
function tagsByName(value: unknown): ReadonlyMap<string, readonly string[]> {
  const rows = Array.isArray(value)
    ? rowsOf(value).map(({ probe, tags }) => [probe, tags])
    : Object.entries(value ?? {});
  return new Map(rows.map(([name, tags]) => [String(name), Array.isArray(tags) ? tags.map(String) : []]));
}

/** Compares pairs whose ends our catalogs have. Our official pairs from the same refs into the same frameworks must be in the file. */
function* pairDifferences(theirs: readonly Row[], { catalogs, pairs }: FrameworksData): Iterable<string> {
  const frameworkByRef = new Map(
    catalogs.flatMap(({ framework, controls, otherEntries = [] }) =>
      [...controls, ...otherEntries].map(({ ref }) => [ref, framework] as const),
    ),
  );
  const known = theirs.filter(({ refA, refB }) => [refA, refB].every((ref) => frameworkByRef.has(String(ref))));
  const keyOf = (refA: unknown, refB: unknown) => [String(refA), String(refB)].sort(byCodeUnits).join(' ');
  const ours = new Map(pairs.map((pair) => [keyOf(pair.refA, pair.refB), pair]));
  for (const { refA, refB, strength } of known) {
    const pair = ours.get(keyOf(refA, refB));
    if (!pair) yield `The pair ${refA}, ${refB} (${strength}) is new.`;
    else if (isText(strength) && pair.strength !== strength)
      yield `The pair ${refA}, ${refB} is ${strength}, ours is ${pair.strength}.`;
  }
  const stated = new Set(known.map(({ refA, refB }) => keyOf(refA, refB)));
  const covered = new Set(known.map(({ refA, refB }) => `${refA} ${frameworkByRef.get(String(refB))}`));
  for (const { refA, refB, basis } of pairs)
    if (basis === 'official' && covered.has(`${refA} ${frameworkByRef.get(refB)}`) && !stated.has(keyOf(refA, refB)))
      yield `The pair ${refA}, ${refB} is official in our data, but is not in the file.`;
}

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';

const dayOrText = (value: unknown): string => String(isObject(value) ? value.date : value);

const rowsOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? value.filter(isObject) : []);
