import { type EventMetadata, type ReportEvent, streamOf } from '@evidence/contracts';
import { type EventStore, EventStoreError } from '@evidence/event-store';
import { isUnderWay } from '@evidence/report';
import type { Caller } from '../core/authenticate.js';
import { Problem, unavailable } from '../core/problem.js';
import { isOver, noProgress, type ProgressStep, progressAfter, sentEventOf } from '../core/report-progress.js';
import type { ReportsView } from '../ports.js';
import type { Reports } from './reports.js';

/** Less than the 30 s after which impatient proxies take a silent connection for dead. */
const HEARTBEAT_MS = 15_000;
/** A stream ends after so long and the client goes on with another, at whatever gateway. */
const STREAM_LIFE_MS = 5 * 60_000;
/** How often a watcher's token is judged again: a revocation is in force everywhere within a second. */
const ADMISSION_INTERVAL_MS = 500;
const RECONNECT_AFTER_MS = 1_000;
const WATCHERS_PER_TOKEN_MAX = 10;
/** Half of the connections that the server takes. */
const WATCHERS_MAX = 500;
const RETRY_AFTER_S = 5;

export interface ReportWatchParts {
  readonly reports: Reports;
  readonly view: ReportsView;
  readonly store: EventStore;
  readonly heartbeatMs?: number | undefined;
}

/** Who waits for a report. */
export interface Watcher {
  readonly caller: Caller;
  /** Throws once the caller is no longer let in. */
  readonly admitAgain: () => void;
  /** Aborts when the client leaves. */
  readonly gone: AbortSignal;
}

/** Following reports while they are made. Everybody who waits is let go by `close`, and as soon as their token is no longer good. */
export class ReportWatch {
  readonly #closing = new AbortController();
  readonly #watchers = new Map<string, number>();

  constructor(private readonly parts: ReportWatchParts) {}

  close(): void {
    this.#closing.abort();
  }

  /** Waits until the report is no longer under way, `waitS` at most. False: not waited, for too many do already. */
  async untilSettled(watcher: Watcher, reportId: string, waitS: number): Promise<boolean> {
    const { reports, view } = this.parts;
    const { caller } = watcher;
    if (this.#excess(caller)) return false;
    const leave = this.#enter(caller);
    const end = this.#endOf(watcher, waitS * 1000);
    try {
      for (;;) {
        const changed = view.changed(reportId, end.signal);
        if (!isUnderWay(reports.find(caller, reportId).life) || !(await changed)) return true;
      }
    } finally {
      end.clear();
      leave();
    }
  }

  /**
   * The report's steps behind revision `after` as server-sent events, with heartbeats between them; ends after the last step.
   * Undefined: there will be no more. Throws `report_not_found`, `too_many_streams`, `unavailable`.
   */
  async follow(
    watcher: Watcher,
    reportId: string,
    after: bigint | undefined,
  ): Promise<AsyncIterable<string> | undefined> {
    const { reports, store } = this.parts;
    const { caller, gone } = watcher;
    reports.find(caller, reportId);
    const excess = this.#excess(caller);
    if (excess) throw excess;
    gone.addEventListener('abort', this.#enter(caller), { once: true });
    const steps = new StepReader(store, reportId, after);
    const past = await steps.read();
    return past.length === 0 && steps.over ? undefined : this.#sentEvents(watcher, reportId, past, steps);
  }

  async *#sentEvents(watcher: Watcher, reportId: string, past: readonly ProgressStep[], steps: StepReader) {
    const { view, heartbeatMs = HEARTBEAT_MS } = this.parts;
    const end = this.#endOf(watcher, STREAM_LIFE_MS);
    try {
      yield `retry: ${RECONNECT_AFTER_MS}\n\n${past.map(sentEventOf).join('')}`;
      while (!steps.over && !end.signal.aborted) {
        const heartbeat = deadlineOf(heartbeatMs, end.signal);
        const changed = view.changed(reportId, heartbeat.signal);
        const fresh = await steps.readIfThere();
        if (!isAdmitted(watcher)) break;
        if (fresh.length > 0) yield fresh.map(sentEventOf).join('');
        else if (!(await changed) && !end.signal.aborted) yield ': still there\n\n';
        heartbeat.clear();
      }
    } finally {
      end.clear();
    }
  }

  /** Aborts after so long, and at once when the client leaves, is no longer let in, or the gateway ends. */
  #endOf(watcher: Watcher, afterMs: number) {
    const refused = new AbortController();
    const timer = setInterval(() => {
      if (!isAdmitted(watcher)) refused.abort();
    }, ADMISSION_INTERVAL_MS);
    const end = deadlineOf(afterMs, watcher.gone, this.#closing.signal, refused.signal);
    return {
      signal: end.signal,
      clear: () => {
        clearInterval(timer);
        end.clear();
      },
    };
  }

  #excess({ tokenId }: Caller): Problem | undefined {
    const all = [...this.#watchers.values()].reduce((sum, count) => sum + count, 0);
    if (all >= WATCHERS_MAX) return unavailable('Too many clients follow reports now; try again, or poll.');
    if ((this.#watchers.get(tokenId) ?? 0) < WATCHERS_PER_TOKEN_MAX) return undefined;
    const message = `This token follows ${WATCHERS_PER_TOKEN_MAX} reports already: end one of the streams, or poll.`;
    return new Problem(
      'too_many_streams',
      message,
      { limit: WATCHERS_PER_TOKEN_MAX },
      { 'retry-after': `${RETRY_AFTER_S}` },
    );
  }

  /** Answers how to leave. */
  #enter({ tokenId }: Caller): () => void {
    this.#watchers.set(tokenId, (this.#watchers.get(tokenId) ?? 0) + 1);
    return () => {
      const rest = (this.#watchers.get(tokenId) ?? 1) - 1;
      if (rest === 0) this.#watchers.delete(tokenId);
      else this.#watchers.set(tokenId, rest);
    };
  }
}

/** Reads a report's stream from where it was last read. */
class StepReader {
  #soFar = noProgress;
  #next = 0n;

  constructor(
    private readonly store: EventStore,
    private readonly reportId: string,
    private readonly after: bigint | undefined,
  ) {}

  get over(): boolean {
    return isOver(this.#soFar);
  }

  /** The steps since the last time, behind `after`. Stops at the end of the report's making: what comes later is no step. */
  async read(): Promise<readonly ProgressStep[]> {
    const known = this.#soFar.steps.length;
    if (this.over) return [];
    for await (const { type, data, revision, metadata } of this.store.readStream(streamOf.report(this.reportId), {
      from: this.#next,
    })) {
      const about = { revision, metadata: metadata as EventMetadata };
      this.#soFar = progressAfter(this.#soFar, { type, data } as ReportEvent, about);
      this.#next = revision + 1n;
      if (this.over) break;
    }
    return this.#soFar.steps.slice(known).filter(({ revision }) => this.after === undefined || revision > this.after);
  }

  /** None while the store is away: it is asked again when the report changes, or with the next heartbeat. */
  async readIfThere(): Promise<readonly ProgressStep[]> {
    try {
      return await this.read();
    } catch (error) {
      if (error instanceof EventStoreError && error.code === 'unavailable') return [];
      throw error;
    }
  }
}

function isAdmitted({ admitAgain }: Watcher): boolean {
  try {
    admitAgain();
    return true;
  } catch {
    return false;
  }
}

/** A signal that aborts with any of `signals`, and after so long. */
function deadlineOf(afterMs: number, ...signals: readonly AbortSignal[]) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), afterMs);
  return { signal: AbortSignal.any([late.signal, ...signals]), clear: () => clearTimeout(timer) };
}
