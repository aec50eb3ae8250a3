import type { FindingRecorded } from '@evidence/contracts';
import { EventStoreError } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportResult } from '../src/index.js';
import { importScan } from '../src/parse/index.js';
import { recordScan } from '../src/record/index.js';
import { inChunks, options } from './importing.js';
import {
  decide,
  digest,
  findingIdOf,
  hitlog,
  log,
  openStore,
  provenance,
  record,
  report,
  rows,
  setPolicy,
  statuses,
  store,
  superseded,
  tenant,
} from './weakness-log.js';

beforeEach(openStore);
afterEach(() => store.close());

describe('a later scan', () => {
  it('observes known weaknesses again, and counts them separately', async () => {
    await record(report('r1', 1, { 'p.A': 3, 'p.B': 1 }));
    const { counts } = await record(report('r2', 2, { 'p.A': 5, 'p.C': 1 }));
    expect(counts).toEqual({ in: 2, recorded: 2, observed: 1, skipped: {} });
    expect(await rows()).toEqual([
      'FindingRecorded p.A',
      'FindingRecorded p.B',
      'FindingObserved p.A',
      'FindingRecorded p.C',
    ]);
  });

  it('with two rows of one weakness has one finding, and an observation for the second row', async () => {
    const row = { title: 'It leaks', severity: 'high', probe: 'p.A' };
    const file = JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings: [row, row] });
    const imported = await importScan(inChunks(file), { ...options, format: 'native' });
    const { counts } = await recordScan({ store, imported, provenance });
    expect(counts).toEqual({ in: 2, recorded: 2, observed: 1, skipped: {} });
    expect(await rows()).toEqual(['FindingRecorded p.A', 'FindingObserved p.A']);
    const again = await recordScan({ store, imported, provenance });
    expect(again.counts).toMatchObject({ recorded: 0, skipped: { already_recorded: 2 } });
  });

  it('lists the weakness that it tested and did not see', async () => {
    await record(report('r1', 1, { 'p.A': 3, 'p.B': 1 }));
    const { scanId } = await record(report('r2', 2, { 'p.A': 0 }));
    const notSeen = (await log('ScanCompared')).map(({ data }) => data as { scanId: string; notSeen: string[] });
    expect(notSeen.at(-1)).toMatchObject({ scanId, notSeen: [await findingIdOf('p.A')] });
  });

  it('reopens what was marked fixed before it ran, with the reason; other closed findings stay closed', async () => {
    await record(report('r1', 1, { 'p.A': 3, 'p.B': 1, 'p.C': 1, 'p.D': 1 }));
    const [a, b, c, d] = await Promise.all(['p.A', 'p.B', 'p.C', 'p.D'].map(findingIdOf));
    await decide(a ?? '', 'fixed', '2026-10-02T00:00:00.000Z');
    await decide(b ?? '', 'accepted', '2026-10-03T00:00:00.000Z');
    await decide(c ?? '', 'false_positive', '2026-10-04T00:00:00.000Z');
    await decide(d ?? '', 'fixed', '2026-10-09T00:00:00.000Z');
    const { scanId } = await record(report('r5', 5, { 'p.A': 1, 'p.B': 1, 'p.C': 1, 'p.D': 1 }));
    const byRule = (await statuses()).filter(({ rule }) => rule !== undefined);
    expect(byRule).toEqual([
      {
        ...{ findingId: a, tenant, from: 'fixed', to: 'open', rule: 'seen_again', scanId },
        ...{ changedAt: provenance.occurredAt, changedBy: 'token:tok_importer' },
        scanRanAt: '2026-10-05T08:00:00.000Z',
        reason: expect.stringContaining('2026-10-05T08:00:00.000Z'),
      },
    ]);
    await record(report('r5', 5, { 'p.A': 1, 'p.B': 1, 'p.C': 1, 'p.D': 1 }));
    expect((await statuses()).filter(({ rule }) => rule !== undefined)).toHaveLength(1);
  });

  it('resolves, by the tenant’s policy, what enough scans have not seen, but nothing that is closed', async () => {
    await setPolicy(2);
    await record(report('r1', 1, { 'p.A': 3, 'p.B': 1 }));
    await decide(await findingIdOf('p.B'), 'accepted', '2026-10-01T12:00:00.000Z');
    await record(report('r2', 2, { 'p.A': 0, 'p.B': 0 }));
    expect(await statuses()).toHaveLength(1);
    const { scanId } = await record(report('r3', 3, { 'p.A': 0, 'p.B': 0 }));
    const findingId = await findingIdOf('p.A');
    const resolved = (await statuses()).filter(({ rule }) => rule === 'clean_scans');
    expect(resolved).toEqual([
      expect.objectContaining({ findingId, from: 'open', to: 'fixed', scanId, reason: expect.stringMatching(/^2 /) }),
    ]);
    await record(report('r4', 20, { 'p.A': 1 }));
    expect((await statuses()).at(-1)).toMatchObject({ findingId, from: 'fixed', to: 'open', rule: 'seen_again' });
  });
});

describe('the same run as report, hitlog and digest', () => {
  const failed = { 'p.A': 3, 'p.B': 1 };
  const files = {
    report: report('run_1', 4, failed),
    digest: digest('run_1', 4, failed),
    hitlog: hitlog('run_1', 'p.A', 'p.B'),
  };
  type Kind = keyof typeof files;
  const orders: Kind[][] = [
    ['report', 'digest', 'hitlog'],
    ['report', 'hitlog', 'digest'],
    ['digest', 'report', 'hitlog'],
    ['digest', 'hitlog', 'report'],
    ['hitlog', 'report', 'digest'],
    ['hitlog', 'digest', 'report'],
  ];

  it.each(orders)('in the order %s, %s, %s is counted once, as the report', async (...kinds) => {
    const results: ImportResult[] = [];
    for (const kind of kinds) results.push(await record(files[kind]));
    const [, ...copies] = results;
    for (const { discrepancies } of copies)
      expect(discrepancies.filter(({ subject }) => subject.includes('run run_1 was imported before'))).toHaveLength(1);
    for (const { counts } of results)
      expect(counts.in).toBe(counts.recorded + Object.values(counts.skipped).reduce((sum, count) => sum + count, 0));
    const scanOf = (kind: Kind) => results[kinds.indexOf(kind)]?.scanId;
    const losers = (await superseded()).map((data) => (data as { scanId: string }).scanId);
    expect([...new Set(losers)].sort()).toEqual([scanOf('digest'), scanOf('hitlog')].sort());
    const after = kinds.indexOf('report');
    for (const { counts } of results.slice(after + 1))
      expect(counts).toMatchObject({ recorded: 0, skipped: { same_run: 2 } });
    const before = await log('Scan', 'Finding');
    for (const kind of kinds) await record(files[kind]);
    expect(await log('Scan', 'Finding')).toHaveLength(before.length);
  });

  it('in another serialisation adds nothing', async () => {
    await record(files.report);
    const { counts } = await record(files.report.replaceAll(',', ', '));
    expect(counts).toEqual({ in: 2, recorded: 0, observed: 0, skipped: { same_run: 2 } });
  });
});

/** Fails from append number `at` on, like a process that died. */
const dyingAt = (at: number): EventLog => {
  let appends = 0;
  return {
    ...store,
    append: (...append) =>
      appends++ >= at
        ? Promise.reject(new EventStoreError('unavailable', 'The store is gone.'))
        : store.append(...append),
  };
};

/** Everything known about the weaknesses, independent of the order in the log. */
async function told(): Promise<unknown> {
  const events = await log('Finding', 'Scan');
  return events.map(({ id, type, data }) => JSON.stringify({ id, type, data })).sort();
}

describe('an import', () => {
  const history = async () => {
    await setPolicy(1);
    await record(hitlog('run_2', 'p.A', 'p.B'));
    await record(report('r1', 1, { 'p.A': 3, 'p.B': 1, 'p.C': 2 }));
    await decide(await findingIdOf('p.A'), 'fixed', '2026-10-02T00:00:00.000Z');
  };
  const last = report('run_2', 5, { 'p.A': 1, 'p.B': 1, 'p.C': 0, 'p.E': 2 });

  it.each([0, 1, 2, 3, 4])('that died at append %i is finished by the next one, with the same result', async (at) => {
    await history();
    await expect(record(last, dyingAt(at))).rejects.toMatchObject({ code: 'unavailable' });
    await record(last);
    const finished = await told();
    await store.close();

    openStore();
    await history();
    await record(last);
    expect(finished).toEqual(await told());
    expect((await statuses()).map(({ rule }) => rule)).toEqual([undefined, 'seen_again', 'clean_scans']);
    expect(await superseded()).toHaveLength(1);
  });

  it('at the same time as others for the endpoint makes no second weakness, because they are decided in turn', async () => {
    const probes = { 'p.A': 1, 'p.B': 1, 'p.C': 1 };
    const scans = Array.from({ length: 8 }, (_, n) => report(`r${n}`, n + 1, probes));
    const results = await Promise.all(scans.map((scan) => record(scan)));
    const first = await log('FindingRecorded');
    expect(first.map(({ data }) => (data as FindingRecorded).probe).sort()).toEqual(['p.A', 'p.B', 'p.C']);
    expect(await log('FindingObserved')).toHaveLength(7 * 3);
    expect(results.reduce((sum, { counts }) => sum + (counts.observed ?? 0), 0)).toBe(7 * 3);
  });

  it('of all copies of a run at the same time counts one of them', async () => {
    const failed = { 'p.A': 3, 'p.B': 1 };
    await Promise.all([
      record(report('run_1', 4, failed)),
      record(digest('run_1', 4, failed)),
      record(hitlog('run_1', 'p.A', 'p.B')),
    ]);
    const scans = new Set((await log('ScanRecorded')).map(({ data }) => (data as { scanId: string }).scanId));
    for (const data of await superseded()) scans.delete((data as { scanId: string }).scanId);
    expect(scans.size).toBe(1);
    const [counting] = (await log('ScanRecorded')).filter(({ data }) => scans.has((data as { scanId: string }).scanId));
    expect(counting?.data).toMatchObject({ copy: { kind: 'report' } });
  });

  it('does not wait for imports for other endpoints', async () => {
    const other = await importScan(inChunks(report('r1', 1, { 'p.A': 1 })), { ...options, endpointId: 'ep_other' });
    await Promise.all([record(report('r1', 1, { 'p.A': 1 })), recordScan({ store, imported: other, provenance })]);
    const ids = (await log('FindingRecorded')).map(({ data }) => (data as FindingRecorded).findingId);
    expect(new Set(ids).size).toBe(2);
  });
});
