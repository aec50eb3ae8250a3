import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../import-refusal.js';

/**
 * The frameworks, where an id of the OWASP Top 10 for LLM applications that could be of several editions is of `edition`, as whoever
 * imports states. What names its edition itself, or is the same in all, is left as it is. Throws `ImportRefusal` `edition_unknown`.
 */
export function statingOwaspLlmEdition(frameworks: Frameworks, edition: string): Frameworks {
  const allowed = frameworks.editionsOfFramework('OWASP_LLM');
  if (!allowed.includes(edition)) {
    const message = `There is no edition ${edition.slice(0, 20)} of the OWASP Top 10 for LLM Applications. Use one of: ${allowed.join(', ')}.`;
    throw new ImportRefusal('edition_unknown', message, { value: edition, allowed });
  }
  const meaningOf: Frameworks['meaningOf'] = (text) => {
    const meaning = frameworks.meaningOf(text);
    const named = meaning.kind === 'ref' ? undefined : frameworks.resolveRef(text);
    if (named?.kind !== 'ambiguous') return meaning;
    const [only, ...others] = named.refs.filter((ref) => isOf(ref, edition, frameworks));
    const meant = only === undefined || others.length > 0 ? meaning : frameworks.meaningOf(only);
    return meant.kind === 'ref' ? { ...meant, note: `of the edition ${edition}, as stated at the import` } : meaning;
  };
  // Not a copy: `rules` is a getter that hashes all data.
  return Object.create(frameworks, { meaningOf: { value: meaningOf } }) as Frameworks;
}

const isOf = (ref: string, edition: string, { frameworkOf, editionsOf }: Frameworks): boolean =>
  frameworkOf(ref) === 'OWASP_LLM' && editionsOf(ref).includes(edition);
