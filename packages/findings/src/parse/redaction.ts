import { redactedWithin } from '@evidence/redaction';
import { EXCERPT_CHARS_MAX } from '../limits.js';
import { cleanText } from './text.js';

/** How much text is redacted for an excerpt: enough to fill it afterwards, and a bound on the work. */
const LOOKED_AT_CHARS_MAX = 4 * EXCERPT_CHARS_MAX;

/** Clean text of at most 2,000 characters, without anything that looks like a secret or a personal number. */
export const excerptOf = (text: string): string =>
  redactedWithin(cleanText(text.slice(0, LOOKED_AT_CHARS_MAX)).trim(), 'prose', EXCERPT_CHARS_MAX);
