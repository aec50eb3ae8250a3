import { Refusal } from '@evidence/decider';
import type { ImportRefusalCode } from '@evidence/findings';
import { Problem, tooLarge } from './problem.js';

/** What another format would help, or the name of one. */
const ABOUT_FORMAT: readonly ImportRefusalCode[] = [
  'format_not_supported',
  'format_unknown',
  'format_ambiguous',
  'not_this_format',
];

const ABOUT_PASS_RULE: readonly ImportRefusalCode[] = ['pass_rule_malformed', 'option_not_supported'];

/** What the client is told about a file that is not imported; anything but a refusal is answered as it is. */
export function importProblemOf(error: unknown, fileBytesMax: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const code = error.code as ImportRefusalCode;
  if (code === 'too_large') return tooLarge(fileBytesMax);
  if (ABOUT_PASS_RULE.includes(code)) return new Problem('invalid_request', error.message, { field: 'pass_when' });
  if (!ABOUT_FORMAT.includes(code)) return new Problem('invalid_request', error.message);
  const { allowed, value } = error.facts as { readonly allowed?: readonly string[]; readonly value?: string };
  return new Problem('invalid_request', error.message, {
    field: 'format',
    ...(allowed === undefined ? {} : { allowed: [...allowed] }),
    ...(value === undefined ? {} : { value }),
  });
}
