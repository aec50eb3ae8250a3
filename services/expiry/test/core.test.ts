import { exampleOf, type ReportEvent } from '@evidence/contracts';
import { given as givenThat } from '@evidence/decider';
import { describe, expect, test } from 'vitest';
import { blobsOf, dutyAfter } from '../src/core/duty.js';
import { expireReport } from '../src/core/expire-report.js';
import { deadlineOf, giveUpReport } from '../src/core/give-up-report.js';

const expectations = {
  equal: (actual: unknown, expected: unknown, because?: string) => expect(actual, because).toEqual(expected),
};
const requested: ReportEvent = { type: 'ReportRequested', data: exampleOf('ReportRequested') };
const started: ReportEvent = { type: 'ReportStarted', data: exampleOf('ReportStarted') };
const scoped: ReportEvent = { type: 'ReportScoped', data: exampleOf('ReportScoped') };
const mapped: ReportEvent = { type: 'ReportMapped', data: exampleOf('ReportMapped') };
const ready: ReportEvent = { type: 'ReportReady', data: exampleOf('ReportReady') };
const failed: ReportEvent = { type: 'ReportFailed', data: exampleOf('ReportFailed') };
const expired: ReportEvent = { type: 'ReportExpired', data: exampleOf('ReportExpired') };
const readyReport = [requested, started, scoped, mapped, ready];
const { reportId, expiresAt, artifact } = exampleOf('ReportReady');

describe('a report at the end of its retention', () => {
  const given = givenThat(expireReport, expectations);
  const expire = (expiredAt: string, held = false, tenant = 'acme') =>
    ({ type: 'ExpireReport', data: { reportId, tenant, expiredAt, held } }) as const;

  test('expires, and its artifact can still be recognised', () =>
    given(...readyReport)
      .when(expire(expiresAt))
      .then({ type: 'ReportExpired', data: { reportId, expiredAt: expiresAt, artifactSha256: artifact.sha256 } }));
  test('does not expire a millisecond early', () =>
    given(...readyReport)
      .when(expire(new Date(Date.parse(expiresAt) - 1).toISOString()))
      .thenNothing());
  test('does not expire in the name of another tenant', () =>
    given(...readyReport)
      .when(expire(expiresAt, false, 'globex'))
      .thenNothing());
  test('does not expire under a hold', () =>
    given(...readyReport)
      .when(expire('2030-01-01T00:00:00.000Z', true))
      .thenNothing());
  test.each<[string, ReportEvent[]]>([
    ['unknown', []],
    ['queued', [requested]],
    ['mapped', [requested, started, scoped, mapped]],
    ['failed', [requested, failed]],
    ['expired already', [...readyReport, expired]],
  ])('stays what it is when it is %s', (_, past) =>
    given(...past)
      .when(expire('2030-01-01T00:00:00.000Z'))
      .thenNothing(),
  );
});

describe('a report past its deadline', () => {
  const given = givenThat(giveUpReport, expectations);
  const { requestedAt } = exampleOf('ReportRequested');
  const after = (seconds: number) => new Date(Date.parse(requestedAt) + seconds * 1_000).toISOString();
  const giveUp = (now: string, watchedSince = requestedAt) =>
    ({ type: 'GiveUpReport', data: { reportId, now, watchedSince, deadlineSeconds: 900 } }) as const;
  const failedAfter = (seconds: number, phase: string): ReportEvent => ({
    type: 'ReportFailed',
    data: {
      reportId,
      failedAt: after(seconds),
      stage: 'expiry',
      code: 'deadline_exceeded',
      message: `The report was not finished within 900 s (it was ${phase}). Request it again.`,
    },
  });

  test('fails when it is queued', () =>
    given(requested)
      .when(giveUp(after(900)))
      .then(failedAfter(900, 'queued')));
  test('fails when it is running', () =>
    given(requested, started, scoped)
      .when(giveUp(after(901)))
      .then(failedAfter(901, 'scoped')));
  test('has its last millisecond', () =>
    given(requested)
      .when(giveUp(after(899.999)))
      .thenNothing());
  test('gets its whole time again when nobody was there to finish it', () => {
    given(requested)
      .when(giveUp(after(1_000), after(999)))
      .thenNothing();
    given(requested)
      .when(giveUp(after(1_899), after(999)))
      .then(failedAfter(1_899, 'queued'));
  });
  test.each<[string, ReportEvent[]]>([
    ['unknown', []],
    ['ready', readyReport],
    ['failed already', [requested, failed]],
    ['expired', [...readyReport, expired]],
  ])('stays what it is when it is %s', (_, past) =>
    given(...past)
      .when(giveUp(after(10_000)))
      .thenNothing(),
  );
  test('counts from the request, or from the later instant at which somebody watches', () => {
    expect(deadlineOf({ requestedAt: 1_000, watchedSince: 500, deadlineSeconds: 2 })).toBe(3_000);
    expect(deadlineOf({ requestedAt: 1_000, watchedSince: 5_000, deadlineSeconds: 2 })).toBe(7_000);
  });
});

test('a report has one duty at a time', () => {
  expect([...readyReport, expired].map(dutyAfter)).toEqual([
    { kind: 'give_up', since: exampleOf('ReportRequested').requestedAt },
    'unchanged',
    'unchanged',
    'unchanged',
    { kind: 'expire', since: expiresAt },
    { kind: 'prune', since: exampleOf('ReportExpired').expiredAt },
  ]);
  expect(dutyAfter(failed)).toBe('none');
});

test('a report refers to its snapshots, its artifact and its attestation', () => {
  expect([...readyReport, expired].flatMap(blobsOf)).toEqual([
    exampleOf('ReportScoped').snapshot.sha256,
    exampleOf('ReportMapped').snapshot.sha256,
    artifact.sha256,
    exampleOf('ReportReady').attestation.sha256,
  ]);
});
