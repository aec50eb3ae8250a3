import type { Catalog } from './data.js';

const TEXT_LENGTH_MAX = 128;

/**
 * Finds the control that a text names: our ref, the framework's own id (`LLM06:2026`, `AML.T0051`, `MS-2.7`, `Article 15(4)`,
 * `A.6.2.8`, `clause 6.1.2`), an alias (`ASI02`, `MEASURE 2.7`), or the own id after the framework's name. Case, spaces and separators
 * do not matter, paragraphs of an article collapse to the article, and Annex B items of ISO/IEC 42001 to the control of the same number.
 * Undefined for everything else: an `LLM06` without an edition names three different controls and so none.
 */
export function refResolver(catalogs: readonly Catalog[]): (text: string) => string | undefined {
  const refs = new Map<string, string | undefined>();
  const learn = (spelling: string, ref: string): void => {
    const key = keyOf(spelling);
    // Two controls with one spelling: that spelling names neither.
    refs.set(key, refs.has(key) && refs.get(key) !== ref ? undefined : ref);
  };
  for (const { framework, controls } of catalogs) {
    for (const { ref, nativeId, aliases = [] } of controls) {
      learn(ref, ref);
      learn(`${framework} ${nativeId}`, ref);
      for (const spelling of [nativeId, ...aliases]) if (!isBareNumber(spelling)) learn(spelling, ref);
      if (framework === 'ISO_42001') learn(`${isBareNumber(nativeId) ? 'clause' : 'Annex'} ${nativeId}`, ref);
      if (framework === 'NIST_AI_600_1' && isBareNumber(nativeId)) learn(`GAI risk ${nativeId}`, ref);
    }
  }
  return (text) => (text.length > TEXT_LENGTH_MAX ? undefined : refs.get(keyOf(shortForms(text))));
}

/** `6.1.2` alone could be of any standard. */
const isBareNumber = (nativeId: string): boolean => /^[\d.]+$/.test(nativeId);

const shortForms = (text: string): string =>
  text
    .replace(/\bart(?:icle|\.)?\s*(\d+)\s*(?:\([^()]*\)\s*)*$/i, 'Article $1')
    .replace(/^EU_AI_ACT[\s_:]*Article /i, 'EU_AI_ACT_Art')
    .replace(/\bannex B\./i, 'Annex A.');

/** Upper case, only letters and digits, with `_` where it keeps two numbers apart. */
const keyOf = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/_(?!\d)|(?<!\d)_/g, '');
