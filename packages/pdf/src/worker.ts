import { Worker } from 'node:worker_threads';
import type { EvidenceReport } from '@evidence/contracts';
import { PdfError, type PdfErrorCode } from './pdf-error.js';

export interface RenderLimits {
  /** Renders that may wait while one runs. */
  readonly queueMax: number;
  /** From the start of one render to its end, without the time in the queue. */
  readonly deadlineMs: number;
  /** Heap of the thread; beyond it the thread dies and the caller gets `worker_lost`. */
  readonly heapMaxMiB: number;
}

/** Enough for 25,000 findings with thirty refs each: 3 GB, 132 s of processor time (2026-11). */
export const DEFAULT_RENDER_LIMITS: RenderLimits = { queueMax: 32, deadlineMs: 180_000, heapMaxMiB: 4_096 };

export interface RenderWorker {
  /**
   * `renderPack` on the worker's thread, in the order of the calls; the caller's event loop stays free.
   * Rejects with `PdfError`: its codes say when to try again.
   */
  renderPack(report: EvidenceReport): Promise<Uint8Array>;
  /** Stops the thread. Renders that run or wait end with `worker_closed`. */
  close(): Promise<void>;
}

/** What the thread answers to a report. */
export type ThreadAnswer =
  | { readonly pdf: Uint8Array<ArrayBuffer> }
  | { readonly code: PdfErrorCode; readonly message: string; readonly facts: Readonly<Record<string, unknown>> };

interface Job {
  readonly report: EvidenceReport;
  readonly resolve: (pdf: Uint8Array) => void;
  readonly reject: (error: PdfError) => void;
}

/**
 * One thread, started with the first render and kept warm, so that fonts and layout code are loaded once. After a
 * deadline or a crash the next render starts a new one. An idle worker does not keep the process alive.
 */
export const startRenderWorker = (limits: RenderLimits = DEFAULT_RENDER_LIMITS): RenderWorker =>
  new WarmRenderWorker(limits);

class WarmRenderWorker implements RenderWorker {
  readonly #limits: RenderLimits;
  readonly #waiting: Job[] = [];
  #thread: Worker | undefined;
  #running: { readonly job: Job; readonly deadline: NodeJS.Timeout } | undefined;
  #closed = false;

  constructor(limits: RenderLimits) {
    this.#limits = limits;
  }

  renderPack(report: EvidenceReport): Promise<Uint8Array> {
    const { queueMax } = this.#limits;
    const waiting = this.#waiting.length;
    if (this.#closed) return Promise.reject(closedError());
    if (waiting >= queueMax) {
      const facts = { waiting, limit: queueMax };
      return Promise.reject(new PdfError('queue_full', `${waiting} renders wait already: try again later.`, facts));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ report, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.reject(closedError());
    const thread = this.#thread;
    this.#thread = undefined;
    this.#finish((job) => job.reject(closedError()));
    await thread?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#thread?.unref();
      return;
    }
    this.#thread ??= this.#startThread();
    this.#thread.ref();
    this.#running = { job, deadline: setTimeout(() => this.#exceedDeadline(), this.#limits.deadlineMs) };
    this.#thread.postMessage(job.report);
  }

  #startThread(): Worker {
    const thread = new Worker(new URL('./render-thread.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heapMaxMiB },
    });
    thread.on('message', (answer: ThreadAnswer) => {
      if (thread === this.#thread) this.#finish((job) => settle(job, answer));
    });
    thread.on('error', (cause) => {
      const message = `The render thread died: ${(cause as Error).message}`;
      if (thread === this.#thread) this.#lose(new PdfError('worker_lost', message, {}, { cause }));
    });
    return thread;
  }

  #finish(end: (job: Job) => void): void {
    if (this.#running === undefined) return;
    const { job, deadline } = this.#running;
    clearTimeout(deadline);
    this.#running = undefined;
    end(job);
    this.#next();
  }

  /** The layout is synchronous: a thread that is late can only be stopped, not asked to end. */
  #exceedDeadline(): void {
    const { deadlineMs } = this.#limits;
    const message = `The render took longer than ${deadlineMs} ms and was stopped.`;
    this.#lose(new PdfError('deadline_exceeded', message, { deadlineMs }));
  }

  #lose(error: PdfError): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
    this.#finish((job) => job.reject(error));
  }
}

const settle = (job: Job, answer: ThreadAnswer): void =>
  'pdf' in answer ? job.resolve(answer.pdf) : job.reject(new PdfError(answer.code, answer.message, answer.facts));

const closedError = () => new PdfError('worker_closed', 'The render worker was closed: start a new one.');
