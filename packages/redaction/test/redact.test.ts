import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redacted, redactedWithin, redactionsIn, type TextKind } from '../src/index.js';
import corpus from './corpus.json' with { type: 'json' };

const KINDS: readonly TextKind[] = ['name', 'prose'];
const kindsOf = (kind: string): readonly TextKind[] => (kind === 'any' ? KINDS : KINDS.filter((one) => one === kind));

const cases = [...corpus.redacted, ...corpus.kept].flatMap(([kind = '', text = '', want = text]) =>
  kindsOf(kind).map((each) => ({ kind: each, text, want })),
);

test('the corpus has at least 300 strings, of both kinds, without duplicates', () => {
  const texts = [...corpus.redacted, ...corpus.kept].map(([kind, text]) => `${kind} ${text}`);
  expect(new Set(texts).size).toBe(texts.length);
  expect(corpus.redacted.length).toBeGreaterThanOrEqual(200);
  expect(corpus.kept.length).toBeGreaterThanOrEqual(100);
});

test.each(cases)('$kind: $text', ({ kind, text, want }) => {
  expect(redacted(text, kind)).toBe(want);
});

test('a redacted text does not change again', () => {
  for (const { kind, want } of cases) expect(redacted(want, kind)).toBe(want);
});

test('text around a secret does not change how it is redacted', () => {
  const secrets = corpus.redacted.filter(([kind]) => kind === 'any').slice(0, 120);
  for (const [, text = '', want = ''] of secrets) {
    for (const kind of KINDS) expect(redacted(`Before.\n${text}\nAfter.`, kind)).toBe(`Before.\n${want}\nAfter.`);
  }
});

test('only our own marks are counted', () => {
  expect(redactionsIn('a [redacted: token] b [redacted: email][redacted: …')).toBe(3);
  expect(redactionsIn('[token] [redacted] redacted: x')).toBe(0);
});

test('a mark may be longer than the text that it replaces, and the limit still holds', () => {
  expect(redactedWithin('a@b.example', 'name', 11)).toBe('[redacted:…');
  expect(redactedWithin('a@b.example', 'name', 100)).toBe('[redacted: email]');
});

test('any text is redacted without an error, with the same result twice, and stays well-formed', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'password',
      '=',
      ':',
      '"',
      '@',
      '://',
      'ghp_',
      'eyJ',
      '.',
      '-',
      ' ',
      '\n',
      '\u200b',
      'а',
      '[redacted: ',
      ']',
      '&',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), fc.constantFrom(...KINDS), (pieces, kind) => {
      const text = pieces.join('');
      const once = redacted(text, kind);
      expect(redacted(once, kind)).toBe(once);
      if (text.isWellFormed()) expect(once.isWellFormed()).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
