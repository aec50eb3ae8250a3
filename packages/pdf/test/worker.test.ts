import { DEFAULT_RENDER_LIMITS, PdfError, renderPack, startRenderWorker } from '@evidence/pdf';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleReport } from './sample-report.js';

describe('a render worker', () => {
  let worker = startRenderWorker();
  afterEach(() => worker.close());

  const startWith = (limits: Partial<typeof DEFAULT_RENDER_LIMITS>) => {
    worker = startRenderWorker({ ...DEFAULT_RENDER_LIMITS, ...limits });
  };
  const codeOf = (render: Promise<unknown>) =>
    render.then(
      () => 'rendered',
      (error) => (error as PdfError).code,
    );

  it('gives the bytes that renderPack gives', async () => {
    startWith({});
    const report = sampleReport({ findings: 3 });
    expect(Buffer.compare(await worker.renderPack(report), await renderPack(report))).toBe(0);
  });

  it('renders one after the other and refuses what its queue cannot hold', async () => {
    startWith({ queueMax: 1 });
    const report = sampleReport({ findings: 1 });
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(worker.renderPack(report))));
    expect(codes).toEqual(['rendered', 'rendered', 'queue_full']);
  });

  it('leaves the event loop free', async () => {
    startWith({});
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 5);
    await worker.renderPack(sampleReport({ findings: 300 }));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(10);
  });

  it('stops a render at its deadline and goes on with the next', async () => {
    startWith({ deadlineMs: 1 });
    const renders = [1, 2].map(() => worker.renderPack(sampleReport({ findings: 500 })));
    for (const render of renders) {
      await expect(render).rejects.toMatchObject({ code: 'deadline_exceeded', facts: { deadlineMs: 1 } });
    }
  });

  it('survives a thread that runs out of memory', async () => {
    startWith({ heapMaxMiB: 64 });
    expect(await codeOf(worker.renderPack(sampleReport({ findings: 3_000 })))).toBe('worker_lost');
    expect(await codeOf(worker.renderPack(sampleReport({ findings: 1 })))).toBe('rendered');
  });

  it('passes a refusal of the thread on, code and facts', async () => {
    startWith({});
    const report = sampleReport({ findings: 1 });
    report.generated_at = 'no instant';
    await expect(worker.renderPack(report)).rejects.toMatchObject({ name: 'PdfError', code: 'render_failed' });
  });

  it('ends everything when it is closed', async () => {
    startWith({});
    const renders = [1, 2].map(() => codeOf(worker.renderPack(sampleReport({ findings: 1 }))));
    await worker.close();
    expect(await Promise.all(renders)).toEqual(['worker_closed', 'worker_closed']);
    expect(await codeOf(worker.renderPack(sampleReport({ findings: 1 })))).toBe('worker_closed');
  });
});
