import type { EventLog } from '@evidence/event-store/log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importScan } from '../src/parse/index.js';
import { recordScan } from '../src/record/index.js';
import { asLines, inChunks, options } from './importing.js';
import {
  decide,
  findingIdOf,
  hitlog,
  log,
  openStore,
  provenance,
  record,
  report,
  setPolicy,
  statuses,
  store,
  superseded,
} from './weakness-log.js';

beforeEach(openStore);
afterEach(() => store.close());

describe('a scan without a stated time', () => {
  beforeEach(async () => {
    await record(report('r1', 1, { 'p.A': 3 }));
    await decide(await findingIdOf('p.A'), 'fixed', '2026-10-02T00:00:00.000Z');
  });

  it('is an observation without a time, and does not reopen a fixed finding', async () => {
    const { counts } = await record(hitlog('r2', 'p.A'));
    expect(counts).toMatchObject({ recorded: 1, observed: 1 });
    const [observed] = await log('FindingObserved');
    expect(observed?.data).toMatchObject({ discoveredAt: options.importedAt, timeNotStated: true });
    expect((await statuses()).map(({ to }) => to)).toEqual(['fixed']);
  });

  it.each([
    ['2026-10-01T12:00:00.000Z', ['fixed']],
    ['2026-10-03T00:00:00.000Z', ['fixed', 'open']],
  ])('that the caller of the import dates %s leaves it %s', async (startedAt, expected) => {
    const imported = await importScan(inChunks(hitlog('r2', 'p.A')), { ...options, startedAt });
    await recordScan({ store, imported, provenance });
    expect((await statuses()).map(({ to }) => to)).toEqual(expected);
  });

  it.each([[['hitlog', 'report']], [['report', 'hitlog']]])(
    'reopens it with the report of its run: %s',
    async (order) => {
      const files = { hitlog: hitlog('r5', 'p.A'), report: report('r5', 5, { 'p.A': 1 }) };
      for (const kind of order) await record(files[kind as keyof typeof files]);
      expect((await statuses()).at(-1)).toMatchObject({ to: 'open', scanRanAt: '2026-10-05T08:00:00.000Z' });
    },
  );

  it('whose file states another time keeps that one', async () => {
    const imported = await importScan(inChunks(report('r5', 5, { 'p.A': 1 })), {
      ...options,
      startedAt: '2026-10-01T00:00:00.000Z',
    });
    expect(imported.scan.startedAt).toBe('2026-10-05T08:00:00.000Z');
  });
});

describe('the same run without an id', () => {
  const row = (testIdx: number, success: boolean) => ({
    ...{
      testIdx,
      promptIdx: 0,
      vars: { prompt: `Attack ${testIdx}` },
      success,
      score: success ? 1 : 0,
      latencyMs: 100,
    },
    ...{ provider: { id: 'echo' }, response: { output: 'Sure.' }, gradingResult: { pass: success, reason: 'Judged.' } },
    testCase: {
      vars: { prompt: `Attack ${testIdx}` },
      assert: [{ type: 'llm-rubric' }],
      metadata: { pluginId: 'pii' },
    },
  });
  const results = [row(0, true), row(1, false), row(2, false)];
  const jsonLines = asLines(...results.toReversed());
  const json = JSON.stringify({
    ...{ evalId: 'eval-1', results: { version: 3, timestamp: '2026-10-01T08:00:00.000Z', results } },
    metadata: { promptfooVersion: '0.120.0' },
  });
  const sarifRun = (name: string, ...ids: string[]) => ({
    tool: { driver: { name } },
    results: ids.map((ruleId) => ({ ruleId, message: { text: 'Bad.' }, partialFingerprints: { v1: ruleId } })),
  });
  const runs = [sarifRun('one', 'R1', 'R2'), sarifRun('two', 'R3')];
  const sarif = (indent: number, ...of: object[]) => JSON.stringify({ version: '2.1.0', runs: of }, undefined, indent);
  const exportsOf: [string, string[], number][] = [
    ['promptfoo', [json, jsonLines, asLines(...results)], 2],
    ['sarif', [sarif(0, ...runs), sarif(2, ...runs), sarif(0, ...runs.toReversed())], 3],
  ];
  const cases = exportsOf.flatMap(([format, files, weaknesses]) =>
    [files, files.toReversed()].map((order) => ({ format, order, weaknesses })),
  );

  it.each(cases)('is recognised by its rows in other exports ($format), and counted once', async (each) => {
    const counted: number[] = [];
    for (const file of each.order) {
      const imported = await importScan(inChunks(file), { ...options, format: each.format });
      const { counts, discrepancies } = await recordScan({ store, imported, provenance });
      counted.push(counts.recorded - (counts.observed ?? 0));
      if (file !== each.order[0])
        expect(discrepancies.map(({ subject }) => subject).join()).toContain('imported before');
    }
    expect(counted).toEqual([each.weaknesses, 0, 0]);
    const scans = new Set((await log('ScanRecorded')).map(({ data }) => (data as { scanId: string }).scanId));
    for (const data of await superseded()) scans.delete((data as { scanId: string }).scanId);
    expect(scans.size).toBe(1);
  });

  it('is another run if a single answer took longer', async () => {
    const other = asLines(...results.map((one) => ({ ...one, latencyMs: 101 })));
    for (const file of [jsonLines, other]) {
      const imported = await importScan(inChunks(file), { ...options, format: 'promptfoo' });
      await recordScan({ store, imported, provenance });
    }
    expect(await superseded()).toEqual([]);
    expect(await log('FindingObserved')).toHaveLength(2);
  });
});

describe('a scan that sees a weakness again which the policy is about to resolve', () => {
  /** After the scan is compared, another import comes in between. */
  const interrupted = (by: () => Promise<unknown>): EventLog => {
    let appends = 0;
    return {
      ...store,
      async append(...append) {
        const appended = await store.append(...append);
        if (appends++ === 0) await by();
        return appended;
      },
    };
  };

  it('wins: the weakness ends up open', async () => {
    await setPolicy(1);
    await record(report('r1', 1, { 'p.A': 3 }));
    const later = report('r3', 3, { 'p.A': 1 });
    await record(
      report('r2', 2, { 'p.A': 0 }),
      interrupted(() => record(later)),
    );
    expect((await statuses()).at(-1)?.to ?? 'open').toBe('open');
    await record(report('r2', 2, { 'p.A': 0 }));
    expect((await statuses()).at(-1)?.to ?? 'open').toBe('open');
  });
});
