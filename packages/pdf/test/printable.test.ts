import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasGlyph } from '../src/fonts.js';
import { lettersOf, oneLine, printable } from '../src/printable.js';

describe('printable', () => {
  it.each([
    ['plain ASCII', 'R&D <x> "quoted"'],
    ['Latin', 'Żółć, naïve, Straße, Được phép'],
    ['Greek', 'Παράκαμψη άρνησης'],
    ['Cyrillic', 'Инъекция инструкций — проверка'],
  ])('leaves %s alone', (_, text) => {
    expect(printable(text)).toBe(text);
  });

  it('writes a character without a glyph as its code point, in a separate style', () => {
    expect(printable('Jailbreak 🚨!')).toEqual(['Jailbreak ', { text: '[U+1F6A8]', style: 'escape' }, '!']);
  });

  it('distinguishes an escape from a title that spells one', () => {
    expect(printable('[U+1F6A8]')).toBe('[U+1F6A8]');
    expect(printable('🚨')).toEqual([{ text: '[U+1F6A8]', style: 'escape' }]);
  });

  it('makes characters visible that reorder or hide text (Trojan Source: U+202E reverses exe.gnp)', () => {
    expect(lettersOf(printable('a\u202egnp.exe'))).toBe('a[U+202E]gnp.exe');
    expect(lettersOf(printable('zero\u200bwidth'))).toBe('zero[U+200B]width');
    expect(lettersOf(printable('bell\u0007'))).toBe('bell[U+0007]');
  });

  it('replaces each run of white space with one space', () => {
    expect(printable('  two\r\n\tlines\u2028three ')).toBe('two lines three');
  });

  it('composes decomposed characters, so that an accent is not an escape', () => {
    expect(printable('Z\u0307')).toBe('Ż');
  });

  it('prints a dash for an empty text', () => {
    expect([printable(''), printable(' \n')]).toEqual(['–', '–']);
  });

  it('leaves no character without a glyph, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('sans' as const, 'mono' as const), (text, family) => {
        for (const character of lettersOf(printable(text.toWellFormed(), family))) {
          expect(hasGlyph(family, character.codePointAt(0) ?? 0)).toBe(true);
        }
      }),
    );
  });
});

describe('oneLine', () => {
  it('keeps characters without a glyph and replaces invisible ones', () => {
    expect(oneLine('R&D\n日本語 🚨\u0000\u202e')).toBe('R&D 日本語 🚨\ufffd\ufffd');
  });
});
