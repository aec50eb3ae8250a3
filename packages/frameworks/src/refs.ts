import type { FrameworkSlug } from '@evidence/contracts';
import type { Catalog, Control } from './data.js';

const TEXT_LENGTH_MAX = 128;

/** What a framework is called in front of an id. */
export const FRAMEWORK_NAMES: Readonly<Record<FrameworkSlug, readonly string[]>> = {
  OWASP_LLM: ['OWASP_LLM', 'OWASP Top 10 for LLM Applications', 'OWASP LLM Top 10'],
  OWASP_AGENTIC: ['OWASP_AGENTIC', 'OWASP Top 10 for Agentic Applications'],
  MITRE_ATLAS: ['MITRE_ATLAS', 'ATLAS'],
  NIST_AI_600_1: ['NIST_AI_600_1', 'NIST AI RMF', 'NIST AI', 'AI RMF'],
  EU_AI_ACT: ['EU_AI_ACT', 'AI Act', 'Regulation EU 2024/1689'],
  ISO_42001: ['ISO_42001', 'ISO/IEC 42001'],
};

/** What a text names. */
export type Resolution =
  /** `paragraphChecked` is there when the text names a paragraph: whether the catalog's edition is known to have it. */
  | { readonly kind: 'found'; readonly ref: string; readonly paragraphChecked?: boolean }
  /** Several entries are called so. */
  | { readonly kind: 'ambiguous'; readonly refs: readonly string[] }
  | { readonly kind: 'unknown' };

const UNKNOWN: Resolution = { kind: 'unknown' };

/** Which refs a spelling means. */
type Spellings = Map<string, Set<string>>;

/**
 * Finds the control that a text names:
 *
 * - our ref, to the letter;
 * - the framework's own id (`LLM06:2026`, `AML.T0051`, `MS-2.7`, `Article 15`, `A.6.2.8`) or an alias that the catalog lists (`ASI-02`,
 *   `MEASURE 2.7`, `Art. 15`, `clause 6.1.2`), also with the title that the catalog gives it behind (`LLM06: Excessive Agency`);
 * - a framework's name, with or without an edition, and then an id that means something within it (`ISO/IEC 42001:2023 6.1.2`,
 *   `OWASP_LLM@2026 LLM06`). The longest name that fits is the framework's, and only its controls are meant.
 *
 * Case and the separators space `. _ : - / @` do not matter, and paragraphs of an article collapse to the article. Unknown is
 * everything else; an `LLM06` without an edition is three different things.
 */
export function refResolver(catalogs: readonly Catalog[]): (text: string) => Resolution {
  // Of several thousand spellings: learnt when first asked for, as most programs never ask.
  let known: KnownSpellings | undefined;
  return (text) => {
    known ??= spellingsIn(catalogs);
    if (known.refs.has(text)) return { kind: 'found', ref: text };
    const plain = withoutParagraphs(text.slice(0, TEXT_LENGTH_MAX));
    const key = text.length > TEXT_LENGTH_MAX ? '' : keyOf(plain);
    const paragraph = plain === text ? {} : { paragraphChecked: false };
    const name = known.longestNamesFirst.find((each) => startsWith(key, each));
    const refs =
      name === undefined
        ? known.alone.get(key)
        : known.afterName.get(name)?.get(key.slice(name.length).replace(/^_/, ''));
    const [ref, ...others] = refs ?? [];
    if (ref === undefined) return UNKNOWN;
    return others.length > 0 ? { kind: 'ambiguous', refs: [ref, ...others] } : { kind: 'found', ref, ...paragraph };
  };
}

interface KnownSpellings {
  readonly refs: ReadonlySet<string>;
  readonly alone: Spellings;
  readonly afterName: ReadonlyMap<string, Spellings>;
  readonly longestNamesFirst: readonly string[];
}

function spellingsIn(catalogs: readonly Catalog[]): KnownSpellings {
  const refs = new Set<string>();
  const alone: Spellings = new Map();
  const afterName = new Map<string, Spellings>();
  for (const catalog of catalogs) {
    const names = FRAMEWORK_NAMES[catalog.framework].flatMap((name) => [name, `${name}:${catalog.edition}`]);
    const named = names.map((name) => spellingsAfter(keyOf(name), afterName));
    for (const control of catalog.controls) {
      refs.add(control.ref);
      const own = ownSpellings(control, catalog);
      const local = localSpellings(control, catalog);
      for (const key of own.filter(hasLetter).flatMap((id) => keysOf(id, control))) learn(alone, key, control.ref);
      const keys = [...own, ...local].flatMap((id) => keysOf(id, control));
      for (const spellings of named) for (const key of keys) learn(spellings, key, control.ref);
    }
  }
  return { refs, alone, afterName, longestNamesFirst: [...afterName.keys()].sort((a, b) => b.length - a.length) };
}

/** What a control is called anywhere. Without a letter (`6.1.2`) it could be of any standard, and is learnt after a name only. */
const ownSpellings = ({ nativeId, aliases = [] }: Control, { edition }: Catalog): string[] => [
  nativeId,
  nativeId.replace(`:${edition}`, ''),
  ...aliases,
];

/** The id, and the id with the title that the framework gives it, which also tells its edition from another one that counts otherwise. */
const keysOf = (id: string, { title }: Control): string[] =>
  [id, `${id} ${title}`].map(keyOf).filter((key) => key !== '');

const hasLetter = (text: string): boolean => /[a-z]/i.test(text);

/** What it is called after its framework's name: the rest of its ref, with or without the edition. */
function localSpellings({ ref }: Control, { framework, edition }: Catalog): string[] {
  const local = ref.slice(framework.length).replace(`_${edition}_`, '');
  return [local, `${local}:${edition}`];
}

function spellingsAfter(name: string, afterName: Map<string, Spellings>): Spellings {
  const spellings: Spellings = afterName.get(name) ?? new Map();
  afterName.set(name, spellings);
  return spellings;
}

function learn(spellings: Spellings, key: string, ref: string): void {
  spellings.set(key, (spellings.get(key) ?? new Set()).add(ref));
}

/** `Art. 15(4)(b)` is about Article 15. */
const withoutParagraphs = (text: string): string =>
  text.replace(/((?:^|[\s_:.-])art(?:icle|\.)?\s*\d+)\s*(?:\([a-z\d]{1,5}\)\s*)+$/i, '$1');

/**
 * Upper case, only letters and digits, with `_` where it keeps two numbers apart. Empty when anything else is in the text: a bracket or a
 * foreign digit is part of somebody else's id (`MP-2(1)` is of NIST SP 800-53), not a separator.
 */
function keyOf(text: string): string {
  if (!/^[\w\s.:/@-]*$/.test(text)) return '';
  return text
    .toUpperCase()
    .replace(/[^A-Z\d]+/g, '_')
    .replace(/_(?!\d)|(?<!\d)_/g, '');
}

/** A number that goes on is another number. */
const startsWith = (key: string, name: string): boolean =>
  key.startsWith(name) && !(/\d$/.test(name) && /^\d/.test(key.slice(name.length)));
