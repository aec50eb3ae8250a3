import { type FontFamily, hasGlyph } from './fonts.js';
import { escaped, INVISIBLE, LINE_SPACE } from './unprintable.js';

/** Text for pdfmake: one string, or runs, some of which are escapes. */
export type Printable = string | Run[];
export type Run = string | { readonly text: string; readonly style: 'escape' };

const PLAIN_ASCII = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Makes every character of a text visible: pdfmake has no fallback font and would print an empty box (.notdef). White space
 * becomes one space. Characters without a glyph and invisible characters are written as `[U+1F6A8]` in a style of their own,
 * so that they cannot be confused with a title that spells out such an escape.
 */
export function printable(text: string, family: FontFamily = 'sans'): Printable {
  if (PLAIN_ASCII.test(text)) return text;
  const runs: Run[] = [];
  let plain = '';
  for (const character of text.normalize('NFC').replace(LINE_SPACE, ' ').trim()) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (!INVISIBLE.test(character) && hasGlyph(family, codePoint)) {
      plain += character;
      continue;
    }
    if (plain !== '') runs.push(plain);
    plain = '';
    runs.push({ text: escaped(codePoint), style: 'escape' });
  }
  if (plain !== '') runs.push(plain);
  if (runs.length === 0) return '–';
  return runs.length === 1 && typeof runs[0] === 'string' ? runs[0] : runs;
}

/** The characters as they will be printed. */
export const lettersOf = (text: Printable): string =>
  typeof text === 'string' ? text : text.map((run) => (typeof run === 'string' ? run : run.text)).join('');

/** Text for a place that needs no glyphs (document properties, bookmarks): well-formed, on one line, nothing invisible. */
export const oneLine = (text: string): string =>
  text.replace(LINE_SPACE, ' ').trim().replace(new RegExp(INVISIBLE, 'gu'), '\ufffd');
