import { heardBy } from '@evidence/bus';
import { type Logger, remember } from '@evidence/runtime';
import { isLost, STANDING_MS } from '../core/lost-message.js';
import type { Duties, Redriving } from '../ports.js';

/** Limit of one round. */
const REPORTS_MAX = 50;
/** A report whose message was sent again is skipped for this long. */
const PATIENCE_MS = 5 * 60_000;
/** A report whose message could not be sent is skipped for this long, so that it never delays the others. */
const RETRY_MS = 60_000;
/** With the bus down, every one fails: a round ends after this many failures. */
const FAILURES_PER_ROUND_MAX = 3;
const REMEMBERED_MAX = 10_000;

export interface WatchdogParts {
  readonly duties: Pick<Duties, 'standing'>;
  readonly bus: Redriving;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info'>;
}

/** Sends lost messages of reports under way again, long before their deadlines. The store knows what they were. */
export class Watchdog {
  readonly #leaveAloneUntil = new Map<string, number>();

  constructor(private readonly parts: WatchdogParts) {}

  /** One round. Throws errors of store and bus after sending the others; the next round continues with other reports. */
  async work(): Promise<void> {
    const { duties, bus, now, logger } = this.parts;
    const nowMs = now().getTime();
    // Longer than was decided: the clock was set back in the meantime.
    for (const [reportId, untilMs] of this.#leaveAloneUntil)
      if (untilMs <= nowMs || untilMs - nowMs > PATIENCE_MS) this.#leaveAloneUntil.delete(reportId);
    const standing = duties.standing(nowMs - STANDING_MS, REPORTS_MAX, [...this.#leaveAloneUntil.keys()]);
    if (standing.length === 0) return;
    const pending = await bus.pending();
    const failures: unknown[] = [];
    for (const report of standing) {
      const { reportId, type } = report;
      const service = heardBy[type];
      if (!isLost(report, pending[service] ?? 0, nowMs)) continue;
      try {
        await bus.redrive(reportId);
        this.#leave(reportId, nowMs + PATIENCE_MS);
        logger.info({ reportId, type, service }, 'the report made no progress, so its last message was sent again');
      } catch (error) {
        this.#leave(reportId, nowMs + RETRY_MS);
        failures.push(error);
        if (failures.length === FAILURES_PER_ROUND_MAX) break;
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `Some messages could not be sent again: ${failures.length}.`);
  }

  #leave(reportId: string, untilMs: number): void {
    remember(this.#leaveAloneUntil, reportId, untilMs, REMEMBERED_MAX);
  }
}
