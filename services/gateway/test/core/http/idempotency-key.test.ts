import { expect, test } from 'vitest';
import { Problem } from '../../../src/core/call/problem.js';
import { idempotencyKeyIn } from '../../../src/core/http/idempotency-key.js';

test.each([
  ['"8e03978e-40d5"', '8e03978e-40d5'],
  ['8e03978e-40d5', '8e03978e-40d5'],
  ['"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
  ['x'.repeat(255), 'x'.repeat(255)],
  [undefined, undefined],
])('the header %s is the key %s', (header, expected) => {
  expect(idempotencyKeyIn(header)).toBe(expected);
});

test.each(['', '""', '"a', 'a"', 'a b', '"a", "b"', 'a, b', 'ä', '"a\tb"', '"a\\b"', '"a";p=1', 'x'.repeat(256)])(
  'the header %j is not a key',
  (header) => {
    expect(() => idempotencyKeyIn(header)).toThrow(Problem);
  },
);
