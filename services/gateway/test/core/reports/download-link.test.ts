import { expect, test } from 'vitest';
import { sealWithHmac } from '../../../src/adapters/seal-with-hmac.js';
import { placeOf } from '../../../src/core/call/cursor.js';
import { checkLink, LINK_VALID_S, signLink } from '../../../src/core/reports/download-link.js';
import { slugOf } from '../../slug-of.js';

const seal = sealWithHmac(Buffer.alloc(32, 1));
const otherSeal = sealWithHmac(Buffer.alloc(32, 2));
const NOW = new Date('2026-05-22T10:35:00.500Z');
const ACME = { list: 'reports', tenant: 'acme' } as const;

test('a link is valid for 60 s, for one report, with one key', () => {
  const link = signLink('rpt_1', NOW, seal);
  const after = (seconds: number) => new Date(Math.floor(NOW.getTime() / 1000) * 1000 + seconds * 1000);
  const at = (now: Date, id = 'rpt_1', by = seal) => slugOf(() => checkLink(id, link, now, by));
  expect(at(NOW)).toBeUndefined();
  expect(at(new Date(after(LINK_VALID_S).getTime() - 1))).toBeUndefined();
  expect(at(after(LINK_VALID_S))).toBe('link_expired');
  expect(at(NOW, 'rpt_2')).toBe('link_expired');
  expect(at(NOW, 'rpt_1', otherSeal)).toBe('link_expired');
  const later = { ...link, expires: String(Number(link.expires) + 1) };
  expect(slugOf(() => checkLink('rpt_1', later, NOW, seal))).toBe('link_expired');
  expect(slugOf(() => checkLink('rpt_1', { expires: 'Infinity', signature: '' }, NOW, seal))).toBe('link_expired');
});

test('a link is not a cursor, and a cursor not a link: each is sealed for its purpose', () => {
  const { expires, signature } = signLink('rpt_1', NOW, seal);
  const asCursor = `${Buffer.from(`rpt_1\n${expires}`).toString('base64url')}.${signature}`;
  expect(slugOf(() => placeOf(asCursor, ACME, seal))).toBe('invalid_cursor');
});
