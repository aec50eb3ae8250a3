import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Utf8Pieces } from '../src/index.js';

const PIECE_BYTES = 64 * 1024;

const text = fc
  .tuple(fc.constantFrom('a', 'é', '–', '😀', 'plain, then – wide'), fc.nat({ max: 30_000 }))
  .map(([unit, times]) => unit.repeat(times));

it('outputs all texts in their order as UTF-8, whenever pieces are taken', () => {
  const step = fc.tuple(text, fc.constantFrom('none', 'full', 'all'));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const pieces = new Utf8Pieces();
      const taken: Uint8Array[] = [];
      for (const [each, take] of steps) {
        pieces.put(each);
        if (take === 'full') taken.push(...pieces.takeFull());
        if (take === 'all') taken.push(...pieces.takeAll());
      }
      // Only compared at the end: a piece that was taken stays as it is.
      const found = Buffer.concat([...taken, ...pieces.takeAll()]);
      expect(found.equals(Buffer.from(steps.map(([each]) => each).join('')))).toBe(true);
    }),
  );
});

it('fills pieces of 64 KiB, and takes a longer text as one', () => {
  const pieces = new Utf8Pieces();
  for (let n = 0; n < 1_000; n++) pieces.put('x'.repeat(1_000));
  const lengths = pieces.takeAll().map(({ length }) => length);
  expect(lengths.length).toBeLessThan(18);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(PIECE_BYTES);
  pieces.put('–'.repeat(PIECE_BYTES));
  expect(pieces.takeAll().map(({ length }) => length)).toEqual([3 * PIECE_BYTES]);
});

it('has nothing to take without texts, and takes no piece twice', () => {
  const pieces = new Utf8Pieces();
  expect(pieces.takeAll()).toEqual([]);
  pieces.put('once');
  expect(pieces.hasFull).toBe(false);
  expect(pieces.takeFull()).toEqual([]);
  expect(Buffer.concat(pieces.takeAll()).toString()).toBe('once');
  expect(pieces.takeAll()).toEqual([]);
});
