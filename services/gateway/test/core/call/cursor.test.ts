import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sealWithHmac } from '../../../src/adapters/seal-with-hmac.js';
import { cursorAt, placeOf } from '../../../src/core/call/cursor.js';
import { slugOf } from '../../slug-of.js';

const SEED = 20261123;
const seal = sealWithHmac(Buffer.alloc(32, 1));
const otherSeal = sealWithHmac(Buffer.alloc(32, 2));
const ACME = { list: 'reports', tenant: 'acme' } as const;

test('a cursor returns its place, but only for the list and tenant for which it was made', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (place) => {
      const cursor = cursorAt(place, ACME, seal);
      expect(cursor).toMatch(/^[\w.-]+$/);
      expect(placeOf(cursor, ACME, seal)).toBe(place);
      const others = [{ ...ACME, tenant: 'globex' }, { ...ACME, list: 'findings' } as const];
      for (const owner of others) expect(slugOf(() => placeOf(cursor, owner, seal))).toBe('invalid_cursor');
      expect(slugOf(() => placeOf(cursor, ACME, otherSeal))).toBe('invalid_cursor');
    }),
    { seed: SEED },
  );
});

test('a text that we did not make is not a cursor', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(slugOf(() => placeOf(text, ACME, seal))).toBe('invalid_cursor');
    }),
    { seed: SEED },
  );
});

test('a cursor with any changed character is invalid, even if base64url would decode to the same', () => {
  const cursor = cursorAt('42', ACME, seal);
  for (const changed of [
    `${cursor}.x`,
    `${cursor}.`,
    `!${cursor}`,
    ` ${cursor}`,
    cursor.replace('.', '=.'),
    `${cursor}=`,
  ]) {
    expect(slugOf(() => placeOf(changed, ACME, seal))).toBe('invalid_cursor');
  }
});
