import { expect, test } from 'vitest';
import { redacted } from '../src/index.js';

/** Pieces that a pattern begins with, goes on with, or nearly ends with. */
const PIECES = [
  ...['a', 'A1', '1', '-', '.', '/', '=', '+', '_', '@', ':', '&', ';', '"', "'", ' ', '\n', 'é', 'а', '\u200b', '\0'],
  ...[
    'eyJ',
    'eyJaaaaaaaa.',
    'ghp_',
    'sk-',
    'xox',
    'AKIA',
    'bearer ',
    'token ',
    'token=',
    'password',
    'password=',
    'password is ',
    'cookie: a',
    'cookie: a=b;',
  ],
  ...[
    'a=b; ',
    '://',
    'https://a:',
    'https://a',
    'x@',
    'a@b.',
    'a.b-',
    '+1',
    '1 ',
    '1-',
    'DE11',
    'DE11 ABCD ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
  ],
  ...[
    '--token ',
    '-u a:',
    '&sig=',
    '?a=b&',
    'api',
    'api_key',
    'api-key:',
    'parola',
    'ls_',
    'hooks.slack.com/services/',
    '[redacted: ',
    'MNO',
    '12345678:AA',
  ],
];
const CHARS = 4_000;
/** A hundred times what such a text takes. */
const LIMIT_MS = 60;

/** Enough that a pattern that goes over it again for each character is seen. */
const of = (...pieces: readonly string[]) =>
  pieces
    .join('')
    .repeat(Math.ceil(CHARS / pieces.join('').length))
    .slice(0, CHARS);

const tookMs = (text: string): number => {
  const startedAt = performance.now();
  redacted(text, 'name');
  redacted(text, 'prose');
  return performance.now() - startedAt;
};

test('no text makes it slow: time grows in proportion to the text', () => {
  const slow: string[] = [];
  for (const one of PIECES) {
    for (const other of ['', ...PIECES]) {
      const text = of(one, other);
      // The quickest of three: another process may have had the core.
      if (tookMs(text) > LIMIT_MS && tookMs(text) > LIMIT_MS && tookMs(text) > LIMIT_MS)
        slow.push(JSON.stringify(text.slice(0, 40)));
    }
  }
  expect(slow).toEqual([]);
}, 120_000);
