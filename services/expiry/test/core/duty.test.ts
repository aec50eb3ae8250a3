import type { ReportEvent, ReportEventType } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { expect, test } from 'vitest';
import { dueAtOf } from '../../src/core/due.js';
import { blobsOf, dutyAfter } from '../../src/core/duty.js';

const event = <T extends ReportEventType>(type: T) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;
const readyReport = (['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const).map(
  event,
);
const expired = event('ReportExpired');
const failed = event('ReportFailed');
const { artifact } = exampleOf('ReportReady');

test('a report has one duty at a time', () => {
  const [requestedMs, readyMs, expiresMs, expiredMs] = [
    exampleOf('ReportRequested').requestedAt,
    exampleOf('ReportReady').readyAt,
    exampleOf('ReportReady').expiresAt,
    exampleOf('ReportExpired').expiredAt,
  ].map((instant) => Date.parse(instant)) as [number, number, number, number];
  expect([...readyReport, expired].map(dutyAfter)).toEqual([
    { kind: 'give_up', sinceMs: requestedMs, dueMs: requestedMs + 900_000 },
    'unchanged',
    'unchanged',
    'unchanged',
    { kind: 'expire', sinceMs: readyMs, dueMs: expiresMs },
    { kind: 'prune', sinceMs: expiredMs, dueMs: expiredMs },
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

test.each<[string, [number, number][], number]>([
  ['without an outage', [], 3_000],
  ['an outage before the request', [[0, 900]], 3_000],
  ['an outage that had begun before the request', [[0, 1_500]], 3_500],
  ['an outage in between', [[1_200, 1_700]], 3_500],
  ['an outage after the deadline', [[3_000, 9_000]], 3_000],
  [
    'an outage that counts only because of the previous one',
    [
      [2_500, 3_500],
      [3_800, 4_000],
    ],
    4_200,
  ],
])('a deadline is moved by the outages before it: %s', (_, outages, due) => {
  const times = { kind: 'give_up', sinceMs: 1_000, dueMs: 3_000 } as const;
  const between = outages.map(([fromMs, toMs]) => ({ fromMs, toMs }));
  expect(dueAtOf(times, between)).toBe(due);
  expect(dueAtOf({ ...times, kind: 'expire' }, between)).toBe(3_000);
});
