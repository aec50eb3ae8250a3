import { Problem } from './problem.js';
import { sentences } from './sentences.js';

/** Throws if `from` is after `to`. Calendar dates (RFC 3339 full-date) sort as text. */
export function requireOrder(
  slug: 'scope_invalid' | 'invalid_request',
  field: string,
  from: string | undefined,
  to: string | undefined,
): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw new Problem(slug, sentences.fromAfterTo(from, to), {
    field,
    value: from,
  });
}
