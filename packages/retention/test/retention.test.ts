import { exampleOf } from '@evidence/contracts/examples';
import { expect, test } from 'vitest';
import {
  dueOf,
  endOf,
  floorOf,
  isDue,
  type KnownTenantEvent,
  RETENTION_SECONDS_MAX,
  retentionOf,
} from '../src/index.js';

const readyAt = '2026-05-22T10:35:00.410Z';
const YEAR = 365 * 24 * 60 * 60;
const DEFAULT = 90 * 24 * 60 * 60;

const policy = (retentionSeconds: number): KnownTenantEvent => ({
  id: `policy of ${retentionSeconds}`,
  type: 'RetentionPolicySet',
  data: { ...exampleOf('RetentionPolicySet'), retentionSeconds },
});
const floor = (floorSeconds: number): KnownTenantEvent => ({
  id: `floor of ${floorSeconds}`,
  type: 'RetentionFloorSet',
  data: { ...exampleOf('RetentionFloorSet'), floorSeconds },
});

test.each<[string, KnownTenantEvent[], object]>([
  ['the default, if the tenant set nothing', [], { seconds: DEFAULT, basis: 'installation_default' }],
  [
    'the policy that was set last',
    [policy(1), policy(2)],
    { seconds: 2, basis: 'tenant_policy', eventId: 'policy of 2' },
  ],
  [
    'the floor, if the policy is shorter',
    [policy(1), floor(YEAR)],
    { seconds: YEAR, basis: 'tenant_floor', eventId: `floor of ${YEAR}` },
  ],
  [
    'the floor, if the default is shorter',
    [floor(YEAR)],
    { seconds: YEAR, basis: 'tenant_floor', eventId: `floor of ${YEAR}` },
  ],
  ['the default, if the floor is shorter', [floor(1)], { seconds: DEFAULT, basis: 'installation_default' }],
  [
    'the policy, if the floor was removed',
    [floor(YEAR), policy(YEAR), floor(0), policy(5)],
    { seconds: 5, basis: 'tenant_policy', eventId: 'policy of 5' },
  ],
])('a report becomes ready under %s', (_, past, retention) => {
  expect(retentionOf(past, DEFAULT)).toEqual(retention);
});

test('a floor that was removed does not apply', () => {
  expect(floorOf([floor(YEAR)])).toEqual({ seconds: YEAR, eventId: `floor of ${YEAR}` });
  expect(floorOf([floor(YEAR), floor(0)])).toBeUndefined();
});

test('the longest retention ends on a valid date', () => {
  expect(endOf(readyAt, 1)).toBe('2026-05-22T10:35:01.410Z');
  expect(endOf(readyAt, RETENTION_SECONDS_MAX)).toBe('2126-04-28T10:35:00.410Z');
});

test('a report is kept as promised, or longer because of a floor, never shorter', () => {
  const retention = { seconds: DEFAULT, basis: 'installation_default' } as const;
  const promised = { readyAt, expiresAt: endOf(readyAt, DEFAULT), retention };
  expect(dueOf(promised, undefined)).toEqual({ dueAt: promised.expiresAt, retention });
  expect(dueOf(promised, { seconds: 1, eventId: 'f' })).toEqual({ dueAt: promised.expiresAt, retention });
  expect(dueOf(promised, { seconds: YEAR, eventId: 'f' })).toEqual({
    dueAt: endOf(readyAt, YEAR),
    retention: { seconds: YEAR, basis: 'tenant_floor', eventId: 'f' },
  });
});

test('a report from before retentions were recorded gets none invented', () => {
  expect(dueOf({ readyAt, expiresAt: endOf(readyAt, 1) }, undefined)).toEqual({ dueAt: endOf(readyAt, 1) });
});

test.each([
  ['a millisecond before the end', '2026-05-22T10:35:00.409Z', false, false],
  ['at the end', '2026-05-22T10:35:00.410Z', false, true],
  ['after the end', '2027-01-01T00:00:00.000Z', false, true],
  ['after the end, under a hold', '2027-01-01T00:00:00.000Z', true, false],
])('%s a report is due or not', (_, instant, held, due) => {
  expect(isDue({ dueAt: readyAt, held, now: new Date(instant) })).toBe(due);
});
