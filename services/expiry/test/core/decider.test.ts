import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { given } from '@evidence/decider/given';
import { endOf, type Outage, type RetentionFloor } from '@evidence/retention';
import { describe, expect, test } from 'vitest';
import { expireReport, giveUpReport } from '../../src/core/decider.js';

const event = <T extends ReportEventType>(type: T) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;
const expectations = {
  equal: (actual: unknown, wanted: unknown, because?: string) => expect(actual, because).toEqual(wanted),
};
const requested = event('ReportRequested');
const started = event('ReportStarted');
const scoped = event('ReportScoped');
const mapped = event('ReportMapped');
const ready = event('ReportReady');
const failed = event('ReportFailed');
const expired = event('ReportExpired');
const readyReport = [requested, started, scoped, mapped, ready];
const { reportId, expiresAt, readyAt, artifact, attestation, contentSha256, summary, retention } =
  exampleOf('ReportReady');

describe('ExpireReport', () => {
  const givenReport = given(expireReport, expectations);
  const expire = (expiredAt: string, held = false, tenant = 'acme', floor?: RetentionFloor) =>
    ({ type: 'ExpireReport', data: { reportId, tenant, expiredAt, held, ...(floor && { floor }) } }) as const;
  const tombstone = {
    reason: `Its retention of 7776000 s, which tenant acme had set, ended at ${expiresAt}.`,
    dueAt: expiresAt,
    retention,
    artifact,
    attestation,
    scopeSnapshot: exampleOf('ReportScoped').snapshot,
    mappingSnapshot: exampleOf('ReportMapped').snapshot,
    contentSha256,
    totals: summary,
    dataAsOf: exampleOf('ReportScoped').dataAsOf,
    rules: exampleOf('ReportMapped').rules,
  };
  const gone = (expiredAt: string, changes: object = {}) =>
    ({
      type: 'ReportExpired',
      data: { reportId, expiredAt, artifactSha256: artifact.sha256, tombstone: { ...tombstone, ...changes } },
    }) as ReportEvent;

  test('expires a ready report at its end, and leaves a tombstone', () =>
    givenReport(...readyReport)
      .when(expire(expiresAt))
      .then(gone(expiresAt)));
  test('keeps a report until the end of a floor that was set after it became ready, and names the floor', () => {
    const floor = { seconds: 315_360_000, eventId: '0f2b7c1e-5a43-4f0e-9a0e-2f6f6c1f9b12' };
    const dueAt = endOf(readyAt, floor.seconds);
    givenReport(...readyReport)
      .when(expire(new Date(Date.parse(dueAt) - 1).toISOString(), false, 'acme', floor))
      .thenNothing();
    givenReport(...readyReport)
      .when(expire(dueAt, false, 'acme', floor))
      .then(
        gone(dueAt, {
          reason: `The minimum retention of tenant acme, 315360000 s, ended at ${dueAt}.`,
          dueAt,
          retention: { ...floor, basis: 'tenant_floor' },
        }),
      );
  });
  test('writes a tombstone without a retention for a report from before retentions were recorded', () => {
    const { retention: _, ...older } = exampleOf('ReportReady');
    const { retention: __, ...bare } = { ...tombstone, reason: `Its retention ended at ${expiresAt}.` };
    givenReport(...readyReport.slice(0, -1), { type: 'ReportReady', data: older })
      .when(expire(expiresAt))
      .then({
        type: 'ReportExpired',
        data: { reportId, expiredAt: expiresAt, artifactSha256: artifact.sha256, tombstone: bare },
      } as ReportEvent);
  });
  test('decides nothing a millisecond early', () =>
    givenReport(...readyReport)
      .when(expire(new Date(Date.parse(expiresAt) - 1).toISOString()))
      .thenNothing());
  test('decides nothing in the name of another tenant', () =>
    givenReport(...readyReport)
      .when(expire(expiresAt, false, 'globex'))
      .thenNothing());
  test('decides nothing under a hold', () =>
    givenReport(...readyReport)
      .when(expire('2030-01-01T00:00:00.000Z', true))
      .thenNothing());
  test.each<[string, ReportEvent[]]>([
    ['unknown', []],
    ['queued', [requested]],
    ['mapped', [requested, started, scoped, mapped]],
    ['failed', [requested, failed]],
    ['expired already', [...readyReport, expired]],
  ])('decides nothing about a report that is %s', (_, past) =>
    givenReport(...past)
      .when(expire('2030-01-01T00:00:00.000Z'))
      .thenNothing(),
  );
});

describe('GiveUpReport', () => {
  const givenReport = given(giveUpReport, expectations);
  const { requestedAt } = exampleOf('ReportRequested');
  const after = (seconds: number) => new Date(Date.parse(requestedAt) + seconds * 1_000).toISOString();
  const giveUp = (now: string, outages: readonly Outage[] = [], countedFrom = requestedAt) =>
    ({ type: 'GiveUpReport', data: { reportId, now, countedFromMs: Date.parse(countedFrom), outages } }) as const;
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

  test('fails a queued report', () =>
    givenReport(requested)
      .when(giveUp(after(900)))
      .then(failedAfter(900, 'queued')));
  test('fails a running report', () =>
    givenReport(requested, started, scoped)
      .when(giveUp(after(901)))
      .then(failedAfter(901, 'scoped')));
  test('decides nothing in the last millisecond', () =>
    givenReport(requested)
      .when(giveUp(after(899.999)))
      .thenNothing());
  test('does not count outages', () => {
    const outage = { fromMs: Date.parse(after(100)), toMs: Date.parse(after(700)) };
    givenReport(requested)
      .when(giveUp(after(1_499), [outage]))
      .thenNothing();
    givenReport(requested)
      .when(giveUp(after(1_500), [outage]))
      .then(failedAfter(1_500, 'queued'));
  });
  test('does not wait until a clock that was set back reaches the request again', () => {
    givenReport(requested)
      .when(giveUp(after(-6_301), [], after(-7_200)))
      .thenNothing();
    givenReport(requested)
      .when(giveUp(after(-6_300), [], after(-7_200)))
      .then(failedAfter(-6_300, 'queued'));
  });
  test.each<[string, ReportEvent[]]>([
    ['unknown', []],
    ['ready', readyReport],
    ['failed already', [requested, failed]],
    ['expired', [...readyReport, expired]],
  ])('decides nothing about a report that is %s', (_, past) =>
    givenReport(...past)
      .when(giveUp(after(10_000)))
      .thenNothing(),
  );
});
