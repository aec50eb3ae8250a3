import { shortened } from '@evidence/redaction';

/**
 * Text from outside, normalised to be stored, signed and typeset: lone surrogates become U+FFFD, line ends become `\n`, control characters
 * become their pictures (ESC is ␛), and those without a picture, or that change the text direction, become U+FFFD.
 */
export function cleanText(text: string): string {
  if (CLEAN.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/\p{Cc}/gu, pictureOf)
    .replace(/[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd');
}

/** Most text, found in one pass instead of four. */
const CLEAN = /^[\t\n\x20-\x7e]*$/;

/** Unicode has a block of pictures for C0 (U+2400…) and one for DEL; C1 has none. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (control === '\n' || control === '\t') return control;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** Clean text on one line, trimmed, at most `charsMax` long. */
export const oneLine = (text: string, charsMax: number): string =>
  shortened(
    cleanText(text.slice(0, 2 * charsMax))
      .replace(/\s+/gu, ' ')
      .trim(),
    charsMax,
  );
