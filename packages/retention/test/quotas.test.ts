import { exampleOf } from '@evidence/contracts/examples';
import { foldOf } from '@evidence/decider';
import { given as givenThat } from '@evidence/decider/given';
import { expect, test } from 'vitest';
import { fits, QUOTA_MAX, quotasOf, type TenantEvent, tenantPolicy } from '../src/index.js';

const given = givenThat(tenantPolicy, {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
});
const { tenant, setAt, setBy } = exampleOf('QuotasSet');
const who = { tenant, setAt, setBy };
const NONE = { findings: null, artifactBytes: null, queuedReports: null };
const set = (quotas: object): TenantEvent => ({ type: 'QuotasSet', data: { ...who, ...NONE, ...quotas } });

test('setting a quota keeps the others; repeating it changes nothing', () => {
  given()
    .when({ type: 'SetQuotas', data: { ...who, findings: 5 } })
    .then(set({ findings: 5 }));
  given(set({ findings: 5 }))
    .when({ type: 'SetQuotas', data: { ...who, queuedReports: 0 } })
    .then(set({ findings: 5, queuedReports: 0 }));
  given(set({ findings: 5 }))
    .when({ type: 'SetQuotas', data: { ...who, findings: null } })
    .then(set({}));
  given(set({ findings: 5 }))
    .when({ type: 'SetQuotas', data: { ...who, findings: 5, artifactBytes: null } })
    .thenNothing();
});

test.each([-1, 1.5, QUOTA_MAX + 1, Number.NaN])('a quota of %d is refused', (findings) =>
  given()
    .when({ type: 'SetQuotas', data: { ...who, findings } })
    .thenRefused('quota_invalid'),
);

test('a tenant’s own quota takes precedence over the default, even if it is 0 (no limit)', () => {
  const defaults = { findings: 10, artifactBytes: 20, queuedReports: 30 };
  expect(quotasOf(undefined, defaults)).toEqual(defaults);
  const own = foldOf(tenantPolicy, [set({ findings: 0, artifactBytes: 7 })]);
  expect(quotasOf(own.quotas, defaults)).toEqual({ findings: 0, artifactBytes: 7, queuedReports: 30 });
  expect([fits(9, 1, 10), fits(9, 2, 10), fits(1e12, 1e12, 0)]).toEqual([true, false, true]);
});
