import { Refusal } from '@evidence/decider';
import type { ImportRefusalCode } from '@evidence/findings';
import { Problem, tooLarge } from '../call/problem.js';

/** Refusals that another value of a query parameter would avoid, with that parameter. */
const FIELDS: Readonly<Partial<Record<ImportRefusalCode, string>>> = {
  format_not_supported: 'format',
  format_unknown: 'format',
  format_ambiguous: 'format',
  not_this_format: 'format',
  edition_unknown: 'owasp_llm_edition',
  pass_rule_malformed: 'pass_when',
  option_not_supported: 'pass_when',
};

/** The problem for a file that is not imported. Any error that is not a refusal is returned unchanged. */
export function importProblemOf(error: unknown, fileBytesMax: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const code = error.code as ImportRefusalCode;
  if (code === 'too_large') return tooLarge(fileBytesMax);
  const field = FIELDS[code];
  if (field === undefined) return new Problem('invalid_request', error.message);
  const { allowed, value } = error.facts as { readonly allowed?: readonly string[]; readonly value?: string };
  return new Problem('invalid_request', error.message, {
    field,
    ...(allowed === undefined ? {} : { allowed: [...allowed] }),
    ...(value === undefined ? {} : { value }),
  });
}
