import { flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { makeArtifact } from '@evidence/rendering';
import { contextOf, inSpan, startTracing } from '@evidence/runtime/trace';
import { workerData } from 'piscina';
import type { ThreadAnswer, ThreadProgress, ThreadTask } from '../adapters/artifact-maker-in-threads.js';
import type { RendererConfig } from './config.js';
import { noArtifactFor } from './fault.js';
import { openParts } from './open-parts.js';

export interface RenderThreadData {
  readonly config: RendererConfig;
  readonly startedAt: Date;
}

// The thread's side of artifact-maker-in-threads.ts. It opens its own artifact store and keys, so that nothing large is
// transferred: a report's events in, the names of two blobs out.
const { config, startedAt } = workerData as RenderThreadData;
const opening = openParts(config, startedAt);
// The first render reports the error.
opening.catch(() => {});
// OpenTelemetry keeps its state per thread. The rest is sent after each report, because a thread is terminated without notice.
const tracing = await startTracing({ service: 'renderer', env: process.env });
// Each thread has its own cache, see runProcess: otherwise the service waits for it when it terminates its threads.
flushCompileCache();

/** How often a thread reports progress: each message takes the time of two threads, and the service publishes fewer of them. */
const TELL_INTERVAL_MS = 100;

/** `tell`, called at most once in the interval. */
function seldom(tell: (percent: number) => void): (percent: number) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (percent) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < TELL_INTERVAL_MS) return;
    toldAtMs = nowMs;
    tell(percent);
  };
}

/** An error is transferred as data, because its class and code would be lost. */
export default async function render({ report, trace }: ThreadTask): Promise<ThreadAnswer> {
  try {
    const { reportId } = report.request;
    const tell = seldom((percent) => parentPort?.postMessage({ reportId, percent } satisfies ThreadProgress));
    const { raising, ...base } = await opening;
    const parts = raising && report.level !== 'B-B' ? { ...base, raising } : base;
    const { format } = report.request;
    const options = { parent: contextOf(trace), attributes: { 'evidence.artifact.format': format } };
    return { made: await inSpan('render report', options, () => makeArtifact(parts, report, tell)) };
  } catch (error) {
    const { fault, code, message } = noArtifactFor(error, config.raising?.outage ?? 'delay');
    return { fault, code, message };
  } finally {
    void tracing.flush();
  }
}
