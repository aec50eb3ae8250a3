import type { Addressee, Applicability, Catalog, Control, OtherEntry, RiskClass } from './data.js';

const ROLES: Readonly<Record<Addressee, true>> = {
  provider: true,
  deployer: true,
  importer: true,
  distributor: true,
  'product-manufacturer': true,
  'authorised-representative': true,
  'gpai-provider': true,
  'gpai-systemic-risk-provider': true,
  'notified-body': true,
  authority: true,
  none: true,
};
const RISK_CLASSES: Readonly<Record<RiskClass, true>> = {
  any: true,
  prohibited: true,
  'high-risk-annex-i': true,
  'high-risk-annex-iii': true,
  transparency: true,
  gpai: true,
  'gpai-systemic-risk': true,
};
const DAY = /^\d{4}-\d\d-\d\d$/;

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** A sentence for each broken row of a catalog. */
export function* brokenCatalog(catalog: Catalog): Iterable<string> {
  const name = `${catalog.framework}@${catalog.edition}`;
  for (const member of ['framework', 'edition', 'name', 'publisher', 'licence', 'sourceUrl'] as const)
    if (!isText(catalog[member])) yield `${name}: ${member} is missing.`;
  if (!/^\d{4}(-\d\d){0,2}$/.test(catalog.published))
    yield `${name}: published "${catalog.published}" is not a year, month or day.`;
  if (!DAY.test(catalog.comparedAt)) yield `${name}: comparedAt "${catalog.comparedAt}" is not a day.`;
  if (!Array.isArray(catalog.controls) || catalog.controls.length === 0) return yield `${name} has no controls.`;
  const rows: readonly (Control | OtherEntry)[] = [...catalog.controls, ...(catalog.otherEntries ?? [])];
  const entries = rows.filter((row) => typeof row === 'object' && row !== null);
  for (const [index, row] of rows.entries())
    if (!entries.includes(row)) yield `${name}, row ${index + 1} is not an entry.`;
  yield* brokenCounts(name, catalog.counts, entries);
  const refs = new Set(entries.map(({ ref }) => ref));
  const seen = new Map<string, string>();
  for (const [index, entry] of entries.entries()) {
    const row = `${name}, ${isText(entry.ref) ? entry.ref : `row ${index + 1}`}`;
    for (const problem of brokenEntry(entry, catalog.framework, refs)) yield `${row}: ${problem}`;
    for (const id of [entry.ref, entry.nativeId, ...(entry.aliases ?? [])]) {
      if (seen.has(id)) yield `${row}: "${id}" is also a name of ${seen.get(id)}.`;
      seen.set(id, entry.ref);
    }
  }
}

function* brokenCounts(
  name: string,
  counts: Catalog['counts'],
  entries: readonly (Control | OtherEntry)[],
): Iterable<string> {
  const kinds = new Set([...Object.keys(counts ?? {}), ...entries.map(kindOf)]);
  for (const kind of kinds) {
    const counted = entries.filter((entry) => kindOf(entry) === kind).length;
    const stated = counts?.[kind] ?? 0;
    if (counted !== stated)
      yield `${name}: counts states ${stated} entries of the kind ${kind}, but there are ${counted}.`;
  }
}

export const kindOf = ({ kind }: Control | OtherEntry): string => kind ?? 'control';

function* brokenEntry(entry: Control | OtherEntry, framework: string, refs: ReadonlySet<string>): Iterable<string> {
  const { ref, nativeId, title, aliases = [], formerTitles = [], parent } = entry;
  if (!isText(ref) || !ref.startsWith(framework) || !/^\w+$/.test(ref))
    yield `the ref "${ref}" does not have the form ${framework}….`;
  if (!isText(nativeId)) yield 'nativeId is missing.';
  if (!isText(title)) yield 'title is missing.';
  if (![aliases, formerTitles].every((each) => Array.isArray(each) && each.every(isText)))
    yield 'aliases or formerTitles is not a list of texts.';
  if (parent !== undefined && (parent === ref || !refs.has(parent)))
    yield `the parent ${parent} is not in the catalog.`;
  if ('applicability' in entry && entry.applicability) yield* brokenApplicability(entry.applicability, refs);
}

function* brokenApplicability(applicability: Applicability, refs: ReadonlySet<string>): Iterable<string> {
  const { roles = [], riskClasses = [], appliesFrom = [], appliesWith, reviewed } = applicability;
  for (const role of roles) if (!Object.hasOwn(ROLES, role)) yield `the role "${role}" is unknown.`;
  const classes = [...riskClasses, ...appliesFrom.flatMap(({ riskClass = [] }) => riskClass)];
  for (const each of classes) if (!Object.hasOwn(RISK_CLASSES, each)) yield `the risk class "${each}" is unknown.`;
  if (roles.length === 0 || riskClasses.length === 0) yield 'applicability names no role, or no risk class.';
  for (const { date } of appliesFrom) if (!DAY.test(date)) yield `"${date}" in appliesFrom is not a day.`;
  if (appliesWith === undefined && appliesFrom.length === 0) yield 'applicability has no dates.';
  if (appliesWith !== undefined && !refs.has(appliesWith))
    yield `appliesWith names ${appliesWith}, which is not in the catalog.`;
  if (typeof reviewed !== 'boolean') yield 'applicability does not state whether it was reviewed.';
}
