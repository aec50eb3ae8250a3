import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { type ArtifactMaker, type Fault, type MadeArtifact, type MappedReport, NoArtifact } from '../ports.js';

/** What the thread answers to a report. */
export type ThreadAnswer =
  | { readonly made: MadeArtifact }
  | { readonly fault: Fault; readonly code: string; readonly message: string };

export interface ThreadLimits {
  readonly threads: number;
  /** Reports that may wait while all threads work. */
  readonly queueMax: number;
  /** For one report, its time in the queue included. */
  readonly deadlineMs: number;
  /** Heap of a thread; beyond it the thread dies, and another is started. */
  readonly heapMaxMiB: number;
}

export const DEFAULT_THREAD_LIMITS: ThreadLimits = {
  threads: Math.min(2, availableParallelism()),
  queueMax: 32,
  deadlineMs: 180_000,
  heapMaxMiB: 4_096,
};

/** More would only let garbage pile up: with V8's default the pack of 50,000 findings takes half as much memory again. */
const YOUNG_GENERATION_MAX_MIB = 12;

/**
 * Threads that are started with the service and kept warm, so that fonts and layout code are loaded once and the service
 * answers while they work. `threadFile` is a module whose default export makes one artifact; `data` is its `workerData`.
 *
 * Piscina keeps the threads: a pool by people of Node's own project, with limits and cancellation.
 */
export function artifactMakerInThreads(
  threadFile: URL,
  data: unknown,
  limits: ThreadLimits = DEFAULT_THREAD_LIMITS,
): ArtifactMaker {
  const pool = new Piscina<MappedReport, ThreadAnswer>({
    filename: threadFile.href,
    workerData: data,
    minThreads: limits.threads,
    maxThreads: limits.threads,
    // A thread that sleeps in Atomics.wait between two reports would not hear from its files and sockets.
    atomics: 'disabled',
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMaxMiB, maxYoungGenerationSizeMb: YOUNG_GENERATION_MAX_MIB },
  });
  let isClosed = false;
  return {
    async make(report) {
      if (isClosed) throw closed();
      // Piscina 5.3.2 does not hold tasks with a signal to its `maxQueue` (seen 2026-11).
      if (pool.queueSize >= limits.queueMax) throw queueFull(limits);
      const signal = AbortSignal.timeout(limits.deadlineMs);
      const answer = await pool.run(report, { signal }).catch((cause: Error) => {
        throw isClosed ? closed() : lost(cause, limits, report);
      });
      if ('made' in answer) return answer.made;
      throw new NoArtifact(answer.fault, answer.code, answer.message);
    },
    async close() {
      isClosed = true;
      await pool.destroy();
    },
  };
}

const closed = () => new NoArtifact('passing', 'renderer_closed', 'The renderer stops: another one makes the report.');

const queueFull = ({ queueMax }: ThreadLimits) =>
  new NoArtifact('passing', 'queue_full', `${queueMax} reports wait already: try again later.`);

function lost({ name, message }: Error, { deadlineMs }: ThreadLimits, { request }: MappedReport): NoArtifact {
  if (name === 'AbortError') {
    // A layout of the tenant's own may take for ever (a word of 10,000 letters in a narrow column); ours does not.
    const [fault, advice] = request.template
      ? (['request', 'Give its texts more room, or show less.'] as const)
      : (['unforeseen', ''] as const);
    const sentence = `The report took longer than ${deadlineMs} ms to make. ${advice}`;
    return new NoArtifact(fault, 'deadline_exceeded', sentence.trimEnd());
  }
  return new NoArtifact('unforeseen', 'thread_lost', `The thread that made the report died: ${message}`);
}
