import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventType } from '@evidence/contracts';
import { markOf } from '@evidence/event-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReportsInViewFile } from '../../src/adapters/views/reports-in-view-file.js';
import { statusOf } from '../../src/core/reports/report-record.js';
import { aboutReport, applyTo, logOf } from './log-of.js';

const MADE = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;
const LATER = ['LegalHoldPlaced', 'ReportDownloaded', 'ArtifactLost', 'ArtifactRestored', 'LegalHoldReleased'] as const;

let folder: string;
let view: ReportsInViewFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
  view = new ReportsInViewFile(join(folder, 'reports.sqlite'));
});
afterEach(() => {
  view.file.close();
  rmSync(folder, { recursive: true, force: true });
});

const lifeOf = (id: string, types: readonly EventType[] = MADE, requested: object = {}) =>
  types.map((type) => aboutReport(type, id, type === 'ReportRequested' ? { tenant: 'acme', ...requested } : {}));

/** What a process answers that has just been started. */
function afterRestart<Answer>(ask: (started: ReportsInViewFile) => Answer): Answer {
  const started = new ReportsInViewFile(join(folder, 'reports.sqlite'));
  try {
    return ask(started);
  } finally {
    started.file.close();
  }
}

const endpoints = (count: number) => Array.from({ length: count }, (_, n) => `ep_${String(n).padStart(12, '0')}`);

describe('reports that are kept in memory', () => {
  test.each([
    ['short', 1],
    ['too long to be kept', 1_000],
    ['too long after some events', 800],
  ])('are as in the file after every event: %s', (_, count) => {
    const scope = { endpointIds: endpoints(count), includeSeverities: [] };
    for (const event of logOf(lifeOf('one', [...MADE, ...LATER, 'ReportExpired'], { scope }))) {
      applyTo(view, [event]);
      expect(view.find('acme', 'one')).toBeDefined();
      expect(view.find('acme', 'one')).toStrictEqual(afterRestart((started) => started.find('acme', 'one')));
    }
  });

  test('are found by their own tenant only', () => {
    applyTo(view, logOf([...lifeOf('one'), ...lifeOf('other', MADE, { tenant: 'umbrella' })]));
    const found = ['acme', 'umbrella'].map((tenant) =>
      ['one', 'other'].map((id) => view.find(tenant, id) !== undefined),
    );
    expect(found).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  test('are at most so many: the others are read again, with the same answers', () => {
    const ids = Array.from({ length: 600 }, (_, n) => `report-${n}`);
    applyTo(view, logOf(ids.flatMap((id) => lifeOf(id))));
    const all = (one: ReportsInViewFile) => ids.map((id) => one.find('acme', id));
    expect(all(view)).toStrictEqual(afterRestart(all));
    expect(all(view).every((record) => record && statusOf(record) === 'ready')).toBe(true);
  });

  test('are as before a transaction that failed, and change again after it', () => {
    const events = logOf([...lifeOf('one'), ...lifeOf('two')]);
    applyTo(view, events.slice(0, 4));
    const known = () => [view.find('acme', 'one'), view.storedBytes('acme'), view.recentlyReady()];
    const before = known();
    const failing = (isWritten: boolean) =>
      view.file.transaction(events[4]!, () => {
        view.apply(events[4]!);
        if (isWritten) view.beforeCommit();
        throw new Error('the disk is full');
      });
    expect(() => failing(true)).toThrow('the disk is full');
    expect(known()).toStrictEqual(before);
    expect(() => failing(false)).toThrow('the disk is full');
    applyTo(view, [events[5]!]);
    expect(known()).toStrictEqual(before);
    applyTo(view, [events[4]!]);
    expect(view.find('acme', 'one')?.life.phase).toBe('ready');
  });

  test('are gone with the tables, and come again with a rebuild', () => {
    const events = logOf(lifeOf('one'));
    applyTo(view, events);
    expect(view.recentlyReady()).toHaveLength(1);
    view.file.clear();
    expect([view.find('acme', 'one'), view.recentlyReady(), view.recentlyFinished('standard')]).toEqual([
      undefined,
      [],
      [],
    ]);
    applyTo(view, events.slice(0, 2));
    expect(view.find('acme', 'one')).toStrictEqual(afterRestart((started) => started.find('acme', 'one')));
    expect(view.find('acme', 'one')?.life.phase).toBe('started');
  });

  test('the last ready and finished ones are those of the file, newest request first', () => {
    const template = { content: ['{{ report.title }}'] };
    const failed = [...MADE.slice(0, 2), 'ReportFailed'] as const;
    const many = Array.from({ length: 25 }, (_, n) => lifeOf(`report-${n}`));
    const inAnyOrder = many.map((_, n) => many[(n * 7) % many.length]!);
    const log = logOf([
      ...many.map(([requested]) => requested!),
      ...inAnyOrder.flatMap(([, ...later]) => later),
      ...lifeOf('templated', MADE, { template }),
      ...lifeOf('failed', failed),
      ...lifeOf('expired', [...MADE, 'ReportExpired']),
      ...lifeOf('running', MADE.slice(0, 3)),
    ]);
    const ids = (one: ReportsInViewFile) =>
      [one.recentlyReady(), one.recentlyFinished('standard'), one.recentlyFinished('template')].map((records) =>
        records.map(({ life }) => life.request.reportId),
      );
    for (const event of log) {
      applyTo(view, [event]);
      expect(ids(view)).toEqual(afterRestart(ids));
    }
    const newest = Array.from({ length: 20 }, (_, n) => `report-${24 - n}`);
    expect(ids(view)).toEqual([
      ['templated', ...newest.slice(0, 19)],
      ['failed', ...newest.slice(0, 19)],
      ['templated'],
    ]);
  });
});

test('who watches a report is told of a change that was applied before, once it can be read', async () => {
  const events = logOf(lifeOf('one'));
  applyTo(view, events.slice(0, 4));
  view.file.change(() => view.apply(events[4]!));
  const changed = view.changed('one', AbortSignal.timeout(1_000));
  expect(view.find('acme', 'one')?.life.phase).toBe('mapped');
  view.file.change(() => view.beforeCommit());
  view.file.commit(markOf(events[4]!));
  expect(await changed).toBe(true);
  expect(view.find('acme', 'one')?.life.phase).toBe('ready');
});
