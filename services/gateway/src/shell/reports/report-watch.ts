import { streamOf } from '@evidence/contracts';
import { EventStoreError } from '@evidence/event-store';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import { isUnderWay } from '@evidence/report';
import type { Caller } from '../../core/access/authenticate.js';
import { Problem, unavailable } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import {
  currentStage,
  isOver,
  noProgress,
  type ProgressNews,
  type ProgressStep,
  progressAfter,
} from '../../core/reports/report-progress.js';
import { type Stage, stageOf, statusOf } from '../../core/reports/report-record.js';
import type { ReportsView } from '../../ports.js';
import type { HeardProgress } from './heard-progress.js';
import type { Reports } from './reports.js';

/** Less than the 30 s after which some proxies close a silent connection. */
const HEARTBEAT_MS = 15_000;
/** A stream ends after this time, and the client continues with a new one, at any gateway. */
const STREAM_LIFE_MS = 5 * 60_000;
/** How often a watcher's token is checked again, so that a revocation is in force everywhere within a second. */
const ADMISSION_INTERVAL_MS = 500;
const WATCHERS_PER_TOKEN_MAX = 10;
/** Half of the connections that the server accepts. */
const WATCHERS_MAX = 500;
const RETRY_AFTER_S = 5;

export interface ReportWatchParts {
  readonly reports: Reports;
  readonly view: ReportsView;
  readonly store: EventLog;
  readonly heard: HeardProgress;
  readonly now: () => Date;
  readonly heartbeatMs?: number | undefined;
}

/** A client that waits for a report. */
export interface Watcher {
  readonly caller: Caller;
  /** Throws once the caller's token is no longer valid. */
  readonly admitAgain: () => void;
  /** Aborts when the client disconnects. */
  readonly gone: AbortSignal;
}

/** The use cases: wait for a report, and follow its progress. A wait ends on `close`, and as soon as the caller's token is no longer valid. */
export class ReportWatch {
  readonly #closing = new AbortController();
  readonly #watchers = new Map<string, number>();

  constructor(private readonly parts: ReportWatchParts) {}

  close(): void {
    this.#closing.abort();
  }

  /** Waits until the report is finished, for `waitS` seconds at most. Returns false if it did not wait, because too many clients already do. */
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
   * The report's steps after revision `after`, and between them the progress of the current stage. From time to time yields an empty list as a
   * heartbeat. Ends after the last step. Undefined: there will be no more steps. Throws `report_not_found`, `too_many_streams`, `unavailable`.
   */
  async follow(
    watcher: Watcher,
    reportId: string,
    after: bigint | undefined,
  ): Promise<AsyncIterable<readonly ProgressNews[]> | undefined> {
    const { reports, store } = this.parts;
    const { caller, gone } = watcher;
    reports.find(caller, reportId);
    const excess = this.#excess(caller);
    if (excess) throw excess;
    gone.addEventListener('abort', this.#enter(caller), { once: true });
    const steps = new StepReader(store, reportId, after);
    const past = await steps.read();
    return past.length === 0 && steps.over ? undefined : this.#news(watcher, reportId, past, steps);
  }

  async *#news(
    watcher: Watcher,
    reportId: string,
    past: readonly ProgressStep[],
    steps: StepReader,
  ): AsyncGenerator<readonly ProgressNews[]> {
    const { view, heard, reports, heartbeatMs = HEARTBEAT_MS } = this.parts;
    const { caller } = watcher;
    const about = { tenant: caller.tenant, reportId };
    const end = this.#endOf(watcher, STREAM_LIFE_MS);
    const percents = this.#percents(about);
    let turn = deadlineOf(heartbeatMs, end.signal);
    let isStep = true;
    try {
      if (past.length > 0) yield past;
      while (!steps.over && !end.signal.aborted) {
        turn.clear();
        turn = deadlineOf(heartbeatMs, end.signal);
        const { signal } = turn;
        const step = view.changed(reportId, signal);
        const changed = Promise.race([step, heard.changed(about, signal).then((more) => more && 'percent')]);
        // So that the log is not read for every percentage.
        const isRead = isStep || stageOf(reports.find(caller, reportId)) !== steps.stage;
        const fresh = isRead ? await steps.readIfThere() : [];
        if (!isAdmitted(watcher)) break;
        const news = [...fresh, ...(steps.over ? [] : percents.of(steps.stage))];
        isStep = true;
        if (news.length > 0) yield news;
        else {
          const why = await changed;
          isStep = why !== 'percent';
          if (why === false && !end.signal.aborted) yield [];
        }
      }
    } finally {
      turn.clear();
      end.clear();
    }
  }

  /** Returns the progress of a stage if it is more than was returned before. */
  #percents(about: { readonly tenant: string; readonly reportId: string }) {
    const { heard, view, now } = this.parts;
    let told: { readonly stage: Stage; readonly percent: number } | undefined;
    return {
      of(stage: Stage | undefined): readonly ProgressNews[] {
        const record = view.find(about.tenant, about.reportId);
        if (!stage || !record) return [];
        const percent = heard.percentOf(about, stage);
        if (percent <= (told?.stage === stage ? told.percent : 0)) return [];
        told = { stage, percent };
        const status = statusOf(record);
        return [{ progress: { id: about.reportId, status, stage, percent, at: now().toISOString() } }];
      },
    };
  }

  /** Aborts after `afterMs`, or when the client disconnects, its token is no longer valid, or the gateway closes. */
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
    if (all >= WATCHERS_MAX) return unavailable(sentences.tooManyFollowers);
    if ((this.#watchers.get(tokenId) ?? 0) < WATCHERS_PER_TOKEN_MAX) return undefined;
    const message = sentences.tooManyStreams(WATCHERS_PER_TOKEN_MAX);
    return new Problem('too_many_streams', message, { limit: WATCHERS_PER_TOKEN_MAX }, RETRY_AFTER_S);
  }

  /** Counts the watch, and returns the function that ends it. */
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
    private readonly store: EventLog,
    private readonly reportId: string,
    private readonly after: bigint | undefined,
  ) {}

  get over(): boolean {
    return isOver(this.#soFar);
  }

  get stage(): Stage | undefined {
    return currentStage(this.#soFar);
  }

  /**
   * The steps since the last read and after `after`. Unreadable events are skipped, so that the end of the report is still reported. Stops when the
   * report is finished, because no steps follow.
   */
  async read(): Promise<readonly ProgressStep[]> {
    const known = this.#soFar.steps.length;
    if (this.over) return [];
    for await (const event of historyOf(this.store, 'report', streamOf.report(this.reportId), {
      from: this.#next,
      onUnreadable: ({ revision }) => {
        this.#next = revision + 1n;
      },
    })) {
      this.#soFar = progressAfter(this.#soFar, event, event);
      this.#next = event.revision + 1n;
      if (this.over) break;
    }
    return this.#soFar.steps.slice(known).filter(({ revision }) => this.after === undefined || revision > this.after);
  }

  /** As `read`, but returns no steps while the store is unavailable. It is asked again when the report changes, or at the next heartbeat. */
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

/** A signal that aborts with any of `signals`, after `afterMs`, or when it is cleared. */
function deadlineOf(afterMs: number, ...signals: readonly AbortSignal[]) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), afterMs);
  return {
    signal: AbortSignal.any([late.signal, ...signals]),
    clear: () => {
      clearTimeout(timer);
      late.abort();
    },
  };
}
