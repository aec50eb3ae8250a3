import type { PackTemplate } from '@evidence/contracts';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  artifactMakerInThreads,
  DEFAULT_POOLS,
  type ThreadLimits,
} from '../../src/adapters/artifact-maker-in-threads.js';
import type { ArtifactMaker, MappedReport, NoArtifact } from '../../src/ports.js';
import type { RenderThreadData } from '../../src/shell/render-thread.js';
import { placeMappedReport, THREAD_FILE } from '../mapped-report.js';

const startedAt = new Date('2026-05-22T10:35:01Z');

async function makerOf(findings: number, limits: Partial<ThreadLimits> = {}, ofTemplates: Partial<ThreadLimits> = {}) {
  const place = await placeMappedReport('pdf', { findings });
  const data: RenderThreadData = { config: place.config, startedAt };
  const maker = artifactMakerInThreads(THREAD_FILE, data, {
    standard: { ...DEFAULT_POOLS.standard, threads: 1, ...limits },
    template: { ...DEFAULT_POOLS.template, ...ofTemplates },
  });
  onTestFinished(async () => {
    await maker.close();
    await place.remove();
  });
  const { request, scoped, mapped } = place;
  return { maker, place, report: { request, scoped, mapped } };
}

const outcomeOf = (maker: ArtifactMaker, report: MappedReport) =>
  maker.make(report).then(
    () => 'made',
    (error: NoArtifact) => `${error.code}: ${error.fault}`,
  );

const EVERY_FINDING: PackTemplate = {
  content: [
    {
      table: {
        widths: ['*', '*'],
        body: [
          {
            forEach: 'report.findings',
            as: 'finding',
            rows: [['{{ finding.id }}', '{{ finding.title }}']],
            empty: [['–', '–']],
          },
        ],
      },
    },
  ],
};

const asked = (report: MappedReport, request: MappedReport['request']): MappedReport => ({ ...report, request });

/** Words of 2,000 letters in narrow columns for every finding: takes minutes. */
const ENDLESS: PackTemplate = {
  content: [
    {
      forEach: 'report.findings',
      as: 'finding',
      content: Array.from({ length: 20 }, () => ({ columns: [{ width: 60, text: 'W'.repeat(2_000) }, { text: 'x' }] })),
      empty: ['none'],
    },
  ],
};

describe('the threads that make artifacts', () => {
  test('make one report after the other, and refuse reports beyond the limit of the queue', async () => {
    const { maker, report } = await makerOf(1, { queueMax: 1 });
    await maker.make(report);
    const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(maker, report)));
    expect(outcomes).toEqual(['made', 'made', 'queue_full: passing']);
  });

  test('do not block the event loop', async () => {
    const { maker, report } = await makerOf(3_000);
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 5);
    await maker.make(report);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(20);
  });

  test('report increasing progress, only to the report it belongs to', async () => {
    const { maker, report } = await makerOf(3_000);
    const told: number[] = [];
    await maker.make(report, (percent) => told.push(percent));
    await maker.make(report);
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
    expect(told[0]).toBe(1);
    expect(told.at(-1)).toBeLessThanOrEqual(93);
  });

  test('stop at the deadline of a report, and make the next one', async () => {
    const { maker, report } = await makerOf(3_000, { deadlineMs: 1 });
    for (const _ of [1, 2]) expect(await outcomeOf(maker, report)).toBe('deadline_exceeded: unforeseen');
  });

  test('make a standard report in parallel to endless templates, and another tenant’s template after one of them', async () => {
    const { maker, report } = await makerOf(20, {}, { deadlineMs: 3_000 });
    await maker.make(report);
    const ended: string[] = [];
    const make = async (name: string, tenant: string, template?: PackTemplate) => {
      const outcome = await outcomeOf(
        maker,
        asked(report, { ...report.request, tenant, ...(template && { template }) }),
      );
      ended.push(`${name} ${outcome}`);
    };
    await Promise.all([
      make('heavy1', 'acme', ENDLESS),
      make('heavy2', 'acme', ENDLESS),
      make('standard', 'acme'),
      // Its snapshots are acme's, so the error about a missing snapshot shows that it had its turn.
      make('other', 'globex', { content: ['x'] }),
    ]);
    expect(ended.filter((one) => !one.startsWith('standard'))).toEqual([
      'heavy1 deadline_exceeded: request',
      expect.stringMatching(/^other \w+_snapshot_lost: passing$/),
      'heavy2 deadline_exceeded: request',
    ]);
    // On a busy machine it may take longer than one deadline, but not longer than both.
    expect(ended.slice(0, 3)).toContain('standard made');
  }, 60_000);

  test('survive a thread that runs out of memory', async () => {
    const { maker, report, place } = await makerOf(3_000, {}, { heapMaxMiB: 64 });
    // A template lays out a whole report, so its memory grows with the findings; a retry would need as much.
    const laidOut = asked(report, { ...report.request, template: EVERY_FINDING });
    expect(await outcomeOf(maker, laidOut)).toBe('out_of_memory: request');
    const small = await placeMappedReport('pdf', { findings: 1 });
    onTestFinished(small.remove);
    for (const { sha256 } of [small.scoped.snapshot, small.mapped.snapshot]) {
      await place.artifacts.put('acme', await small.artifacts.get('acme', sha256), 'application/json');
    }
    const { request, scoped, mapped } = small;
    for (const template of [undefined, { content: ['x'] }])
      expect(await outcomeOf(maker, { request: { ...request, ...(template && { template }) }, scoped, mapped })).toBe(
        'made',
      );
  });

  test('return the reason why there is no artifact', async () => {
    const { maker, report, place } = await makerOf(1);
    const disagreeing = { ...report.mapped, counts: { ...report.mapped.counts, findings: 2 } };
    expect(await outcomeOf(maker, { ...report, mapped: disagreeing })).toBe('figures_disagree: operation');
    await place.artifacts.remove('acme', report.scoped.snapshot.sha256);
    expect(await outcomeOf(maker, report)).toBe('scope_snapshot_lost: passing');
  });

  test('end all work when they are closed', async () => {
    const { maker, report } = await makerOf(1);
    const outcomes = [1, 2].map(() => outcomeOf(maker, report));
    await maker.close();
    expect(await Promise.all(outcomes)).toEqual(['renderer_closed: passing', 'renderer_closed: passing']);
    expect(await outcomeOf(maker, report)).toBe('renderer_closed: passing');
  });
});
