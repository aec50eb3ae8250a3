import { Refusal } from '@evidence/decider';
import type { ImportRefusalCode } from '@evidence/findings';
import { Problem, tooLarge } from './problem.js';

/** What the client is told about a file that is not imported; anything but a refusal is answered as it is. */
export function importProblemOf(error: unknown, fileBytesMax: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const code = error.code as ImportRefusalCode;
  switch (code) {
    case 'too_large':
      return tooLarge(fileBytesMax);
    case 'format_not_supported':
    case 'not_this_format':
      return new Problem('invalid_request', error.message, { field: 'format' });
    case 'line_too_long':
    case 'too_many_results':
    case 'unreadable':
      return new Problem('invalid_request', error.message);
  }
}
