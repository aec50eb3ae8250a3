import { exampleOf } from '@evidence/contracts';
import { given } from '@evidence/decider';
import { expect, test } from 'vitest';
import { claimIdempotencyKey, idempotencyKeyIn } from '../src/core/idempotency-key.js';
import { Problem } from '../src/core/problem.js';

const key = given(claimIdempotencyKey, {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
});
const data = { ...exampleOf('IdempotencyKeyClaimed'), claimedAt: '2026-05-22T10:35:00.000Z' };
const claimed = { type: 'IdempotencyKeyClaimed', data } as const;
const claim = (more: Partial<typeof data>) =>
  ({
    type: 'ClaimIdempotencyKey',
    data: { ...data, reportId: 'rpt_2026_00000000000000000000000000', ...more },
  }) as const;

test('a key that is free is claimed', () => {
  key().when({ type: 'ClaimIdempotencyKey', data }).then(claimed);
});

test('the same body again changes nothing for 24 hours, then the key is free', () => {
  key(claimed)
    .when(claim({ claimedAt: '2026-05-23T10:34:59.999Z' }))
    .thenNothing();
  const anew = claim({ claimedAt: '2026-05-23T10:35:00.000Z' });
  key(claimed).when(anew).then({ type: 'IdempotencyKeyClaimed', data: anew.data });
});

test('another body is refused for 24 hours', () => {
  const other = { requestSha256: 'f'.repeat(64) };
  key(claimed)
    .when(claim({ ...other, claimedAt: '2026-05-23T10:34:59.999Z' }))
    .thenRefused('idempotency_key_reused');
  const anew = claim({ ...other, claimedAt: '2026-05-23T10:35:00.000Z' });
  key(claimed).when(anew).then({ type: 'IdempotencyKeyClaimed', data: anew.data });
});

test('a clock that lags behind the claimant’s does not free the key', () => {
  key(claimed)
    .when(claim({ claimedAt: '2026-05-22T10:34:59.000Z' }))
    .thenNothing();
});

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
  'the header %j is no key',
  (header) => {
    expect(() => idempotencyKeyIn(header)).toThrow(Problem);
  },
);
