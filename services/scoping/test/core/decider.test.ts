import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { given } from '@evidence/decider/given';
import { describe, expect, test } from 'vitest';
import { scoping } from '../../src/core/decider.js';

const event = <T extends ReportEventType>(type: T) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;
const givenReport = given(scoping, { equal: (actual, wanted, because) => expect(actual, because).toEqual(wanted) });
const requested = event('ReportRequested');
const started = event('ReportStarted');
const scoped = event('ReportScoped');
const failed = event('ReportFailed');
const start = { type: 'StartReport' as const, data: exampleOf('ReportStarted') };
const recordScope = { type: 'RecordScope' as const, data: exampleOf('ReportScoped') };

describe('StartReport', () => {
  test('starts a queued report', () => givenReport(requested).when(start).then(started));
  test('decides nothing about a report that is started, ended or unknown', () => {
    givenReport(requested, started).when(start).thenNothing();
    givenReport(requested, failed).when(start).thenNothing();
    givenReport().when(start).thenNothing();
  });
});

describe('RecordScope', () => {
  test('scopes a started report', () => givenReport(requested, started).when(recordScope).then(scoped));
  test('decides nothing before the start, after the scope, or after a failure', () => {
    givenReport(requested).when(recordScope).thenNothing();
    givenReport(requested, started, scoped).when(recordScope).thenNothing();
    givenReport(requested, started, failed).when(recordScope).thenNothing();
  });
});
