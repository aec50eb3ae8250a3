import type { Schedule } from '../ports.js';

/** The longest sleep: also what bounds the error after the machine slept or its clock was set. */
const SLEEP_MAX_MS = 60_000;
/** Between two rounds of work, so that a view that is a moment behind the log costs a look, not a busy loop. */
const REST_MS = 100;
/** After a round that failed. */
const RETRY_MS = 5_000;

export interface Clock {
  /** Something may be due earlier than it was: look again, after this turn, once however often it was asked for. */
  wake(): void;
  /** Starts no more work and waits for what is under way. */
  stop(): Promise<void>;
}

interface ClockOptions {
  /** Milliseconds since 1970; undefined: nothing is waited for. */
  readonly nextDueAt: () => number | undefined;
  /** A bounded round of what is due. Rejects when some of it must be tried again. */
  readonly work: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  readonly now: () => Date;
  readonly schedule: Schedule;
}

/** One timer, set to the next due instant; it works, and sets itself again. */
export function startClock({ nextDueAt, work, onFailure, now, schedule }: ClockOptions): Clock {
  let cancel = () => {};
  let working: Promise<void> | undefined;
  let restUntilMs = 0;
  let waking = false;
  let stopped = false;

  const arm = (): void => {
    if (stopped || working) return;
    cancel();
    const nowMs = now().getTime();
    const wakeAtMs = Math.max(nextDueAt() ?? Number.POSITIVE_INFINITY, restUntilMs);
    cancel = schedule(Math.min(Math.max(wakeAtMs - nowMs, 0), SLEEP_MAX_MS), round);
  };
  const restFor = (ms: number): void => {
    restUntilMs = now().getTime() + ms;
  };
  const round = (): void => {
    working = work()
      .then(
        () => restFor(REST_MS),
        (error: unknown) => {
          restFor(RETRY_MS);
          onFailure(error);
        },
      )
      .finally(() => {
        working = undefined;
        arm();
      });
  };

  arm();
  return {
    wake() {
      if (waking) return;
      waking = true;
      queueMicrotask(() => {
        waking = false;
        arm();
      });
    },
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}
