import type { FrameworkSlug } from '@evidence/contracts';
import type { Catalog, Control, Entry, OtherEntry } from './data.js';
import { citation, keyOf } from './ref-text.js';

/** Names of a framework that may precede an id. */
export const FRAMEWORK_NAMES: Readonly<Record<FrameworkSlug, readonly string[]>> = {
  OWASP_LLM: [
    'OWASP_LLM',
    'OWASP Top 10 for LLM Applications',
    'OWASP Top 10 for Large Language Model Applications',
    'OWASP Top 10 for LLMs',
    'OWASP Top 10 for LLM',
    'OWASP Top 10 LLM',
    'OWASP LLM Top 10',
  ],
  OWASP_AGENTIC: ['OWASP_AGENTIC', 'OWASP Top 10 for Agentic Applications'],
  MITRE_ATLAS: ['MITRE_ATLAS', 'ATLAS'],
  NIST_AI_600_1: ['NIST_AI_600_1', 'NIST AI RMF', 'NIST AI', 'AI RMF'],
  EU_AI_ACT: ['EU_AI_ACT', 'EU AI', 'AI Act', 'Regulation (EU) 2024/1689'],
  ISO_42001: ['ISO_42001', 'ISO/IEC 42001'],
};

/** Names of a publisher of several frameworks that may precede an id, if the id tells the frameworks apart. */
const PUBLISHER_NAMES: Readonly<Partial<Record<FrameworkSlug, readonly string[]>>> = {
  OWASP_LLM: ['OWASP', 'external/owasp'],
  OWASP_AGENTIC: ['OWASP', 'external/owasp'],
};

/** Refs by key; see `keyOf`. */
type Spellings = Map<string, Set<string>>;

export interface KnownSpellings {
  /** Refs, and frameworks' own ids that have a letter, exactly as they are. */
  readonly exact: ReadonlyMap<string, ReadonlySet<string>>;
  /** By key, without a preceding name. */
  readonly alone: readonly Spellings[];
  /** The tables of keys that may follow each name; longest name first. */
  readonly names: readonly { readonly key: string; readonly tables: readonly Spellings[] }[];
}

/** The spellings of the entries of one catalog. */
interface CatalogSpellings {
  readonly alone: Spellings;
  /** Keys that may follow any name, also one that frameworks share. */
  readonly own: Spellings;
  /** Additional keys that may follow only a name of this framework. */
  readonly local: Spellings;
}

export function spellingsIn(catalogs: readonly Catalog[]): KnownSpellings {
  const exact: Spellings = new Map();
  const tables = new Map<string, Spellings[]>();
  const alone: Spellings[] = [];
  for (const catalog of catalogs) {
    const { framework, edition } = catalog;
    const spellings = spellingsOf(catalog, exact);
    alone.push(spellings.alone);
    const learnAfter = (names: readonly string[], ...known: Spellings[]): void => {
      for (const name of names.flatMap((each) => [each, `${each}:${edition}`]).map(keyOf))
        tables.set(name, [...(tables.get(name) ?? []), ...known]);
    };
    learnAfter(FRAMEWORK_NAMES[framework], spellings.own, spellings.local);
    learnAfter(PUBLISHER_NAMES[framework] ?? [], spellings.own);
  }
  const names = [...tables].map(([key, each]) => ({ key, tables: each }));
  return { exact, alone, names: names.sort((a, b) => b.key.length - a.key.length) };
}

function spellingsOf(catalog: Catalog, exact: Spellings): CatalogSpellings {
  const spellings: CatalogSpellings = { alone: new Map(), own: new Map(), local: new Map() };
  for (const entry of [...catalog.controls, ...(catalog.otherEntries ?? [])]) {
    const { ref, nativeId } = entry;
    learn(exact, [ref, ...(hasLetter(nativeId) ? [nativeId] : [])], ref);
    const titles = titlesOf(entry).map(keyFor);
    const own = ownSpellings(entry, catalog);
    learn(spellings.alone, own.filter(isDistinctive).map(keyFor), ref);
    learn(spellings.alone, own.filter(hasLetter).map(keyFor).flatMap(followedBy(titles)), ref);
    for (const [known, ids] of [
      [spellings.own, own.map(keyFor)],
      [spellings.local, localSpellings(entry, catalog).map(keyFor)],
    ] as const)
      learn(known, [...ids, ...ids.flatMap(followedBy(titles))], ref);
  }
  return spellings;
}

/** The names of an entry that do not depend on a preceding name. */
const ownSpellings = ({ nativeId, aliases = [] }: Entry, { edition }: Catalog): string[] => [
  nativeId,
  nativeId.replace(`:${edition}`, ''),
  ...aliases,
];

/** Names that may follow only its framework's name: the rest of its ref, with or without the edition; for a tactic also its title. */
function localSpellings(entry: Control | OtherEntry, { framework, edition }: Catalog): string[] {
  const local = entry.ref.slice(framework.length).replace(`_${edition}_`, '');
  return [local, `${local}:${edition}`, ...(entry.kind === 'tactic' ? titlesOf(entry) : [])];
}

/** The current and former titles; for a sub-technique also the last part, as in `LLM Prompt Injection: Direct`. */
const titlesOf = ({ title, formerTitles = [], kind }: Control | OtherEntry): string[] => [
  title,
  ...formerTitles,
  ...(kind === 'sub-technique' ? title.split(': ').slice(-1) : []),
];

const hasLetter = (text: string): boolean => /[a-z]/i.test(text);

/** Whether an id can only belong to its framework. Not `GOVERN`, which is a word, nor `A.6` and `6.1.2`, which many standards have. */
const isDistinctive = (id: string): boolean => hasLetter(id) && /[\s\d]/.test(id) && !/^[a-z][._-]?\d+$/i.test(id);

const keyFor = (text: string): string => keyOf(citation(text).plain);

/** The key of two texts with a separator between them, from the keys of both. */
const followedBy =
  (titles: readonly string[]) =>
  (id: string): string[] =>
    titles.map((title) => (/\d$/.test(id) && /^\d/.test(title) ? `${id}_${title}` : `${id}${title}`));

function learn(spellings: Spellings, keys: readonly string[], ref: string): void {
  for (const key of keys) {
    const refs = spellings.get(key);
    if (refs) refs.add(ref);
    else spellings.set(key, new Set([ref]));
  }
}
