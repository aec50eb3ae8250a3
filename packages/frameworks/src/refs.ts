import type { Catalog } from './data.js';
import type { Editions } from './editions.js';
import { byCodeUnits } from './order.js';
import { citation, keyOf } from './ref-text.js';
import { RECORDED_EDITIONS } from './requested.js';
import { type KnownSpellings, spellingsIn } from './spellings.js';

/** Longer than any id with its title, because scanners write anything into a tag. In UTF-16 code units. */
const TEXT_LENGTH_MAX = 1_000;

/** The outcome of reading a text as a ref. */
export type Resolution =
  /** `paragraphChecked` is set if the text cites a paragraph of the AI Act: whether a text of the Act that we have contains it. */
  | { readonly kind: 'found'; readonly ref: string; readonly paragraphChecked?: boolean }
  /** Several entries have this name; sorted by ref. */
  | { readonly kind: 'ambiguous'; readonly refs: readonly string[] }
  | { readonly kind: 'unknown' };

const UNKNOWN: Resolution = { kind: 'unknown' };

/**
 * Finds the entry that a text names:
 *
 * - our ref or the framework's own id, exactly;
 * - the framework's own id (`LLM06:2026`, `AML.T0051`, `MS-2.7`, `Article 15`, `A.6.2.8`) or an alias that the catalog lists (`ASI-02`,
 *   `MEASURE 2.7`, `Art. 15`, `clause 6.1.2`), also followed by a current or former title of the entry (`LLM06: Excessive Agency`);
 * - a framework's name, with or without an edition, followed by an id that means something within it (`ISO/IEC 42001:2023 6.1.2`,
 *   `OWASP_LLM@2026 LLM06`, `mitre:atlas:reconnaissance`). The longest matching name selects the framework, and only its entries count.
 *
 * Case, separators, typographic dashes and quotes, and `&` for `and` do not matter. Paragraphs of an article are reduced to the article. A text
 * that means the same entry in every edition of a framework is found, in the edition in which events are written; an `LLM06` without an edition
 * means three different things. A title alone is unknown, because entries may share it.
 */
export function refResolver(catalogs: readonly Catalog[], editions: Editions): (text: string) => Resolution {
  // The several thousand spellings are built on first use, because most programs never need them.
  let known: KnownSpellings | undefined;
  return (text) => {
    if (text.length > TEXT_LENGTH_MAX) return UNKNOWN;
    known ??= spellingsIn(catalogs);
    const { plain, article, paragraph } = citation(text);
    const refs = known.exact.get(text) ?? refsCalled(plain, known);
    const ref = onlyOne(refs, editions);
    if (ref === undefined) return refs.size > 0 ? { kind: 'ambiguous', refs: [...refs].sort(byCodeUnits) } : UNKNOWN;
    if (article === undefined || !refsCalled(article, known).has(ref)) return { kind: 'found', ref };
    return { kind: 'found', ref, paragraphChecked: hasParagraph(catalogs, ref, paragraph) };
  };
}

function refsCalled(text: string, { alone, names }: KnownSpellings): ReadonlySet<string> {
  const key = keyOf(text);
  const name = names.find((each) => startsWith(key, each.key));
  const tables = name?.tables ?? alone;
  const rest = name === undefined ? key : key.slice(name.key.length).replace(/^_/, '');
  return new Set(tables.flatMap((table) => [...(table.get(rest) ?? [])]));
}

/** A name that ends in a digit does not match a longer number. */
const startsWith = (key: string, name: string): boolean =>
  key.startsWith(name) && !(/\d$/.test(name) && /^\d/.test(key.slice(name.length)));

/** The single ref, or the one that all of them correspond to, if each edition of their framework has one of them. */
function onlyOne(
  refs: ReadonlySet<string>,
  { frameworkOf, editionsOf, carried, editionsOfFramework }: Editions,
): string | undefined {
  const [first, ...others] = refs;
  if (first === undefined || others.length === 0) return first;
  const framework = frameworkOf(first);
  if (framework === undefined) return undefined;
  const covered = new Set([...refs].flatMap(editionsOf));
  if (editionsOfFramework(framework).some((edition) => !covered.has(edition))) return undefined;
  const meanings = [...refs].map((ref) => carried(ref, RECORDED_EDITIONS[framework]));
  const [meant] = meanings;
  const isSame = meanings.every((each) => each?.ref === meant?.ref && each?.equivalence !== 'other');
  return isSame ? meant?.ref : undefined;
}

const hasParagraph = (catalogs: readonly Catalog[], ref: string, paragraph: string): boolean =>
  catalogs.some(({ controls }) => controls.some((each) => each.ref === ref && each.paragraphs?.includes(paragraph)));
