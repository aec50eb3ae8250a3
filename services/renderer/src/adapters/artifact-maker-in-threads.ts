import { availableParallelism } from 'node:os';
import { activeTrace, type TraceCarrier } from '@evidence/runtime/trace';
import { Piscina } from 'piscina';
import { FairTurns } from '../core/fair-turns.js';
import {
  type ArtifactMaker,
  type Fault,
  type MadeArtifact,
  type MappedReport,
  NoArtifact,
  type Tell,
} from '../ports.js';

/** The input of a thread: the report, and the trace that its rendering belongs to. */
export interface ThreadTask {
  readonly report: MappedReport;
  readonly trace: TraceCarrier;
}

/** The output of a thread. */
export type ThreadAnswer =
  | { readonly made: MadeArtifact }
  | { readonly fault: Fault; readonly code: string; readonly message: string };

/** What the thread sends in the meantime. */
export interface ThreadProgress {
  readonly reportId: string;
  readonly percent: number;
}

export interface ThreadLimits {
  readonly threads: number;
  /** Reports that may wait while all threads work. */
  readonly queueMax: number;
  /** Time limit of one report, from the start of its turn. */
  readonly deadlineMs: number;
  /** Heap limit of a thread; beyond it the thread dies, and another is started. */
  readonly heapMaxMiB: number;
}

/** One pool for reports in our layout, one for those with a tenant's own template. */
export interface Pools {
  readonly standard: ThreadLimits;
  readonly template: ThreadLimits;
}

/**
 * The cost of a template is not known beforehand: 30 s and 2 GB at both limits of its expansion (`budget.ts` in `@evidence/template`), and much
 * longer for a word of 10,000 letters in a narrow column. A report at the end of the queue is still done before its handler times out.
 */
export const DEFAULT_POOLS: Pools = {
  standard: {
    threads: Math.min(2, availableParallelism()),
    queueMax: 32,
    deadlineMs: 180_000,
    heapMaxMiB: 4_096,
  },
  template: { threads: 1, queueMax: 8, deadlineMs: 60_000, heapMaxMiB: 2_560 },
};

/** With less, the pack of 50,000 findings spends a quarter of its time on garbage; with more, garbage piles up. */
const YOUNG_GENERATION_MAX_MIB = 32;

/**
 * Two pools of threads, so that a template, however expensive, does not delay standard reports; in each, tenants take turns. The service stays
 * responsive while they work. `threadFile` is a module whose default export makes one artifact; `data` is its `workerData`.
 */
export function artifactMakerInThreads(threadFile: URL, data: unknown, pools: Pools = DEFAULT_POOLS): ArtifactMaker {
  const standard = openPool(threadFile, data, pools.standard);
  // Started with the first template: many installations never have one, and a thread takes memory.
  let template: ArtifactMaker | undefined;
  let isClosed = false;
  return {
    async make(report, tell) {
      if (isClosed) throw closed();
      if (!report.request.template) return standard.make(report, tell);
      template ??= openPool(threadFile, data, pools.template);
      return template.make(report, tell);
    },
    async close() {
      isClosed = true;
      await Promise.all([standard.close(), template?.close()]);
    },
  };
}

/**
 * Piscina, a pool by Node.js maintainers with limits and cancellation, keeps the threads, so that fonts and layout code are loaded once. Reports wait
 * outside of it, because piscina does not know tenants.
 */
function openPool(threadFile: URL, data: unknown, limits: ThreadLimits): ArtifactMaker {
  const pool = new Piscina<ThreadTask, ThreadAnswer>({
    filename: threadFile.href,
    workerData: data,
    minThreads: limits.threads,
    maxThreads: limits.threads,
    // A thread that sleeps in Atomics.wait between two reports would not serve its files and sockets.
    atomics: 'disabled',
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMaxMiB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MAX_MIB },
  });
  const turns = new FairTurns<{ begin(): void; abandon(error: Error): void }>(limits.threads);
  const listeners = new Map<string, Tell>();
  pool.on('message', ({ reportId, percent }: ThreadProgress) => listeners.get(reportId)?.(percent));
  // When a thread runs out of memory between two reports, piscina starts another; without a listener, the error would end the process.
  pool.on('error', () => undefined);
  let isClosed = false;

  /** Resolves once the report has a thread; `turns.end` returns it. */
  const itsTurn = (tenant: string): Promise<void> =>
    new Promise((begin, abandon) => {
      turns.add(tenant, { begin, abandon });
      turns.next()?.begin();
    });

  async function inThread(report: MappedReport, tell: Tell | undefined): Promise<MadeArtifact> {
    if (isClosed) throw closed();
    const signal = AbortSignal.timeout(limits.deadlineMs);
    const { reportId } = report.request;
    if (tell) listeners.set(reportId, tell);
    const answer = await pool
      .run({ report, trace: activeTrace() }, { signal })
      .catch((cause: Error) => {
        throw isClosed ? closed() : lost(cause, limits, report);
      })
      .finally(() => listeners.delete(reportId));
    if ('made' in answer) return answer.made;
    throw new NoArtifact(answer.fault, answer.code, answer.message);
  }

  return {
    async make(report, tell) {
      if (isClosed) throw closed();
      if (turns.length >= limits.queueMax) throw queueFull(limits);
      const { tenant } = report.request;
      await itsTurn(tenant);
      try {
        return await inThread(report, tell);
      } finally {
        turns.end(tenant);
        turns.next()?.begin();
      }
    },
    async close() {
      isClosed = true;
      for (const { abandon } of turns.clear()) abandon(closed());
      await pool.destroy();
    },
  };
}

const closed = () =>
  new NoArtifact('passing', 'renderer_closed', 'The renderer is stopping: another one will make the report.');

const queueFull = ({ queueMax }: ThreadLimits) =>
  new NoArtifact('passing', 'queue_full', `${queueMax} reports are already waiting: try again later.`);

/** A template may take forever, or all memory, each time; our own layout does not. */
function lost(cause: Error, { deadlineMs, heapMaxMiB }: ThreadLimits, { request }: MappedReport): NoArtifact {
  const [fault, advice] = request.template
    ? (['request', ' Give the texts of its template more room, or show less.'] as const)
    : (['unforeseen', ''] as const);
  if (cause.name === 'AbortError')
    return new NoArtifact(fault, 'deadline_exceeded', `The report took longer than ${deadlineMs} ms to make.${advice}`);
  if ((cause as { readonly code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new NoArtifact(fault, 'out_of_memory', `The report took more than ${heapMaxMiB} MiB to make.${advice}`);
  return new NoArtifact('unforeseen', 'thread_lost', `The thread that made the report died: ${cause.message}`);
}
