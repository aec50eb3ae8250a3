import { randomUUID } from 'node:crypto';
import type { EventOf, EventType } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { markOf } from '@evidence/event-store';
import type { LogEvent } from '@evidence/event-store/log';
import type { ViewFile } from '@evidence/event-store/view';
import { expect, test } from 'vitest';
import { FindingsInViewFile } from '../../src/adapters/views/findings-in-view-file.js';
import { ReportsInViewFile } from '../../src/adapters/views/reports-in-view-file.js';

/** The events, as the log has them one after the other. */
function logOf(events: readonly EventOf<EventType>[]): LogEvent[] {
  return events.map(
    (event, index) =>
      ({
        ...{ ...event, id: randomUUID(), stream: 'some', revision: BigInt(index), position: BigInt(index + 1) },
        ...{ metadata: exampleMetadata(), stored: event.data, recordedAt: '2026-05-22T10:35:00Z' },
      }) as LogEvent,
  );
}

interface Built {
  readonly file: ViewFile;
  apply(event: LogEvent): void;
  beforeCommit(): void;
}

/** Every row of every table after the events, in transactions of `size` events. */
function rowsAfter(view: Built, events: readonly LogEvent[], size: number): Record<string, unknown> {
  for (let start = 0; start < events.length; start += size) {
    const batch = events.slice(start, start + size);
    view.file.transaction(markOf(batch.at(-1)!), () => {
      for (const event of batch) view.apply(event);
      view.beforeCommit();
    });
  }
  const { db } = view.file;
  const tables = db.prepare("select name from sqlite_schema where type = 'table' order by name").all();
  const rows = tables.map(({ name }) => [name, db.prepare(`select * from "${name}" order by 1, 2`).all()]);
  view.file.close();
  return Object.fromEntries(rows);
}

const REPORT_TYPES = ['ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;
const LATER_TYPES = ['LegalHoldPlaced', 'ReportDownloaded', 'ArtifactLost', 'ArtifactRestored'] as const;
const LAST_TYPES = ['LegalHoldReleased', 'ReportExpired'] as const;

function reportLog(): LogEvent[] {
  const of = <T extends EventType>(type: T, reportId: string, more: object = {}) =>
    ({ type, data: { ...exampleOf(type), reportId, ...more } }) as unknown as EventOf<EventType>;
  const ids = ['expired', 'ready', 'failed', 'templated', 'never-requested'];
  const requested = ids.slice(0, -1).map((id) => {
    const tenant = id === 'ready' ? 'umbrella' : 'acme';
    const template = { content: ['{{ report.title }}'] };
    return of('ReportRequested', id, { tenant, ...(id === 'templated' && { template }) });
  });
  const early = REPORT_TYPES.flatMap((type) => ids.filter((id) => id !== 'failed').map((id) => of(type, id)));
  const later = LATER_TYPES.flatMap((type) => ['expired', 'templated'].map((id) => of(type, id)));
  const last = [...LAST_TYPES.map((type) => of(type, 'expired')), of('ReportFailed', 'failed')];
  return logOf([...requested, ...early, ...later, ...last]);
}

function findingLog(): LogEvent[] {
  const seen = (type: 'FindingRecorded' | 'FindingObserved', findingId: string, scanId: string) =>
    ({ type, data: { ...exampleOf(type), findingId, scanId } }) as EventOf<EventType>;
  const decided = (findingId: string): EventOf<EventType> => ({
    type: 'FindingStatusChanged',
    data: { ...exampleOf('FindingStatusChanged'), findingId },
  });
  return logOf([
    seen('FindingRecorded', 'both', 'winner'),
    seen('FindingRecorded', 'late', 'winner'),
    decided('both'),
    decided('not-yet-recorded'),
    seen('FindingRecorded', 'not-yet-recorded', 'copy'),
    seen('FindingObserved', 'both', 'copy'),
    { type: 'ScanSuperseded', data: { ...exampleOf('ScanSuperseded'), scanId: 'copy', by: 'winner' } },
    seen('FindingObserved', 'late', 'copy'),
    seen('FindingRecorded', 'after', 'winner'),
  ]);
}

const sizes = [2, 3, 5, 7, 1_000];

test.each(sizes)('reports in transactions of %d events are the same rows as one by one', (size) => {
  const log = reportLog();
  const oneByOne = rowsAfter(new ReportsInViewFile(':memory:'), log, 1);
  expect(oneByOne).toMatchObject({
    report: { length: 4 },
    under_way: expect.arrayContaining([{ is_standard: 0, tenant: 'acme', reports: 0 }]),
  });
  expect(rowsAfter(new ReportsInViewFile(':memory:'), log, size)).toEqual(oneByOne);
});

test.each(sizes)('findings in transactions of %d events are the same rows as one by one', (size) => {
  const log = findingLog();
  const oneByOne = rowsAfter(new FindingsInViewFile(':memory:'), log, 1);
  const gone = { finding_id: 'late', scan_id: 'copy', gone: 1 };
  expect(oneByOne.observation).toContainEqual(expect.objectContaining(gone));
  expect(rowsAfter(new FindingsInViewFile(':memory:'), log, size)).toEqual(oneByOne);
});
