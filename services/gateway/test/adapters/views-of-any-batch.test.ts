import type { EventOf, EventType } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { LogEvent } from '@evidence/event-store/log';
import { expect, test } from 'vitest';
import { FindingsInViewFile } from '../../src/adapters/views/findings-in-view-file.js';
import { ReportsInViewFile } from '../../src/adapters/views/reports-in-view-file.js';
import { aboutReport, applyTo, type Built, logOf } from './log-of.js';

/** Every row of every table after the events, in transactions of `size` events. */
function rowsAfter(view: Built, events: readonly LogEvent[], size: number): Record<string, unknown> {
  for (let start = 0; start < events.length; start += size) applyTo(view, events.slice(start, start + size));
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
  const ids = ['expired', 'ready', 'failed', 'templated', 'never-requested'];
  const requested = ids.slice(0, -1).map((id) => {
    const tenant = id === 'ready' ? 'umbrella' : 'acme';
    const template = { content: ['{{ report.title }}'] };
    return aboutReport('ReportRequested', id, { tenant, ...(id === 'templated' && { template }) });
  });
  const early = REPORT_TYPES.flatMap((type) => ids.filter((id) => id !== 'failed').map((id) => aboutReport(type, id)));
  const later = LATER_TYPES.flatMap((type) => ['expired', 'templated'].map((id) => aboutReport(type, id)));
  const last = [...LAST_TYPES.map((type) => aboutReport(type, 'expired')), aboutReport('ReportFailed', 'failed')];
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
  const number = { both: 1, late: 2, 'not-yet-recorded': 3, after: 4 };
  expect(oneByOne.finding).toMatchObject(Object.entries(number).map(([id, number]) => ({ id, number })));
  const gone = { finding: number.late, scan_id: 'copy', gone: 1 };
  expect(oneByOne.observation).toContainEqual(expect.objectContaining(gone));
  expect(rowsAfter(new FindingsInViewFile(':memory:'), log, size)).toEqual(oneByOne);
});
