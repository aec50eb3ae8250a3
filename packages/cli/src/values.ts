import { isTenantSlug } from '@evidence/contracts';
import { usageFailure } from './failure.js';

/** The slug, if it is valid. Throws a usage failure otherwise, so that nothing is looked up or written under a misspelt name. */
export function tenantSlug(text: string): string {
  if (isTenantSlug(text)) return text;
  throw usageFailure(`"${text}" is not a tenant slug: use 1 to 63 characters of a-z, 0-9 and -, such as acme.`);
}

export function wholeNumber(option: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= min && value <= max) return value;
  throw usageFailure(`${option} must be a whole number from ${min} to ${max}, not "${text}".`);
}

/** `a,b` as `['a', 'b']`, without blanks and empty parts. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
