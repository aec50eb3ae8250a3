import { exampleOf } from '@evidence/contracts';
import { given } from '@evidence/decider';
import { expect, test } from 'vitest';
import { requestReport } from '../src/core/request-report.js';

const report = given(requestReport, {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
});
const data = exampleOf('ReportRequested');
const requested = { type: 'ReportRequested', data } as const;

test('a request opens the life of a report', () => {
  report().when({ type: 'RequestReport', data }).then(requested);
});

test('the same id again is a retry, whatever became of the report', () => {
  report(requested).when({ type: 'RequestReport', data }).thenNothing();
  const failed = { type: 'ReportFailed', data: exampleOf('ReportFailed') } as const;
  report(requested, failed).when({ type: 'RequestReport', data }).thenNothing();
});
