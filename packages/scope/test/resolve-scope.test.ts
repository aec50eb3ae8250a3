import { assertDocument, type FindingStatus, type ReportScope, type Severity } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KnownFinding } from '../src/recorded-evidence.js';
import { scopeLines } from '../src/resolve-scope.js';
import { everything, finding, resolve, scan, tally } from './known.js';
import { resolveScope } from './resolved.js';

describe('a scope', () => {
  test('without bounds includes every open and triaged finding, worst first, then by id', () => {
    const snapshot = resolve(
      {},
      finding({ id: 'fnd_b', severity: 'low', status: 'triaged' }),
      finding({ id: 'fnd_Z', severity: 'critical' }),
      finding({ id: 'fnd_a', severity: 'critical', endpoint: 'ep_b' }),
    );
    expect(snapshot.findings.map(({ id, status }) => [id, status])).toEqual([
      ['fnd_Z', 'open'],
      ['fnd_a', 'open'],
      ['fnd_b', 'triaged'],
    ]);
    expect(snapshot.scans.map(({ id }) => id)).toEqual(['scn_ep_a', 'scn_ep_b']);
    expect(snapshot.counts).toEqual({ considered: 3, included: 3, excluded: {} });
    expect(() => assertDocument('ScopeSnapshot.v1', snapshot)).not.toThrow();
  });

  test('includes its first and its last day, in UTC', () => {
    const days = ['2026-03-31', '2026-04-01', '2026-06-30', '2026-07-01'].map((day) =>
      finding({ id: `fnd_${day}`, day }),
    );
    const snapshot = resolve({ from: '2026-04-01', to: '2026-06-30' }, ...days);
    expect(snapshot.findings.map(({ id }) => id)).toEqual(['fnd_2026-04-01', 'fnd_2026-06-30']);
    expect(snapshot.counts.excluded).toEqual({ before_from: 1, after_to: 1 });
  });

  test('narrows the scans by endpoint and date, not by severity', () => {
    expect(resolve({ endpointIds: ['ep_b'], includeSeverities: ['info'] }).scans.map(({ id }) => id)).toEqual([
      'scn_ep_b',
    ]);
    expect(resolve({ from: '2026-05-21' }).scans).toEqual([]);
    expect(resolve({ from: '2026-05-20', to: '2026-05-20' }).scans).toHaveLength(2);
  });

  test('that matches nothing is a valid snapshot', () => {
    const snapshot = resolve({ endpointIds: ['ep_none'] }, finding({ id: 'fnd_a' }));
    expect(snapshot).toMatchObject({
      findings: [],
      scans: [],
      counts: { considered: 1, included: 0, excluded: { endpoint_not_in_scope: 1 } },
    });
    expect(() => assertDocument('ScopeSnapshot.v1', snapshot)).not.toThrow();
  });
});

describe('an excluded finding', () => {
  test('counts once, under its first reason', () => {
    const snapshot = resolve(
      { endpointIds: ['ep_a'], from: '2026-04-01', to: '2026-06-30', includeSeverities: ['high'] },
      finding({ id: 'fnd_1', endpoint: 'ep_b', day: '2026-01-01', severity: 'low', status: 'fixed' }),
      finding({ id: 'fnd_2', day: '2026-01-01', severity: 'low', status: 'fixed' }),
      finding({ id: 'fnd_3', day: '2026-12-01', severity: 'low', status: 'fixed' }),
      finding({ id: 'fnd_4', severity: 'low', status: 'fixed' }),
      finding({ id: 'fnd_5', status: 'fixed' }),
      finding({ id: 'fnd_6', status: 'accepted' }),
      finding({ id: 'fnd_7', status: 'false_positive' }),
    );
    expect(snapshot.counts.excluded).toEqual({
      endpoint_not_in_scope: 1,
      before_from: 1,
      after_to: 1,
      severity_not_included: 1,
      status_fixed: 1,
      status_accepted: 1,
      status_false_positive: 1,
    });
  });

  test('is a disposition if only its status excludes it: who, when, why', () => {
    const snapshot = resolve(
      { includeSeverities: ['high', 'critical'] },
      finding({ id: 'fnd_2', status: 'accepted' }),
      finding({ id: 'fnd_1', severity: 'critical', status: 'fixed' }),
      finding({ id: 'fnd_0', severity: 'low', status: 'fixed' }),
    );
    expect(snapshot.dispositions.map(({ findingId }) => findingId)).toEqual(['fnd_1', 'fnd_2']);
    expect(snapshot.dispositions[1]).toMatchObject({
      status: 'accepted',
      decidedAt: '2026-06-01T00:00:00.000Z',
      decidedBy: 'token:tok_1',
      reason: 'Seen.',
    });
  });

  test('shows that scans have seen it since', () => {
    const closed = finding({ id: 'fnd_1', status: 'accepted' });
    const sightings = { ...closed.sightings, lastSeenAt: '2026-08-01T00:00:00.000Z', observations: 3 };
    const notSeenSince = { scanId: 'scn_later', at: '2026-09-01T00:00:00.000Z', scans: 2 };
    const { dispositions } = resolve({}, { ...closed, sightings: { ...sightings, notSeenSince } });
    expect(dispositions[0]).toMatchObject({ ...sightings, notSeenSince });
  });

  test('without a decision is refused', () => {
    const { decision: _, ...undecided } = finding({ id: 'fnd_1', status: 'accepted' });
    expect(() => resolve({}, undecided)).toThrow(/there is no decision/);
  });
});

test('keeps the refs of closed findings and of other severities on its endpoints and days', () => {
  const snapshot = resolve(
    { includeSeverities: ['high'], endpointIds: ['ep_a'] },
    finding({ id: 'fnd_open' }),
    finding({ id: 'fnd_closed', status: 'accepted' }),
    finding({ id: 'fnd_low_1', severity: 'low' }),
    finding({ id: 'fnd_low_2', severity: 'low' }),
    finding({ id: 'fnd_low_closed', severity: 'low', status: 'fixed' }),
    finding({ id: 'fnd_elsewhere', severity: 'low', endpoint: 'ep_b' }),
  );
  const { refs } = exampleOf('FindingRecorded');
  expect(snapshot.outside).toEqual([
    { severity: 'high', status: 'accepted', refs, findings: 1 },
    { severity: 'low', status: 'fixed', refs, findings: 1 },
    { severity: 'low', status: 'open', refs, findings: 2 },
  ]);
  expect(() => assertDocument('ScopeSnapshot.v1', snapshot)).not.toThrow();
});

test('refuses tallies that do not match the findings', () => {
  const findings = [finding({ id: 'fnd_1' }), finding({ id: 'fnd_2' })];
  const question = {
    tenant: 'acme',
    scope: everything,
    openElsewhen: [],
    unreadableEvents: 0,
    findings: findings.slice(1),
    scans: [scan('ep_a')],
  };
  expect(() => resolveScope({ ...question, tallies: findings.map(tally) })).toThrow(/2 findings match .* 1 were read/);
});

test('refuses findings that are out of order, within a part or between the parts', () => {
  const [first, second] = [finding({ id: 'fnd_1' }), finding({ id: 'fnd_2' })];
  const closed = finding({ id: 'fnd_3', status: 'fixed' });
  const low = finding({ id: 'fnd_4', severity: 'low' });
  const lines =
    (findings: KnownFinding[], scope = everything) =>
    () => [
      ...scopeLines({
        ...{ tenant: 'acme', scope, findings, scans: [scan('ep_a')] },
        ...{ tallies: findings.map(tally), openElsewhen: [], unreadableEvents: 0 },
      }),
    ];
  expect(lines([closed, first, second])().map((line) => Object.keys(line)[0])).toEqual([
    ...['header', 'disposition', 'finding', 'finding', 'outside', 'totals', 'scan'],
  ]);
  expect(lines([second, first])).toThrow(/fnd_1 comes after fnd_2/);
  expect(lines([first, first])).toThrow(/fnd_1 comes after fnd_1/);
  expect(lines([first, closed])).toThrow(/fnd_3 comes after fnd_1/);
  const onlyHigh: ReportScope = { ...everything, includeSeverities: ['high'] };
  expect(lines([low, first], onlyHigh)).not.toThrow();
  expect(lines([first, low], onlyHigh)).toThrow(/fnd_4 comes after fnd_1/);
});

test('refuses a finding whose scan is not in the log', () => {
  expect(() => resolve({}, finding({ id: 'fnd_1', endpoint: 'ep_elsewhere' }))).toThrow(/scn_ep_elsewhere/);
});

test('loses and repeats no finding, in any order', () => {
  const samples = fc.uniqueArray(
    fc.record({
      id: fc.stringMatching(/^fnd_[a-zA-Z0-9]{1,4}$/),
      endpoint: fc.constantFrom('ep_a', 'ep_b'),
      day: fc.constantFrom('2026-03-31', '2026-04-01', '2026-06-30', '2026-07-01'),
      severity: fc.constantFrom<Severity>('critical', 'high', 'medium', 'low', 'info'),
      status: fc.constantFrom<FindingStatus>('open', 'triaged', 'fixed', 'accepted', 'false_positive'),
    }),
    { selector: ({ id }) => id, maxLength: 30 },
  );
  const scopes = fc.record({
    endpointIds: fc.subarray(['ep_a', 'ep_b']),
    includeSeverities: fc.subarray<Severity>(['critical', 'high', 'medium', 'low', 'info']),
    from: fc.constantFrom('2026-01-01', '2026-04-01', '2026-06-30'),
    to: fc.constantFrom('2026-04-01', '2026-06-30', '2026-12-31'),
  });
  fc.assert(
    fc.property(samples, scopes, (drawn, scope) => {
      const findings = drawn.map(finding);
      const snapshot = resolve(scope, ...findings);
      const { considered, included, excluded } = snapshot.counts;
      expect(considered).toBe(findings.length);
      expect(included + Object.values(excluded).reduce((sum, count) => sum + count, 0)).toBe(considered);
      expect(JSON.stringify(resolve(scope, ...findings.toReversed()).findings)).toBe(JSON.stringify(snapshot.findings));
      expect(resolve(scope, ...findings.toReversed())).toEqual(snapshot);
    }),
    { seed: 20261123, numRuns: 500 },
  );
});
