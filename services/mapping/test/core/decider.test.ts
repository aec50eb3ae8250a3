import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { given } from '@evidence/decider/given';
import { describe, expect, test } from 'vitest';
import { mapping } from '../../src/core/decider.js';

const event = <T extends ReportEventType>(type: T) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;
const givenReport = given(mapping, { equal: (actual, wanted, because) => expect(actual, because).toEqual(wanted) });
const requested = event('ReportRequested');
const started = event('ReportStarted');
const scoped = event('ReportScoped');
const mapped = event('ReportMapped');
const failed = event('ReportFailed');
const recordMapping = { type: 'RecordMapping' as const, data: exampleOf('ReportMapped') };

describe('RecordMapping', () => {
  test('maps a scoped report', () => givenReport(requested, started, scoped).when(recordMapping).then(mapped));
  test('decides nothing before the scope, after the mapping, or after a failure', () => {
    givenReport(requested, started).when(recordMapping).thenNothing();
    givenReport(requested, started, scoped, mapped).when(recordMapping).thenNothing();
    givenReport(requested, started, scoped, failed).when(recordMapping).thenNothing();
  });
});
