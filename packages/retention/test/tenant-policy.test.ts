import { exampleOf } from '@evidence/contracts/examples';
import { foldOf } from '@evidence/decider';
import { given as givenThat } from '@evidence/decider/given';
import { describe, expect, test } from 'vitest';
import { type TenantEvent, tenantPolicy } from '../src/index.js';

const given = givenThat(tenantPolicy, {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
});
const policySet = exampleOf('RetentionPolicySet');
const placed = exampleOf('LegalHoldPlaced');
const released = exampleOf('LegalHoldReleased');
const setTo = (retentionSeconds: number) => ({ ...policySet, retentionSeconds });
const held: TenantEvent = { type: 'LegalHoldPlaced', data: placed };
const free: TenantEvent = { type: 'LegalHoldReleased', data: released };

describe('a retention policy', () => {
  test.each([1, 3_153_600_000])('of %d s is set', (seconds) =>
    given()
      .when({ type: 'SetRetentionPolicy', data: setTo(seconds) })
      .then({ type: 'RetentionPolicySet', data: setTo(seconds) }),
  );
  test.each([0, -1, 1.5, 3_153_600_001, Number.NaN])('of %d s is refused', (seconds) =>
    given()
      .when({ type: 'SetRetentionPolicy', data: setTo(seconds) })
      .thenRefused('retention_invalid'),
  );
  test('is changed', () =>
    given({ type: 'RetentionPolicySet', data: setTo(1) })
      .when({ type: 'SetRetentionPolicy', data: setTo(2) })
      .then({ type: 'RetentionPolicySet', data: setTo(2) }));
  test('is not set again if it is already the same', () =>
    given({ type: 'RetentionPolicySet', data: setTo(1) })
      .when({ type: 'SetRetentionPolicy', data: { ...setTo(1), setAt: '2027-01-01T00:00:00.000Z' } })
      .thenNothing());
});

describe('a floor', () => {
  const floor = (floorSeconds: number): TenantEvent => ({
    type: 'RetentionFloorSet',
    data: { ...exampleOf('RetentionFloorSet'), floorSeconds },
  });
  const set = (floorSeconds: number, reason = 'the law') =>
    ({ type: 'SetRetentionFloor', data: { ...exampleOf('RetentionFloorSet'), floorSeconds, reason } }) as const;
  const wanted = (seconds: number) => ({ type: 'SetRetentionPolicy', data: setTo(seconds) }) as const;

  test('is set, even above the policy, and removed', () => {
    const policy: TenantEvent = { type: 'RetentionPolicySet', data: setTo(1) };
    given(policy)
      .when(set(60))
      .then({ type: 'RetentionFloorSet', data: set(60).data });
    given(floor(60))
      .when(set(0))
      .then({ type: 'RetentionFloorSet', data: set(0).data });
  });
  test('is not set again if it is already the same', () => {
    given(floor(60)).when(set(60)).thenNothing();
    given().when(set(0)).thenNothing();
    given(floor(60), floor(0)).when(set(0)).thenNothing();
  });
  test.each([-1, 1.5, 3_153_600_001, Number.NaN])('of %d s is refused', (seconds) =>
    given().when(set(seconds)).thenRefused('retention_invalid'),
  );
  test('without a reason is refused', () => given().when(set(60, ' ')).thenRefused('reason_invalid'));
  test('refuses a policy below it, and accepts one equal to it', () => {
    given(floor(60)).when(wanted(59)).thenRefused('retention_below_floor');
    given(floor(60))
      .when(wanted(60))
      .then({ type: 'RetentionPolicySet', data: setTo(60) });
    given(floor(60), floor(0))
      .when(wanted(1))
      .then({ type: 'RetentionPolicySet', data: setTo(1) });
  });
});

describe('a legal hold', () => {
  test('is placed', () => given().when({ type: 'PlaceLegalHold', data: placed }).then(held));
  test('is recorded without secrets in its reason', () =>
    given()
      .when({
        type: 'PlaceLegalHold',
        data: { ...placed, reason: 'Leak of DB_PASSWORD=swordfish, ask kim@acme.example' },
      })
      .then({
        type: 'LegalHoldPlaced',
        data: { ...placed, reason: 'Leak of DB_PASSWORD=[redacted: secret], ask [redacted: email]' },
      }));
  test('that is already placed is not placed again', () =>
    given(held)
      .when({ type: 'PlaceLegalHold', data: { ...placed, reason: 'another' } })
      .thenNothing());
  test.each(['', '  ', 'x'.repeat(1_001)])('without a usable reason is refused', (reason) =>
    given()
      .when({ type: 'PlaceLegalHold', data: { ...placed, reason } })
      .thenRefused('reason_invalid'),
  );
  test('on a report that was pruned is refused', () =>
    given()
      .when({ type: 'PlaceLegalHold', data: placed, prunedAt: '2026-08-20T10:35:01.000Z' })
      .thenRefused('report_pruned'));
  test('is released', () => given(held).when({ type: 'ReleaseLegalHold', data: released }).then(free));
  test('that was not placed is not released', () => {
    given().when({ type: 'ReleaseLegalHold', data: released }).thenNothing();
    given(held, free).when({ type: 'ReleaseLegalHold', data: released }).thenNothing();
  });
  test('can be placed again after its release', () =>
    given(held, free).when({ type: 'PlaceLegalHold', data: placed }).then(held));
});

describe('an auto-resolve policy', () => {
  const policySet = exampleOf('AutoResolvePolicySet');
  const after = (afterCleanScans: number | null): TenantEvent => ({
    type: 'AutoResolvePolicySet',
    data: { ...policySet, afterCleanScans },
  });
  const set = (afterCleanScans: number | null) =>
    ({ type: 'SetAutoResolvePolicy', data: { ...policySet, afterCleanScans } }) as const;

  test.each([1, 1000])('of %d scans is set', (scans) => given().when(set(scans)).then(after(scans)));
  test.each([0, -1, 1.5, 1001, Number.NaN])('of %d scans is refused', (scans) =>
    given().when(set(scans)).thenRefused('clean_scans_invalid'),
  );
  test('is changed, and removed', () => {
    given(after(1)).when(set(2)).then(after(2));
    given(after(1)).when(set(null)).then(after(null));
  });
  test('is not set again if it is already the same', () => {
    given(after(1)).when(set(1)).thenNothing();
    given().when(set(null)).thenNothing();
    given(after(1), after(null)).when(set(null)).thenNothing();
  });
});

test('the policy of a tenant is its last retention and its current holds', () => {
  const other = { ...placed, reportId: 'rpt_2026_other' };
  const past: TenantEvent[] = [
    { type: 'RetentionPolicySet', data: setTo(1) },
    held,
    { type: 'LegalHoldPlaced', data: other },
    { type: 'RetentionPolicySet', data: setTo(2) },
    free,
    { type: 'AutoResolvePolicySet', data: exampleOf('AutoResolvePolicySet') },
  ];
  const policy = foldOf(tenantPolicy, past);
  expect(policy).toEqual({ retentionSeconds: 2, autoResolveAfterCleanScans: 3, holds: new Set(['rpt_2026_other']) });
  expect(tenantPolicy.initialState).toEqual({ holds: new Set() });
});
