import { expect, test } from 'vitest';
import { redacted } from '../src/index.js';

/** Pieces with which a pattern begins, continues, or nearly ends. */
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
/** A hundred times the usual time for such a text. */
const LIMIT_MS = 60;

/** Long enough to notice a pattern that rescans the text for each character. */
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

test('no text makes it slow: time is proportional to the length of the text', () => {
  const slow: string[] = [];
  for (const one of PIECES) {
    for (const other of ['', ...PIECES]) {
      const text = of(one, other);
      // The fastest of three, because another process may have used the core.
      if (tookMs(text) > LIMIT_MS && tookMs(text) > LIMIT_MS && tookMs(text) > LIMIT_MS)
        slow.push(JSON.stringify(text.slice(0, 40)));
    }
  }
  expect(slow).toEqual([]);
}, 120_000);
