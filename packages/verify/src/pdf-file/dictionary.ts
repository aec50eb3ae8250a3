import { PdfFileError } from './pdf-file-error.js';

/**
 * A PDF dictionary (ISO 32000-1 §7.3.7) as key → value in the file's own spelling, so that unchanged entries are
 * written back exactly. Text is latin1: one character is one byte.
 */
export type PdfDictionary = ReadonlyMap<string, string>;

/** No writer nests like this; a crafted file would, to exhaust the stack. */
const DEPTH_MAX = 64;

const SPACE = /(?:[\0\t\n\f\r ]|%[^\r\n]*)*/y;
const NAME = /\/[^\0\t\n\f\r ()<>[\]{}/%]*/y;
const HEX_STRING = /<[0-9A-Fa-f\0\t\n\f\r ]*>/y;
const REFERENCE = /\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
const WORD = /[^\0\t\n\f\r ()<>[\]{}/%]+/y;

/** Reads the dictionary that `text` begins with; what follows it is ignored. Throws `PdfFileError` `pdf_malformed`. */
export function readDictionary(text: string): PdfDictionary {
  return readDictionaryAt(text, 0).entries;
}

/** As `readDictionary`, with the index at which the dictionary ends. */
export function readDictionaryAt(text: string, at: number): { entries: PdfDictionary; end: number } {
  const entries = new Map<string, string>();
  const end = scanDictionary(text, skipSpace(text, at), 0, (key, value) => entries.set(key, value));
  return { entries, end };
}

export function writeDictionary(entries: PdfDictionary): string {
  return `<<\n${[...entries].map(([key, value]) => `${key} ${value}\n`).join('')}>>`;
}

/** `12 0 R` → 12. undefined for anything else, and for a generation other than 0, which no fresh file has. */
export function referenceOf(value: string | undefined): number | undefined {
  const match = /^(\d{1,10})[\0\t\n\f\r ]+0[\0\t\n\f\r ]+R$/.exec(value ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** Where the value that starts at `at` ends. */
function scanValue(text: string, at: number, depth: number): number {
  if (depth > DEPTH_MAX) throw malformed(at);
  if (text.startsWith('<<', at)) return scanDictionary(text, at, depth);
  if (text[at] === '[') return scanArray(text, at, depth);
  if (text[at] === '(') return scanString(text, at);
  for (const token of [HEX_STRING, NAME, REFERENCE, WORD]) {
    const end = match(token, text, at);
    if (end !== undefined) return end;
  }
  throw malformed(at);
}

function scanDictionary(text: string, at: number, depth: number, visit?: (key: string, value: string) => void): number {
  if (!text.startsWith('<<', at)) throw malformed(at);
  let next = skipSpace(text, at + 2);
  while (!text.startsWith('>>', next)) {
    const keyEnd = match(NAME, text, next);
    if (keyEnd === undefined) throw malformed(next);
    const valueStart = skipSpace(text, keyEnd);
    const valueEnd = scanValue(text, valueStart, depth + 1);
    visit?.(text.slice(next, keyEnd), text.slice(valueStart, valueEnd));
    next = skipSpace(text, valueEnd);
  }
  return next + 2;
}

function scanArray(text: string, at: number, depth: number): number {
  let next = skipSpace(text, at + 1);
  while (text[next] !== ']') next = skipSpace(text, scanValue(text, next, depth + 1));
  return next + 1;
}

/** Parentheses nest and a backslash escapes the next byte (ISO 32000-1 §7.3.4.2). */
function scanString(text: string, at: number): number {
  let open = 0;
  for (let next = at; next < text.length; next += 1) {
    const character = text[next];
    if (character === '\\') next += 1;
    else if (character === '(') open += 1;
    else if (character === ')') open -= 1;
    if (open === 0) return next + 1;
  }
  throw malformed(at);
}

function skipSpace(text: string, at: number): number {
  return match(SPACE, text, at) ?? at;
}

/** Where `token` (a sticky expression) ends when it matches at `at`. */
function match(token: RegExp, text: string, at: number): number | undefined {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : undefined;
}

const malformed = (at: number): PdfFileError =>
  new PdfFileError(
    'pdf_malformed',
    `A dictionary of the PDF cannot be read (byte ${at} of the object): generate the file again.`,
  );
