import { isValid } from '@evidence/contracts';
import { usageFailure } from './failure.js';

/** The slug, if it is one. Throws a usage failure else, so that nothing is looked up or written under a misspelt name. */
export function tenantSlug(text: string): string {
  if (isValid('Vocabulary.v1', 'TenantSlug', text)) return text;
  throw usageFailure(`"${text}" is no tenant: a slug has 1 to 63 of a-z, 0-9 and -, such as acme.`);
}

export function wholeNumber(option: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= min && value <= max) return value;
  throw usageFailure(`${option} is a whole number from ${min} to ${max}, not "${text}".`);
}

/** `a,b` as `['a', 'b']`, without blanks and empty parts. */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
