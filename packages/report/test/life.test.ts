import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { foldOf } from '@evidence/decider';
import { given } from '@evidence/decider/given';
import { describe, expect, test } from 'vitest';
import { failReport, reportLife, reportStatusOf } from '../src/index.js';

const event = <T extends ReportEventType>(type: T) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;
const requested = event('ReportRequested');
const started = event('ReportStarted');
const scoped = event('ReportScoped');
const mapped = event('ReportMapped');
const ready = event('ReportReady');
const failed = event('ReportFailed');
const expired = event('ReportExpired');
const wholeLife = [requested, started, scoped, mapped, ready, expired];

const phaseAfter = (...events: ReportEvent[]) => foldOf(reportLife, events).phase;

describe('the life of a report', () => {
  test('goes through its phases in order', () => {
    const phases = wholeLife.map((_, index) => phaseAfter(...wholeLife.slice(0, index + 1)));
    expect(phases).toEqual(['queued', 'started', 'scoped', 'mapped', 'ready', 'expired']);
  });

  test('is the same if every event comes twice', () => {
    const twice = wholeLife.flatMap((one) => [one, one]);
    expect(foldOf(reportLife, twice)).toEqual(foldOf(reportLife, wholeLife));
  });

  test('does not change by an event out of order', () => {
    expect(phaseAfter(ready)).toBe('absent');
    expect(phaseAfter(requested, mapped)).toBe('queued');
    expect(phaseAfter(requested, started, scoped, mapped, ready, failed)).toBe('ready');
    expect(phaseAfter(requested, failed, started)).toBe('failed');
    expect(phaseAfter(requested, expired)).toBe('queued');
  });

  test('does not change by a download', () => {
    expect(phaseAfter(requested, started, scoped, mapped, ready, event('ReportDownloaded'))).toBe('ready');
  });

  test('is lost exactly while its files are lost', () => {
    const whole = foldOf(reportLife, [requested, started, scoped, mapped, ready]);
    const lost = event('ArtifactLost');
    expect(foldOf(reportLife, [requested, started, scoped, mapped, ready, lost])).toEqual({
      ...whole,
      lost: lost.data,
    });
    const restored = [requested, started, scoped, mapped, ready, lost, event('ArtifactRestored')];
    const { restoredAt } = exampleOf('ArtifactRestored');
    expect(foldOf(reportLife, restored)).toEqual({ ...whole, restoredAt });
    expect(phaseAfter(...restored, lost, expired)).toBe('expired');
    expect(phaseAfter(requested, lost)).toBe('queued');
  });

  test('shows clients five statuses', () => {
    const statuses = wholeLife.map((_, index) => {
      const life = foldOf(reportLife, wholeLife.slice(0, index + 1));
      return life.phase === 'absent' ? undefined : reportStatusOf(life);
    });
    expect(statuses).toEqual(['queued', 'running', 'running', 'running', 'ready', 'expired']);
  });
});

describe('FailReport', () => {
  const givenReport = given(failReport, {
    equal: (actual, expectedValue, because) => expect(actual, because).toEqual(expectedValue),
  });
  const fail = { type: 'FailReport' as const, data: exampleOf('ReportFailed') };

  test('fails a report in progress', () => {
    givenReport(requested).when(fail).then(failed);
    givenReport(requested, started, scoped).when(fail).then(failed);
  });

  test('does nothing for a report that has ended or was never requested', () => {
    givenReport(requested, started, scoped, mapped, ready).when(fail).thenNothing();
    givenReport(requested, failed).when(fail).thenNothing();
    givenReport().when(fail).thenNothing();
  });
});
