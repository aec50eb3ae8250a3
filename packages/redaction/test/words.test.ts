import { expect, test } from 'vitest';
import { redacted } from '../src/index.js';
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
