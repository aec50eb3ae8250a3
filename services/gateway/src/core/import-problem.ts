import { Refusal } from '@evidence/decider';
import type { ImportRefusalCode } from '@evidence/findings';
import { Problem, tooLarge } from './problem.js';

/** What the client is told about a file that is not imported; anything but a refusal is answered as it is. */
export function importProblemOf(error: unknown, fileBytesMax: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const code = error.code as ImportRefusalCode;
  if (code === 'too_large') return tooLarge(fileBytesMax);
  const isAboutFormat = code === 'format_not_supported' || code === 'not_this_format';
  return new Problem('invalid_request', error.message, isAboutFormat ? { field: 'format' } : {});
}
