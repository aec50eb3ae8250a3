import type { FindingStatus } from '@evidence/contracts';
import { given } from '@evidence/decider/given';
import { describe, expect, it } from 'vitest';
import {
  type ChangeFindingStatus,
  type FindingCommand,
  type FindingEvent,
  findingStatusDecider,
  statusNamed,
} from '../src/index.js';

const finding = given(findingStatusDecider, {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
});

const change = (status: string, more: Partial<ChangeFindingStatus['data']> = {}): ChangeFindingStatus => ({
  type: 'ChangeFindingStatus',
  data: {
    findingId: 'fnd_1',
    tenant: 'acme',
    bornAs: 'open',
    status,
    changedAt: '2026-11-23T10:00:00.000Z',
    changedBy: 'token:tok_1',
    ...more,
  },
});

const changed = (from: FindingStatus, to: FindingStatus, reason?: string): FindingEvent => {
  const data = {
    findingId: 'fnd_1',
    tenant: 'acme',
    from,
    to,
    changedAt: '2026-11-23T10:00:00.000Z',
    changedBy: 'token:tok_1',
  };
  return { type: 'FindingStatusChanged', data: reason === undefined ? data : { ...data, reason } };
};

describe('the status of a finding', () => {
  it('changes from the initial one', () => {
    finding()
      .when(change('accepted', { reason: 'Compensating control.' }))
      .then(changed('open', 'accepted', 'Compensating control.'));
    finding()
      .when(change('open', { bornAs: 'accepted' }))
      .then(changed('accepted', 'open'));
  });

  it('is recorded without secrets in the reason', () => {
    const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    finding()
      .when(change('accepted', { reason: `${token} was revoked by Kim Lee.` }))
      .then(changed('open', 'accepted', '[redacted: token] was revoked by Kim Lee.'));
  });

  it('changes from the last decision to any other status', () => {
    finding(changed('open', 'fixed')).when(change('open')).then(changed('fixed', 'open'));
    finding(changed('open', 'fixed'), changed('fixed', 'triaged'))
      .when(change('false_positive'))
      .then(changed('triaged', 'false_positive'));
  });

  it('does not change if it is already the same, by any of its names', () => {
    finding().when(change('open')).thenNothing();
    finding(changed('open', 'fixed')).when(change('resolved')).thenNothing();
    finding(changed('open', 'fixed')).when(change('Fixed')).thenNothing();
  });

  it('is refused if it is unknown, or if the reason is too long', () => {
    finding().when(change('closed')).thenRefused('status_unknown');
    finding().when(change('')).thenRefused('status_unknown');
    finding()
      .when(change('fixed', { reason: 'x'.repeat(1001) }))
      .thenRefused('reason_too_long');
  });
});

describe('a rule', () => {
  const following = { findingId: 'fnd_1', tenant: 'acme', scanId: 'scn_2', changedBy: 'token:tok_importer' };
  const after = { ...following, scanRanAt: '2026-11-28T00:00:00.000Z', changedAt: '2026-11-29T00:00:00.000Z' };
  const seen = (scanRanAt: string): FindingCommand => ({ type: 'SeeAgain', data: { ...after, scanRanAt } });
  const resolve = (scans: number): FindingCommand => ({ type: 'ResolveUnseen', data: { ...after, scans } });
  const byRule = (from: FindingStatus, to: FindingStatus, rule: 'seen_again' | 'clean_scans'): FindingEvent => ({
    type: 'FindingStatusChanged',
    data: { ...after, from, to, rule, reason: expect.any(String) },
  });

  it('reopens a finding that was fixed before it was seen again', () => {
    const reopened = byRule('fixed', 'open', 'seen_again');
    finding(changed('open', 'fixed')).when(seen(after.scanRanAt)).then(reopened);
  });

  it('reopens a finding that the policy resolved if a scan that ran after the clean ones saw it, even if that scan ran before the resolution', () => {
    const resolved = byRule('open', 'fixed', 'clean_scans');
    const scanRanAt = '2026-11-28T00:00:01.000Z';
    const reopened = byRule('fixed', 'open', 'seen_again');
    finding(resolved)
      .when(seen(scanRanAt))
      .then({ ...reopened, data: { ...reopened.data, scanRanAt } });
    finding(resolved).when(seen(after.scanRanAt)).thenNothing();
  });

  it.each(['2026-11-23T10:00:00.000Z', '2026-11-23T10:00:00Z', '2026-01-01T00:00:00.000Z'])(
    'does not reopen a finding that was fixed when or after it was seen: %s',
    (seenAt) => finding(changed('open', 'fixed')).when(seen(seenAt)).thenNothing(),
  );

  it.each(['accepted', 'false_positive', 'triaged'] as const)(
    'leaves %s unchanged when the weakness is seen again',
    (status) => {
      finding(changed('open', status)).when(seen('2027-01-01T00:00:00.000Z')).thenNothing();
      finding().when(seen('2027-01-01T00:00:00.000Z')).thenNothing();
    },
  );

  it.each(['open', 'triaged'] as const)('resolves %s', (status) => {
    const past = status === 'open' ? [] : [changed('open', status)];
    finding(...past)
      .when(resolve(3))
      .then(byRule(status, 'fixed', 'clean_scans'));
  });

  it.each(['accepted', 'false_positive', 'fixed'] as const)('does not resolve %s', (status) =>
    finding(changed('open', status)).when(resolve(3)).thenNothing(),
  );
});

it.each([
  ['resolved', 'fixed'],
  ['FIXED', 'fixed'],
  ['False Positive', 'false_positive'],
  ['false-positive', 'false_positive'],
  [' accepted ', 'accepted'],
  ['triaged', 'triaged'],
])('%s means %s', (word, status) => expect(statusNamed(word)).toBe(status));
