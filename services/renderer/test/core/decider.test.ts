import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { given } from '@evidence/decider/given';
import { describe, expect, test } from 'vitest';
import { rendering } from '../../src/core/decider.js';

const event = <T extends ReportEventType>(type: T) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;
const givenReport = given(rendering, { equal: (actual, wanted, because) => expect(actual, because).toEqual(wanted) });
const requested = event('ReportRequested');
const started = event('ReportStarted');
const scoped = event('ReportScoped');
const mapped = event('ReportMapped');
const ready = event('ReportReady');
const failed = event('ReportFailed');
const recordArtifact = { type: 'RecordArtifact' as const, data: exampleOf('ReportReady') };

describe('RecordArtifact', () => {
  test('makes a mapped report ready', () =>
    givenReport(requested, started, scoped, mapped).when(recordArtifact).then(ready));
  test('decides nothing before the mapping, after readiness, or after a failure', () => {
    givenReport(requested, started, scoped).when(recordArtifact).thenNothing();
    givenReport(requested, started, scoped, mapped, ready).when(recordArtifact).thenNothing();
    givenReport(requested, started, scoped, mapped, failed).when(recordArtifact).thenNothing();
  });
});
