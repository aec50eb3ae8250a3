import { SEVERITIES, type Severity, type SeverityScale } from '@evidence/contracts';
import { severityNamed } from '../severity-words.js';

/**
 * The severity that a value means on the stated scale; undefined for a value that is not on it. Words always mean themselves. A number
 * without a stated scale means nothing: 1 is the worst on a scale of 1 to 5, and nearly the best on one of 0 to 10.
 */
export function severityOn(scale: SeverityScale | undefined, value: unknown): Severity | undefined {
  const named = severityNamed(value);
  if (named) return named;
  switch (scale) {
    case '1-5':
      return SEVERITIES[wholeOf(value, /^[1-5]$/) - 1];
    case 'P0-P4':
      return SEVERITIES[wholeOf(typeof value === 'string' ? value.trim().replace(/^P/i, '') : undefined, /^[0-4]$/)];
    case '0-1':
      return ofShare(typeof value === 'string' && /^[01](\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value);
    default:
      return undefined;
  }
}

/** -1 for any other value. */
const wholeOf = (value: unknown, digits: RegExp): number =>
  (typeof value === 'string' || typeof value === 'number') && digits.test(String(value).trim()) ? Number(value) : -1;

function ofShare(share: unknown): Severity | undefined {
  if (typeof share !== 'number' || !(share >= 0 && share <= 1)) return undefined;
  if (share >= 0.9) return 'critical';
  if (share >= 0.7) return 'high';
  if (share >= 0.4) return 'medium';
  return share > 0 ? 'low' : 'info';
}
