import type { Waiting } from '@evidence/bus';
import { derivedEventId, type Position } from '@evidence/event-store';
import { type EventLog, HistoryUnreadableError, type LogEvent } from '@evidence/event-store/log';
import { failReport } from '@evidence/report';
import {
  becauseUnreadable,
  type Cause,
  decideOnReport,
  failOnReport,
  type ReportSoFar,
  type ReportWriter,
  readReport,
} from '@evidence/report/stage';
import { type Logger, remember } from '@evidence/runtime';
import { activeTrace, contextOf, inSpan } from '@evidence/runtime/trace';
import { scoping } from '../core/decider.js';
import { LANES, type Lane, nextTurn, type StartedReport } from '../core/turns.js';
import type { ReportLine, WaitingReport } from '../ports.js';

/** A regular check without a trigger, for reports that were set aside, or after another instance has crashed. */
const LOOK_EVERY_MS = 1_000;
/** A report that cannot be started is skipped for a while, longer each time, so that it never delays the others. */
const RETRY_FIRST_MS = 5_000;
const RETRY_MAX_MS = 60_000;
/** If the store is down, every report fails, so a round ends after this many failures. */
const FAILURES_PER_ROUND_MAX = 3;
/** How many set-aside and postponed reports are remembered. Beyond that, the oldest is forgotten, and counts as in progress or is retried. */
const REMEMBERED_MAX = 10_000;
/** How many requests are kept in memory until their turn comes. */
const REQUESTS_MAX = 100;

export interface TurnParts {
  readonly store: EventLog;
  readonly line: ReportLine;
  /** Resolves when `line` has everything up to a position. */
  readonly reached: (position: Position) => Promise<void>;
  /** How many reports of a lane are in progress at once, see `nextTurn`. */
  readonly slots: Readonly<Record<Lane, number>>;
  /**
   * Continues a report that was just started, without waiting for the message of its start from the bus. The message arrives anyway, and does the
   * work if this fails.
   */
  readonly begin: (cause: Cause, report: ReportSoFar) => Promise<void>;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'debug'>;
}

/**
 * Starts reports, each in its turn. Waiting and started reports are known from the log, not from messages, so a flood of messages overtakes
 * nobody, and losing a message loses nothing. Two instances may choose the same report; the store lets only one start it, and the work that
 * follows comes from that event.
 */
export class Turns {
  readonly #setAside = new Map<string, number>();
  readonly #postponed = new Map<string, { readonly retryAtMs: number; readonly delayMs: number }>();
  readonly #requests = new Map<string, LogEvent<'ReportRequested'>>();
  readonly #begun = new Set<Promise<void>>();
  #round: Promise<void> | undefined;
  #isWoken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: TurnParts) {}

  /** Call it after `line` has caught up with the log. */
  begin(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY_MS);
    this.wake();
  }

  /** Keeps a request that was just read from the log, which saves reading it again when its report is started. */
  remember(request: LogEvent<'ReportRequested'>): void {
    remember(this.#requests, request.data.reportId, request, REQUESTS_MAX);
  }

  /** Starts no more reports, and waits for those that are being started. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#round;
    await Promise.all(this.#begun);
  }

  /** Checks whether a report can be started. */
  wake(): void {
    this.#isWoken = true;
    if (this.#timer === undefined || this.#round) return;
    this.#round = this.#rounds().finally(() => {
      this.#round = undefined;
    });
  }

  /** A stage has set a report aside: until it continues, another report may have its slot. */
  readonly hearWaiting = ({ reportId, forMs }: Waiting): void => {
    remember(this.#setAside, reportId, this.parts.now().getTime() + forMs, REMEMBERED_MAX);
    this.wake();
  };

  async #rounds(): Promise<void> {
    while (this.#isWoken) {
      this.#isWoken = false;
      await this.#giveTurns().catch((error: unknown) =>
        this.parts.logger.warn({ err: error }, 'no report can be started now; retrying'),
      );
    }
  }

  async #giveTurns(): Promise<void> {
    for (let failures = 0; this.#timer !== undefined && failures < FAILURES_PER_ROUND_MAX; ) {
      const report = this.#next();
      if (!report) return;
      const started = await this.#start(report).catch((error: unknown) => {
        failures += 1;
        return this.#fail(report, error);
      });
      // The next check must see this start.
      await this.parts.reached(started ?? (await this.parts.store.head()) ?? 0n);
    }
  }

  #next(): WaitingReport | undefined {
    const { line, slots, now } = this.parts;
    const nowMs = now().getTime();
    for (const [reportId, untilMs] of this.#setAside) if (untilMs <= nowMs) this.#setAside.delete(reportId);
    const skipped = [...this.#postponed].filter(([, failed]) => waits(failed, nowMs)).map(([reportId]) => reportId);
    const isSetAside = ({ reportId }: StartedReport) => this.#setAside.has(reportId);
    for (const lane of LANES) {
      const tenant = nextTurn(line.look(lane, skipped), slots[lane], isSetAside, nowMs);
      if (tenant !== undefined) return line.oldestOf(lane, tenant, skipped);
    }
    return undefined;
  }

  /**
   * The position of the start; undefined when somebody else has started or ended the report. The line will show that; if it does not, because the
   * request is in the stream of a different report, the others continue.
   */
  async #start(report: WaitingReport): Promise<Position | undefined> {
    const { reportId } = report;
    const data = { reportId, startedAt: this.parts.now().toISOString() };
    const attributes = { 'evidence.report.id': reportId, 'evidence.tenant': report.tenant };
    return inSpan('start report', { parent: contextOf(report), attributes }, async () => {
      const cause = { ...report, ...activeTrace() };
      const { requested, readUntil, past } = await this.#read(reportId);
      const started = await decideOnReport(this.#writer, scoping, { type: 'StartReport', data }, cause, past);
      if (started.position === undefined || !started.past) {
        this.#postpone(reportId);
        return undefined;
      }
      this.#postponed.delete(reportId);
      const begun = { ...cause, eventId: derivedEventId(report.eventId, 'ReportStarted') };
      this.#begin(begun, { life: started.state, requested, readUntil, past: started.past });
      return started.position;
    });
  }

  /** An append based on the request alone expects that nothing follows it, so later events are not overlooked. */
  async #read(reportId: string): Promise<ReportSoFar> {
    const request = this.#requests.get(reportId);
    this.#requests.delete(reportId);
    if (request?.revision !== 0n) return readReport(this.parts.store, reportId);
    const reading = { events: [request], unreadable: [], revision: request.revision, isWhole: true };
    return readReport(this.parts.store, reportId, reading);
  }

  #begin(cause: Cause, report: ReportSoFar): void {
    const { begin, logger } = this.parts;
    const begun = begin(cause, report)
      .catch((error: unknown) =>
        logger.debug(
          { reportId: cause.reportId, err: error },
          'a report could not be scoped at once; the message of its start will retry it',
        ),
      )
      .finally(() => this.#begun.delete(begun));
    this.#begun.add(begun);
  }

  /** Fails a report with an event that no build can read; any other is retried, and ends at its deadline. */
  async #fail(report: WaitingReport, error: unknown): Promise<Position | undefined> {
    const { reportId } = report;
    const { now, logger } = this.parts;
    this.#postpone(reportId);
    logger.warn({ reportId, err: error }, 'a report could not be started');
    if (!(error instanceof HistoryUnreadableError) || error.retryable) return undefined;
    const data = { reportId, failedAt: now().toISOString(), stage: 'scoping' as const, ...becauseUnreadable(error) };
    const { position } = await failOnReport(this.#writer, failReport, { type: 'FailReport', data }, report);
    return position;
  }

  #postpone(reportId: string): void {
    const delayMs = Math.min((this.#postponed.get(reportId)?.delayMs ?? RETRY_FIRST_MS / 2) * 2, RETRY_MAX_MS);
    remember(this.#postponed, reportId, { retryAtMs: this.parts.now().getTime() + delayMs, delayMs }, REMEMBERED_MAX);
  }

  get #writer(): ReportWriter {
    const { store, now } = this.parts;
    return { store, actor: 'service:scoping', now };
  }
}

/** Never waits longer than `delayMs`, because the clock may have been set back in the meantime. */
const waits = (
  { retryAtMs, delayMs }: { readonly retryAtMs: number; readonly delayMs: number },
  nowMs: number,
): boolean => retryAtMs > nowMs && retryAtMs - nowMs <= delayMs;
