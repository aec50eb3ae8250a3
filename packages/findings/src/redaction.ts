import { EXCERPT_CHARS_MAX } from './limits.js';
import { cleanText, shortened } from './text.js';

/** Looked at for an excerpt: enough to fill it after redaction, and a bound on the work. */
const LOOKED_AT_CHARS_MAX = 4 * EXCERPT_CHARS_MAX;

/**
 * What must not leave the scan: keys and tokens, addresses, numbers long enough to be a telephone, card or account number. Every
 * quantifier is bounded or runs over one class, so that no input makes matching slow; a pattern that tries every character anew is spared
 * texts without what it `needs`. Better a word too much than a secret.
 */
const SECRETS: readonly (readonly [pattern: RegExp, mark: string, needs?: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}KEY-----|$)/g, '[key]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, '[token]'],
  [/\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[a-z]|hf|npm|AIza|AKIA|ASIA)[-_A-Za-z0-9]{12,}/g, '[token]'],
  [/\b(bearer|basic)\s{1,4}[\w.~+/=-]{8,}/gi, '$1 [token]'],
  [/\b(api[-_ ]?key|secret|token|passw(?:or)?d|pwd)(["']?\s{0,4}[:=]\s{0,4})["']?[^\s"',;]{4,}["']?/gi, '$1$2[secret]'],
  [/[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu, '[email]', '@'],
  [/(?<![\w+/=-])(?=[\w+/=-]{0,64}\d)(?=[\w+/=-]{0,64}[A-Za-z])[\w+/=-]{32,}/g, '[token]'],
  [/\p{Nd}(?:[ .()/-]{0,2}\p{Nd}){8,}/gu, '[number]'],
];

/** Clean text without what looks like a secret or a personal number, at most 2,000 characters. */
export function excerptOf(text: string): string {
  let redacted = cleanText(text.slice(0, LOOKED_AT_CHARS_MAX));
  for (const [pattern, mark, needs = ''] of SECRETS)
    if (redacted.includes(needs)) redacted = redacted.replace(pattern, mark);
  return shortened(redacted.trim(), EXCERPT_CHARS_MAX);
}
