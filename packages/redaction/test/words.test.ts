import { expect, test } from 'vitest';
import { redacted } from '../src/index.js';
import { SECRETS } from '../src/secrets.js';
import { hasWord } from '../src/words.js';

test('a word is found wherever it is in the text, and only if it is long enough', () => {
  for (let length = 1; length <= 6; length++)
    for (let before = 0; before <= 12; before++)
      for (let after = 0; after <= 12; after++) {
        const around = (word: string) => `${' a'.repeat(before).slice(0, before)} ${word} ${'é,'.repeat(after)}`;
        expect(hasWord(around('x_./-='.slice(0, length)), length)).toBe(true);
        expect(hasWord(around('x'.repeat(length - 1)), Math.max(2, length))).toBe(false);
      }
});

test('the shortest tokens are redacted', () => {
  for (const kind of ['name', 'prose'] as const) {
    expect(redacted('a xoxb-1234abcd b', kind)).toBe('a [redacted: token] b');
    expect(redacted(`a ${'1a'.repeat(16)} b`, 'prose')).toBe('a [redacted: token] b');
    expect(redacted('a aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF b', kind)).toBe('a [redacted: token] b');
  }
});

/** The shortest text that an alternative of our patterns matches: they consist of literals, classes, groups and counts. */
function shortestOf(pattern: string): string {
  const plain = pattern
    .replaceAll(/\(\?[=!][^)]*\)/g, '')
    .replaceAll(/\(\?:([^()]*)\)\?/g, '')
    .replaceAll(/\(\?:([^()]*)\)/g, (_, words: string) => words.split('|').sort((a, b) => a.length - b.length)[0] ?? '')
    .replaceAll(/(\[[^\]]+\]|\\?[^[\]{}])(?:\{0,\d+\}|\?)/g, '');
  return plain.replaceAll(/(\[[^\]]+\]|\\w|\\?[^[\]{}])(?:\{(\d+)(?:,\d+)?\})?/g, (_, one: string, count = '1') =>
    fitting(one).repeat(Number(count)),
  );
}

const fitting = (one: string): string =>
  [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._=+/~'].find((char) =>
    new RegExp(`^${one}$`).test(char),
  ) ?? one;

const alternativesOf = (source: string): readonly string[] =>
  source.replace(/^\(\?<![^)]*\)\(\?:(.*)\)$/, '$1').split(/\|(?![^(]*\))/);

test('no pattern of a token matches a text whose words are all too short to be searched for it', () => {
  const searched = SECRETS.filter(({ needsWord }) => needsWord !== undefined && needsWord < 32);
  for (const { pattern, needsWord = 0 } of searched) {
    const shortest = alternativesOf(pattern.source).map(shortestOf);
    expect(shortest.length).toBeGreaterThan(50);
    for (const token of shortest) {
      expect(new RegExp(pattern.source).test(token), token).toBe(true);
      expect(hasWord(` ${token} `, needsWord), token).toBe(true);
    }
  }
  expect(searched).toHaveLength(1);
});
