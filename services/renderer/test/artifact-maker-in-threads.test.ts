import { describe, expect, it, onTestFinished } from 'vitest';
import {
  artifactMakerInThreads,
  DEFAULT_THREAD_LIMITS,
  type ThreadLimits,
} from '../src/adapters/artifact-maker-in-threads.js';
import type { ArtifactMaker, MappedReport, NoArtifact } from '../src/ports.js';
import type { RenderThreadData } from '../src/shell/render-thread.js';
import { placeMappedReport, THREAD_FILE } from './mapped-report.js';

const startedAt = new Date('2026-05-22T10:35:01Z');

async function makerOf(findings: number, limits: Partial<ThreadLimits> = {}) {
  const place = await placeMappedReport('pdf', { findings });
  const data: RenderThreadData = { config: place.config, startedAt };
  const maker = artifactMakerInThreads(THREAD_FILE, data, { ...DEFAULT_THREAD_LIMITS, threads: 1, ...limits });
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

describe('the threads that make artifacts', () => {
  it('work one after the other and refuse what their queue cannot hold', async () => {
    const { maker, report } = await makerOf(1, { queueMax: 1 });
    await maker.make(report);
    const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(maker, report)));
    expect(outcomes).toEqual(['made', 'made', 'queue_full: passing']);
  });

  it('leave the event loop free', async () => {
    const { maker, report } = await makerOf(3_000);
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 5);
    await maker.make(report);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(20);
  });

  it('stop at the deadline of a report, and make the next one', async () => {
    const { maker, report } = await makerOf(3_000, { deadlineMs: 1 });
    for (const _ of [1, 2]) expect(await outcomeOf(maker, report)).toBe('deadline_exceeded: unforeseen');
    const laidOut = { ...report, request: { ...report.request, template: { content: ['x'] } } };
    expect(await outcomeOf(maker, laidOut)).toBe('deadline_exceeded: request');
  });

  it('survive that one of them runs out of memory', async () => {
    const { maker, report, place } = await makerOf(40_000, { heapMaxMiB: 64 });
    expect(await outcomeOf(maker, report)).toBe('thread_lost: unforeseen');
    const small = await placeMappedReport('pdf', { findings: 1 });
    onTestFinished(small.remove);
    for (const { sha256 } of [small.scoped.snapshot, small.mapped.snapshot]) {
      await place.artifacts.put('acme', await small.artifacts.get('acme', sha256), 'application/json');
    }
    const { request, scoped, mapped } = small;
    expect(await outcomeOf(maker, { request, scoped, mapped })).toBe('made');
  });

  it('pass on why there is no artifact', async () => {
    const { maker, report, place } = await makerOf(1);
    const disagreeing = { ...report.mapped, counts: { ...report.mapped.counts, findings: 2 } };
    expect(await outcomeOf(maker, { ...report, mapped: disagreeing })).toBe('figures_disagree: operation');
    await place.artifacts.remove('acme', report.scoped.snapshot.sha256);
    expect(await outcomeOf(maker, report)).toBe('not_found: operation');
  });

  it('end everything when they are closed', async () => {
    const { maker, report } = await makerOf(1);
    const outcomes = [1, 2].map(() => outcomeOf(maker, report));
    await maker.close();
    expect(await Promise.all(outcomes)).toEqual(['renderer_closed: passing', 'renderer_closed: passing']);
    expect(await outcomeOf(maker, report)).toBe('renderer_closed: passing');
  });
});
