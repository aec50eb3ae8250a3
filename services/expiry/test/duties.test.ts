import { DatabaseSync } from 'node:sqlite';
import { type EventData, type EventType, exampleMetadata, exampleOf } from '@evidence/contracts';
import { beforeEach, expect, test } from 'vitest';
import { applyToDuties, DUTIES_SCHEMA, dutiesInSqlite } from '../src/adapters/duties-in-sqlite.js';
import type { Duties } from '../src/ports.js';

let duties: Duties;
let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec(DUTIES_SCHEMA);
  duties = dutiesInSqlite(db);
});

let position = 0n;
function apply<T extends EventType>(type: T, changes: Partial<EventData[T]> = {}, tenant = 'acme'): string {
  position += 1n;
  const id = `${type} ${position}`;
  const data = { ...exampleOf(type), ...changes };
  const metadata = { ...exampleMetadata(), tenant };
  applyToDuties({ id, stream: 's', revision: 0n, position, type, data, metadata, recordedAt: '' }, db);
  return id;
}
const blob = (digit: string) => ({ sha256: digit.repeat(64), sizeBytes: 1, mediaType: 'application/json' });
const owed = () => (['give_up', 'expire', 'prune'] as const).flatMap((kind) => duties.oldest(kind, 10));

test('a report is owed one thing after the other', () => {
  const { reportId, requestedAt } = exampleOf('ReportRequested');
  const base = { reportId, tenant: 'acme' };
  const requested = apply('ReportRequested');
  apply('ReportStarted');
  expect(owed()).toEqual([{ ...base, kind: 'give_up', sinceMs: Date.parse(requestedAt), causeId: requested }]);
  const ready = apply('ReportReady');
  const { expiresAt } = exampleOf('ReportReady');
  expect(owed()).toEqual([{ ...base, kind: 'expire', sinceMs: Date.parse(expiresAt), causeId: ready }]);
  const expired = apply('ReportExpired');
  const { expiredAt } = exampleOf('ReportExpired');
  expect(owed()).toEqual([{ ...base, kind: 'prune', sinceMs: Date.parse(expiredAt), causeId: expired }]);
  duties.pruned(reportId);
  expect(owed()).toEqual([]);
});

test('a failed report is owed nothing', () => {
  apply('ReportRequested');
  apply('ReportFailed');
  expect(owed()).toEqual([]);
});

test('duties come oldest first, and no more than asked for', () => {
  for (const second of [3, 1, 2]) {
    apply('ReportReady', { reportId: `rpt_2026_${second}`, expiresAt: `2026-01-01T00:00:0${second}.000Z` });
  }
  expect(duties.oldest('expire', 2).map(({ reportId }) => reportId)).toEqual(['rpt_2026_1', 'rpt_2026_2']);
});

test('a hold keeps a report from expiry and from pruning until it is released, and from nothing else', () => {
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

test("another tenant's hold keeps nothing", () => {
  apply('LegalHoldPlaced', {}, 'globex');
  apply('ReportReady');
  expect(owed()).toHaveLength(1);
});

test('what another report of the tenant refers to is not only of this one, until that one is pruned', () => {
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
