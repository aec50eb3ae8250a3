import { loadFrameworks } from '@evidence/frameworks';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sealWithHmac } from '../src/adapters/seal-with-hmac.js';
import { ifRangeHolds, spanOf } from '../src/core/byte-range.js';
import { cursorAt, placeOf } from '../src/core/cursor.js';
import { checkLink, LINK_VALID_S, signLink } from '../src/core/download-link.js';
import { unmetPrecondition } from '../src/core/precondition.js';
import { Problem } from '../src/core/problem.js';
import { REPORT_ID_BYTES, reportIdOf } from '../src/core/report-id.js';
import { reportScopeOf } from '../src/core/report-scope.js';
import { requestedFrameworks } from '../src/core/requested-frameworks.js';

const SEED = 20261123;
const seal = sealWithHmac(Buffer.alloc(32, 1));
const otherSeal = sealWithHmac(Buffer.alloc(32, 2));
const NOW = new Date('2026-05-22T10:35:00.500Z');
const ACME = { list: 'reports', tenant: 'acme' } as const;

/** The slug of the problem that is thrown; undefined: none is. */
function slugOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.slug;
    throw error;
  }
}

test('an id holds the year and all 128 bits, in digits that sort as the bits do', () => {
  expect(reportIdOf(2026, new Uint8Array(REPORT_ID_BYTES))).toBe(`rpt_2026_${'0'.repeat(26)}`);
  expect(reportIdOf(2026, new Uint8Array(REPORT_ID_BYTES).fill(255))).toBe(`rpt_2026_7${'v'.repeat(25)}`);
  const bytes = fc.uint8Array({ minLength: REPORT_ID_BYTES, maxLength: REPORT_ID_BYTES });
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      expect(Math.sign(reportIdOf(2026, one).localeCompare(reportIdOf(2026, other), 'en'))).toBe(
        Math.sign(Buffer.compare(one, other)),
      );
    }),
    { seed: SEED },
  );
});

test('a scope keeps what narrows, in the event’s words', () => {
  expect(reportScopeOf({ endpoint_ids: ['ep_1'], from: '2026-04-01', to: '2026-04-01' })).toEqual({
    endpointIds: ['ep_1'],
    includeSeverities: [],
    from: '2026-04-01',
    to: '2026-04-01',
  });
  expect(reportScopeOf({ to: '2999-12-31' })).toEqual({ endpointIds: [], includeSeverities: [], to: '2999-12-31' });
  expect(slugOf(() => reportScopeOf({ from: '2026-04-02', to: '2026-04-01' }))).toBe('scope_invalid');
  expect(slugOf(() => reportScopeOf(undefined))).toBe('scope_invalid');
});

test('frameworks are pinned to editions in the order of the request', () => {
  const frameworks = loadFrameworks();
  expect(requestedFrameworks(['OWASP_LLM@2026', 'ISO_42001'], frameworks)).toEqual([
    { framework: 'OWASP_LLM', edition: '2026' },
    { framework: 'ISO_42001', edition: '2023' },
  ]);
  expect(slugOf(() => requestedFrameworks(['OWASP_LLM', 'toString'], frameworks))).toBe('framework_unknown');
  expect(slugOf(() => requestedFrameworks(['OWASP_LLM@'], frameworks))).toBe('framework_unknown');
});

test('a cursor gives back its place, to the list and tenant it was made for alone', () => {
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

test('no text that we did not make is a cursor', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(slugOf(() => placeOf(text, ACME, seal))).toBe('invalid_cursor');
    }),
    { seed: SEED },
  );
});

test('a cursor that was changed in any character is none, also where base64url would read the same', () => {
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

test('a link is good from its first moment for 60 s, for one report, under one key', () => {
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

test('a link is no cursor, and a cursor no link: each is sealed for its purpose', () => {
  const { expires, signature } = signLink('rpt_1', NOW, seal);
  const asCursor = `${Buffer.from(`rpt_1\n${expires}`).toString('base64url')}.${signature}`;
  expect(slugOf(() => placeOf(asCursor, ACME, seal))).toBe('invalid_cursor');
});

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
])('of 100 bytes %s is %j', (header, expected) => {
  expect(spanOf(header, 100)).toEqual(expected);
});

test('every span lies within the bytes there are', () => {
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

test('If-Range holds for the very same strong tag, and when there is none', () => {
  expect(ifRangeHolds(undefined, '"a"')).toBe(true);
  expect(ifRangeHolds('"a"', '"a"')).toBe(true);
  for (const other of ['W/"a"', '"b"', 'a', '']) expect(ifRangeHolds(other, '"a"')).toBe(false);
});

test.each([
  [{}, undefined],
  [{ ifNoneMatch: '"a"' }, 'not_modified'],
  [{ ifNoneMatch: 'W/"a"' }, 'not_modified'],
  [{ ifNoneMatch: '"x,y", W/"z" ,"a"' }, 'not_modified'],
  [{ ifNoneMatch: '*' }, 'not_modified'],
  [{ ifNoneMatch: '"b", "a' }, undefined],
  [{ ifNoneMatch: 'a' }, undefined],
  [{ ifNoneMatch: '' }, undefined],
  [{ ifMatch: '"b", "a"' }, undefined],
  [{ ifMatch: '*' }, undefined],
  [{ ifMatch: 'W/"a"' }, 'failed'],
  [{ ifMatch: '"b"' }, 'failed'],
  [{ ifMatch: '"*"' }, 'failed'],
  [{ ifMatch: '"b"', ifNoneMatch: '"a"' }, 'failed'],
  [{ ifMatch: '"a"', ifNoneMatch: '"a"' }, 'not_modified'],
])('of the artifact "a", %j is %s', (preconditions, expected) => {
  expect(unmetPrecondition(preconditions, '"a"')).toBe(expected);
});

test('a problem echoes what was sent, cut when long', () => {
  const value = 'x'.repeat(10_000);
  const { document } = new Problem('invalid_request', 'No.', { value });
  expect(document).toMatchObject({ title: 'Invalid request', status: 400, detail: 'No.', error: 'invalid_request' });
  expect(JSON.stringify(document).length).toBeLessThan(600);
  expect(new Problem('not_found', 'No.').document).not.toHaveProperty('value');
});
