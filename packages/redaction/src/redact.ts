import { type Plain, plainOf } from './look-alikes.js';
import { SECRETS, type Secret, type TextKind } from './secrets.js';
import { shortened } from './shortened.js';
import { hasWord } from './words.js';

export type { TextKind } from './secrets.js';

/** A piece of the original, and its replacement. */
interface Span {
  readonly start: number;
  readonly end: number;
  /** In `SECRETS`. */
  readonly rank: number;
}

const MARK = '[redacted: ';
/** Without look-alikes and invisible characters. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/**
 * Replaces everything that looks like a secret, an address or a personal number with a mark such as `[redacted: token]`. Letters that only
 * look like ASCII and invisible characters cannot hide a secret; elsewhere they are left unchanged. Names of people are not redacted. A
 * redacted text is left unchanged. Linear time; shorten long texts first.
 */
export function redacted(text: string, kind: TextKind): string {
  const spans = spansIn(text, kind);
  if (spans.length === 0) return text;
  let result = '';
  let at = 0;
  for (const { start, end, rank } of united(spans)) {
    result += `${text.slice(at, start)}${MARK}${SECRETS[rank]?.kind}]`;
    at = end;
  }
  return result + text.slice(at);
}

/** The same, at most `charsMax` long: a mark may be longer than the text that it replaces. */
export const redactedWithin = (text: string, kind: TextKind, charsMax: number): string =>
  shortened(redacted(text, kind), charsMax);

/** How many marks the text has. */
export function redactionsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + MARK.length)) count++;
  return count;
}

function spansIn(text: string, kind: TextKind): Span[] {
  if (PLAIN.test(text)) return found(text, kind);
  const joined = plainOf(text, '');
  const spans = inOriginal(joined, kind);
  const parted = plainOf(text, ' ');
  // An invisible character may also come before a token, which would then not start a word.
  return parted.text === joined.text ? spans : [...spans, ...inOriginal(parted, kind)];
}

const inOriginal = ({ text, origins }: Plain, kind: TextKind): Span[] =>
  found(text, kind).map(({ start, end, rank }) => ({ start: origins[start] ?? 0, end: origins[end] ?? 0, rank }));

/** A match is blanked out for later patterns, so that a long word does not also swallow the name of a secret. */
function found(text: string, kind: TextKind): Span[] {
  const spans: Span[] = [];
  let rest = text.includes(MARK) ? text.replace(OUR_MARKS, (mark) => BLANK.repeat(mark.length)) : text;
  for (const [rank, secret] of SECRETS.entries()) {
    if (secret.only !== undefined && secret.only !== kind) continue;
    if (secret.needs !== undefined && !rest.includes(secret.needs)) continue;
    if (secret.needsWord !== undefined && !hasWord(rest, secret.needsWord)) continue;
    const before = spans.length;
    const { pattern } = secret;
    pattern.lastIndex = 0;
    // Not `matchAll`, which compiles the pattern again each time.
    for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
      const span = spanOf(match, secret);
      if (span && !isBlank(rest, span)) spans.push({ ...span, rank });
    }
    if (spans.length > before) rest = blankedOut(rest, spans.slice(before));
  }
  return spans;
}

const BLANK = '\0';
const OUR_MARKS = /\[redacted: [a-z]{1,10}\]/g;

/** It consists only of earlier matches. */
function isBlank(text: string, { start, end }: Pick<Span, 'start' | 'end'>): boolean {
  for (let at = start; at < end; at++) if (text[at] !== BLANK) return false;
  return true;
}

function blankedOut(text: string, spans: readonly Span[]): string {
  let result = '';
  let at = 0;
  for (const { start, end } of spans) {
    result += text.slice(at, start) + BLANK.repeat(end - start);
    at = end;
  }
  return result + text.slice(at);
}

/** A match is secret from its last group on; the text before it says what it is. */
function spanOf(match: RegExpExecArray, { isSecret }: Secret): Pick<Span, 'start' | 'end'> | undefined {
  const [whole, ...groups] = match;
  const secret = groups.find((group) => group !== undefined) ?? whole;
  if (isSecret?.(secret) === false) return undefined;
  const end = match.index + whole.length;
  return { start: end - secret.length, end };
}

/** Merges overlapping pieces. */
function united(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (!last || span.start >= last.end) result.push(span);
    else
      result[result.length - 1] = {
        start: last.start,
        end: Math.max(last.end, span.end),
        rank: Math.min(last.rank, span.rank),
      };
  }
  return result;
}
