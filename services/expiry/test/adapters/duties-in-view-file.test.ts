import { DatabaseSync } from 'node:sqlite';
import { type EventData, type EventType, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { UnreadableEvent } from '@evidence/event-store';
import { type LogEvent } from '@evidence/event-store/log';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  applyToDuties,
  applyUnreadableToDuties,
  DUTIES_SCHEMA,
  dutiesInViewFile,
} from '../../src/adapters/duties-in-view-file.js';
import type { Duties } from '../../src/ports.js';

let duties: Duties;
let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec(DUTIES_SCHEMA);
  duties = dutiesInViewFile(db);
});

let position = 0n;
function apply<T extends EventType>(type: T, changes: Partial<EventData[T]> = {}, tenant = 'acme'): string {
  position += 1n;
  const id = `${type} ${position}`;
  const data = { ...exampleOf(type), ...changes };
  const metadata = { ...exampleMetadata(), tenant };
  const place = { id, stream: 's', revision: 0n, position, recordedAt: '', stored: data };
  applyToDuties({ ...place, type, data, metadata } as LogEvent, db);
  return id;
}
const blob = (digit: string) => ({ sha256: digit.repeat(64), sizeBytes: 1, mediaType: 'application/json' });
const owed = () => (['give_up', 'expire', 'prune'] as const).flatMap((kind) => duties.next(kind, 10));

test('a report has one duty after the other', () => {
  const { reportId, requestedAt } = exampleOf('ReportRequested');
  const base = { reportId, tenant: 'acme' };
  const requested = apply('ReportRequested');
  apply('ReportStarted');
  expect(owed()).toEqual([
    {
      ...base,
      kind: 'give_up',
      sinceMs: Date.parse(requestedAt),
      dueMs: Date.parse(requestedAt) + 900_000,
      causeId: requested,
    },
  ]);
  const ready = apply('ReportReady');
  const { readyAt, expiresAt } = exampleOf('ReportReady');
  expect(owed()).toEqual([
    { ...base, kind: 'expire', sinceMs: Date.parse(readyAt), dueMs: Date.parse(expiresAt), causeId: ready },
  ]);
  const expired = apply('ReportExpired');
  const { expiredAt } = exampleOf('ReportExpired');
  expect(owed()).toEqual([
    { ...base, kind: 'prune', sinceMs: Date.parse(expiredAt), dueMs: Date.parse(expiredAt), causeId: expired },
  ]);
  duties.pruned(reportId);
  expect(owed()).toEqual([]);
});

test('a failed report has no duty', () => {
  apply('ReportRequested');
  apply('ReportFailed');
  expect(owed()).toEqual([]);
});

test('duties come oldest first, up to the limit', () => {
  for (const second of [3, 1, 2]) {
    apply('ReportReady', { reportId: `rpt_2026_${second}`, expiresAt: `2026-01-01T00:00:0${second}.000Z` });
  }
  expect(duties.next('expire', 2).map(({ reportId }) => reportId)).toEqual(['rpt_2026_1', 'rpt_2026_2']);
});

test('a hold prevents expiry and pruning until it is released, and nothing else', () => {
  apply('LegalHoldPlaced');
  apply('ReportRequested');
  expect(owed()).toHaveLength(1);
  apply('ReportReady');
  expect(owed()).toEqual([]);
  apply('ReportExpired');
  expect(owed()).toEqual([]);
  apply('LegalHoldReleased');
  expect(owed()).toHaveLength(1);
});

test('a floor moves the end of current and later reports of its tenant only, and removing it restores the end', () => {
  const { readyAt, expiresAt } = exampleOf('ReportReady');
  const promisedMs = Date.parse(expiresAt);
  const atFloorMs = Date.parse(readyAt) + 315_360_000_000;
  const ends = () => duties.next('expire', 10).map(({ reportId, dueMs }) => [reportId, dueMs]);
  apply('ReportReady', { reportId: 'rpt_2026_a' });
  apply('ReportReady', { reportId: 'rpt_2026_c' }, 'globex');
  apply('RetentionFloorSet');
  apply('ReportReady', { reportId: 'rpt_2026_b' });
  expect(ends()).toEqual([
    ['rpt_2026_c', promisedMs],
    ['rpt_2026_a', atFloorMs],
    ['rpt_2026_b', atFloorMs],
  ]);
  apply('RetentionFloorSet', { floorSeconds: 1 });
  expect(ends().map(([, dueMs]) => dueMs)).toEqual([promisedMs, promisedMs, promisedMs]);
});

test("another tenant's hold has no effect", () => {
  apply('LegalHoldPlaced', {}, 'globex');
  apply('ReportReady');
  expect(owed()).toHaveLength(1);
});

test('a blob that another report of the tenant refers to is kept until that report is pruned', () => {
  const [own, shared] = [blob('1'), blob('2')];
  apply('ReportScoped', { reportId: 'rpt_2026_a', snapshot: own });
  apply('ReportMapped', { reportId: 'rpt_2026_a', snapshot: shared });
  apply('ReportMapped', { reportId: 'rpt_2026_b', snapshot: shared });
  apply('ReportMapped', { reportId: 'rpt_2026_c', snapshot: own }, 'globex');
  expect(duties.blobsOfOnly('rpt_2026_a')).toEqual([own.sha256]);
  duties.pruned('rpt_2026_a');
  expect(duties.blobsOfOnly('rpt_2026_a')).toEqual([]);
  expect(duties.blobsOfOnly('rpt_2026_b')).toEqual([shared.sha256]);
});

test('a report with one blob twice refers to it once', () => {
  apply('ReportReady', { artifact: blob('1'), attestation: blob('1') });
  expect(duties.blobsOfOnly(exampleOf('ReportReady').reportId)).toEqual([blob('1').sha256]);
});

test('the duty of a skipped report is left out', () => {
  for (const n of [1, 2]) apply('ReportReady', { reportId: `rpt_2026_${n}` });
  expect(duties.next('expire', 10, ['rpt_2026_1']).map(({ reportId }) => reportId)).toEqual(['rpt_2026_2']);
});

test('a report can be stalled from its start to its end: one that waits for its turn waits for no message', () => {
  const late = Date.parse('2027-01-01T00:00:00.000Z');
  const standing = () => duties.standing(late, 10, []).map(({ type }) => type);
  apply('ReportRequested');
  expect(standing()).toEqual([]);
  for (const type of ['ReportStarted', 'ReportScoped', 'ReportMapped'] as const) {
    apply(type);
    expect(standing()).toEqual([type]);
  }
  apply('ReportReady');
  expect(standing()).toEqual([]);
});

test('ticks that are far apart are outages, found by their end', () => {
  const tick = (tickedAt: string) => apply('ClockTicked', { tickedAt, monotonicMs: Date.parse(tickedAt) });
  for (const time of ['10:00', '10:01', '10:31', '10:32', '11:32']) tick(`2026-05-22T${time}:00.000Z`);
  const between = (from: string, to: string) => ({
    fromMs: Date.parse(`2026-05-22T${from}:00.000Z`),
    toMs: Date.parse(`2026-05-22T${to}:00.000Z`),
  });
  expect(duties.outagesSince(0)).toEqual([between('10:01', '10:31'), between('10:32', '11:32')]);
  expect(duties.outagesSince(Date.parse('2026-05-22T10:31:00.000Z'))).toEqual([between('10:32', '11:32')]);
});

test('if the clock was set back, the time of earlier requests runs from the tick that records it', () => {
  const { requestedAt } = exampleOf('ReportRequested');
  const requestedMs = Date.parse(requestedAt);
  apply('ReportRequested');
  apply('ReportStarted');
  apply('ReportReady', { reportId: 'rpt_2026_ready', readyAt: requestedAt });
  const [, kept] = owed();
  const tick = (ms: number) => apply('ClockTicked', { tickedAt: new Date(ms).toISOString() });
  const times = () => owed().map(({ kind, sinceMs, dueMs }) => ({ kind, sinceMs, dueMs }));
  tick(requestedMs);
  expect(times()[0]).toEqual({ kind: 'give_up', sinceMs: requestedMs, dueMs: requestedMs + 900_000 });
  const backMs = requestedMs - 7_200_000;
  tick(backMs);
  expect(times()[0]).toEqual({ kind: 'give_up', sinceMs: backMs, dueMs: backMs + 900_000 });
  // Retention is calendar time.
  expect(owed()[1]).toEqual(kept);
  expect(duties.standing(backMs, 10, [])).toMatchObject([{ sinceMs: backMs, untilMs: backMs + 900_000 }]);
});

test('an outage from a clock that was set ahead ends when the clock is set back', () => {
  const START = Date.parse('2026-05-22T10:00:00.000Z');
  const tick = (wallMs: number, monotonicMs: number) =>
    apply('ClockTicked', { tickedAt: new Date(START + wallMs).toISOString(), monotonicMs });
  tick(0, 0);
  tick(1_200_000, 10_000);
  expect(duties.outagesSince(0)).toEqual([{ fromMs: START, toMs: START + 1_200_000 }]);
  tick(20_000, 20_000);
  expect(duties.outagesSince(0)).toEqual([{ fromMs: START, toMs: START + 20_000 }]);
});

describe('an event that cannot be read', () => {
  const { reportId } = exampleOf('ReportRequested');
  function applyUnreadable(event: Partial<UnreadableEvent>): void {
    position += 1n;
    const place = { id: 'x', stream: streamOf.report(reportId), revision: 0n, position, recordedAt: '' };
    const cause = { code: 'contract_violated', reason: 'Broken.' } as const;
    const unreadable = { ...place, type: 'ReportScoped', data: {}, metadata: {}, ...cause };
    applyUnreadableToDuties({ ...unreadable, ...event }, db);
  }

  test.each([
    ['its stream or metadata', () => applyUnreadable({ stream: streamOf.tenant('acme'), tenant: 'acme' })],
    ['the report in whose stream it is', () => applyUnreadable({})],
    ['that report, even if the metadata says otherwise', () => applyUnreadable({ tenant: 'globex' })],
  ])('stops expiry for the tenant that is known by %s, and still fails overdue reports', (_, happen) => {
    apply('ReportRequested');
    apply('ReportReady', { reportId: 'rpt_2026_a' });
    apply('ReportExpired', { reportId: 'rpt_2026_b' });
    apply('ReportReady', { reportId: 'rpt_2026_c' }, 'initech');
    expect(owed()).toHaveLength(4);
    happen();
    expect(owed().map(({ kind, tenant }) => [kind, tenant])).toEqual([
      ['give_up', 'acme'],
      ['expire', 'initech'],
    ]);
    expect(['acme', 'initech'].map((tenant) => duties.isStopped(tenant))).toEqual([true, false]);
  });

  test('stops expiry for the tenant as soon as the report is known, if it is the first event of its stream', () => {
    applyUnreadable({ type: 'ReportRequested' });
    expect(duties.isStopped('acme')).toBe(false);
    apply('ReportReady');
    expect(owed()).toEqual([]);
    expect(duties.isStopped('acme')).toBe(true);
  });

  test('without a tenant stops nothing', () => {
    apply('ReportReady');
    applyUnreadable({ stream: 'somewhere', type: 'LegalHoldPlaced' });
    expect(owed()).toHaveLength(1);
  });

  test('of a newer version that ends a report removes its deadline; a broken one does not', () => {
    apply('ReportRequested');
    applyUnreadable({ type: 'ReportReady', code: 'contract_violated' });
    expect(owed()).toHaveLength(1);
    applyUnreadable({ type: 'ReportReady', code: 'newer_version' });
    expect(owed()).toEqual([]);
  });
});
