import { expect, test } from 'vitest';
import { expiresAtOf, isDue, RETENTION_SECONDS_MAX } from '../src/index.js';

const readyAt = '2026-05-22T10:35:00.410Z';
const defaultRetentionSeconds = 90 * 24 * 60 * 60;

test("a tenant's own retention decides", () => {
  expect(expiresAtOf({ readyAt, policy: { retentionSeconds: 1 }, defaultRetentionSeconds })).toBe(
    '2026-05-22T10:35:01.410Z',
  );
});

test('the default decides for a tenant that set none', () => {
  expect(expiresAtOf({ readyAt, policy: {}, defaultRetentionSeconds })).toBe('2026-08-20T10:35:00.410Z');
});

test('the longest retention ends on a day that can be written', () => {
  const policy = { retentionSeconds: RETENTION_SECONDS_MAX };
  expect(expiresAtOf({ readyAt, policy, defaultRetentionSeconds })).toBe('2126-04-28T10:35:00.410Z');
});

test.each([
  ['a millisecond before the end', '2026-05-22T10:35:00.409Z', false, false],
  ['at the end', '2026-05-22T10:35:00.410Z', false, true],
  ['after the end', '2027-01-01T00:00:00.000Z', false, true],
  ['after the end, under a hold', '2027-01-01T00:00:00.000Z', true, false],
])('%s a report is due or not', (_, instant, held, due) => {
  expect(isDue({ expiresAt: readyAt, held, now: new Date(instant) })).toBe(due);
});
