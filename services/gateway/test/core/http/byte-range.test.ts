import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ifRangeHolds, spanOf } from '../../../src/core/http/byte-range.js';

const SEED = 20261123;

test.each([
  ['bytes=0-9', { first: 0, last: 9 }],
  ['bytes=90-', { first: 90, last: 99 }],
  ['bytes=90-500', { first: 90, last: 99 }],
  ['bytes=-5', { first: 95, last: 99 }],
  ['bytes=-500', { first: 0, last: 99 }],
  ['bytes=90-18446744073709551615', { first: 90, last: 99 }],
  ['bytes=-18446744073709551615', { first: 0, last: 99 }],
  ['bytes=18446744073709551615-', 'unsatisfiable'],
  ['bytes= 1-2', { first: 1, last: 2 }],
  ['bytes=1 -2', undefined],
  ['BYTES=1-1', { first: 1, last: 1 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-1', undefined],
  ['bytes=0-1,5-6', undefined],
  ['bytes=a-b', undefined],
  ['bytes=-', undefined],
  ['items=0-1', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s of 100 bytes is %j', (header, expected) => {
  expect(spanOf(header, 100)).toEqual(expected);
});

test('every span is within the bytes', () => {
  const number = fc.option(fc.nat(), { nil: '' as const });
  fc.assert(
    fc.property(number, number, fc.nat(1000), (from, to, sizeBytes) => {
      const span = spanOf(`bytes=${from}-${to}`, sizeBytes);
      if (span === undefined || span === 'unsatisfiable') return;
      expect(span.first).toBeGreaterThanOrEqual(0);
      expect(span.first).toBeLessThanOrEqual(span.last);
      expect(span.last).toBeLessThan(sizeBytes);
    }),
    { seed: SEED },
  );
});

test('If-Range holds for exactly the same strong tag, and if it is absent', () => {
  expect(ifRangeHolds(undefined, '"a"')).toBe(true);
  expect(ifRangeHolds('"a"', '"a"')).toBe(true);
  for (const other of ['W/"a"', '"b"', 'a', '']) expect(ifRangeHolds(other, '"a"')).toBe(false);
});
