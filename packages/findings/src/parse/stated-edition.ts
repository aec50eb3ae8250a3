import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../import-refusal.js';
import { tagsFrom } from '../sentences/findings.js';
import { optionSays } from '../sentences/formats.js';

/**
 * The frameworks, with `edition`, as stated by the caller of the import, for ids of the OWASP Top 10 for LLM Applications that could be of
 * several editions. Ids that name their edition, or mean the same in all, are unchanged. Throws `ImportRefusal` `edition_unknown`.
 */
export function statingOwaspLlmEdition(frameworks: Frameworks, edition: string): Frameworks {
  const allowed = frameworks.editionsOfFramework('OWASP_LLM');
  if (!allowed.includes(edition)) {
    const message = optionSays.edition(edition.slice(0, 20), allowed);
    throw new ImportRefusal('edition_unknown', message, { value: edition, allowed });
  }
  const meaningOf: Frameworks['meaningOf'] = (text) => {
    const meaning = frameworks.meaningOf(text);
    const named = meaning.kind === 'ref' ? undefined : frameworks.resolveRef(text);
    if (named?.kind !== 'ambiguous') return meaning;
    const [only, ...others] = named.refs.filter((ref) => isOf(ref, edition, frameworks));
    const meant = only === undefined || others.length > 0 ? meaning : frameworks.meaningOf(only);
    return meant.kind === 'ref' ? { ...meant, note: tagsFrom.statedEdition(edition) } : meaning;
  };
  // Not a copy: `rules` is a getter that hashes all data.
  return Object.create(frameworks, { meaningOf: { value: meaningOf } }) as Frameworks;
}

const isOf = (ref: string, edition: string, { frameworkOf, editionsOf }: Frameworks): boolean =>
  frameworkOf(ref) === 'OWASP_LLM' && editionsOf(ref).includes(edition);
