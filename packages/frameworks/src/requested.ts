import type { FrameworkEdition, FrameworkSlug } from '@evidence/contracts';
import type { Catalog } from './data.js';

/**
 * The edition in which events and snapshots spell the refs of a framework. A bare `OWASP_LLM06` is always of 2025; entries of the
 * other lists are spelled `OWASP_LLM_2023_06` and `OWASP_LLM_2026_06`.
 */
export const RECORDED_EDITIONS: Readonly<Record<FrameworkSlug, string>> = {
  OWASP_LLM: '2025',
  OWASP_AGENTIC: '2026',
  MITRE_ATLAS: '2026.09',
  NIST_AI_600_1: '1.0',
  EU_AI_ACT: '2024/1689@2026-07-27',
  ISO_42001: '2023',
};

export type DefaultEditions = Readonly<Partial<Record<FrameworkSlug, string>>>;

/** A framework pinned to an edition, or the allowed values: editions if the framework is known, otherwise frameworks. */
export type Requested =
  | ({ readonly ok: true } & Readonly<FrameworkEdition>)
  | { readonly ok: false; readonly allowed: readonly string[] };

/** Reads `<slug>` and `<slug>@<edition>`, spelled exactly as in the catalogs. */
export function requestParser(catalogs: readonly Catalog[], defaults: DefaultEditions): (text: string) => Requested {
  const editions = new Map<string, string[]>();
  for (const { framework, edition } of catalogs) editions.set(framework, [...(editions.get(framework) ?? []), edition]);
  const defaultOf = { ...RECORDED_EDITIONS, ...defaults };
  for (const [framework, edition] of Object.entries(defaultOf)) {
    const known = editions.get(framework);
    if (!known?.includes(edition))
      throw new Error(`There is no catalog ${framework}@${edition}; choose one of ${known?.join(', ')}.`);
  }
  return (text) => {
    const at = text.indexOf('@');
    const framework = at < 0 ? text : text.slice(0, at);
    const known = editions.get(framework);
    if (!known) return { ok: false, allowed: [...editions.keys()] };
    const slug = framework as FrameworkSlug;
    const edition = at < 0 ? defaultOf[slug] : text.slice(at + 1);
    if (!known.includes(edition)) return { ok: false, allowed: known.map((each) => `${framework}@${each}`) };
    return { ok: true, framework: slug, edition };
  };
}
