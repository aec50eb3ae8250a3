import type { Schedule } from '../ports.js';

/** The longest time without a round: rounds also tick the log's clock, and check whether it is suspect. */
const SLEEP_MAX_MS = 60_000;
/** The pause between two rounds of work, so that a view that lags a moment does not cause a busy loop, and before a look at what has changed. */
const REST_MS = 100;
/** The pause after a failed round. */
const RETRY_MS = 5_000;

export interface Clock {
  /** Something may be due earlier than before: looks for it within 100 ms, once, however often this is called. */
  wake(): void;
  /** Starts no more work and waits for the work in progress. */
  stop(): Promise<void>;
}

interface ClockOptions {
  /** Milliseconds since 1970; undefined: there is nothing to wait for. */
  readonly nextDueAt: () => number | undefined;
  /** A bounded round of due work. Rejects when some of it must be retried. */
  readonly work: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  readonly now: () => Date;
  readonly schedule: Schedule;
}

/** One timer, set to the next due instant; when it fires, it runs a round and sets itself again. */
export function startClock({ nextDueAt, work, onFailure, now, schedule }: ClockOptions): Clock {
  let cancel = () => {};
  let firesAtMs = Number.POSITIVE_INFINITY;
  let working: Promise<void> | undefined;
  let restUntilMs = 0;
  let roundByMs = now().getTime() + SLEEP_MAX_MS;
  let stopped = false;

  const setTimer = (nowMs: number, atMs: number, act: () => void): void => {
    cancel();
    const delayMs = Math.min(Math.max(atMs - nowMs, 0), SLEEP_MAX_MS);
    firesAtMs = nowMs + delayMs;
    cancel = schedule(delayMs, act);
  };
  const arm = (): void => {
    if (stopped || working) return;
    const nowMs = now().getTime();
    // The clock may have been set back in the meantime.
    roundByMs = Math.min(roundByMs, nowMs + SLEEP_MAX_MS);
    setTimer(nowMs, Math.max(Math.min(nextDueAt() ?? roundByMs, roundByMs), restUntilMs), round);
  };
  const restFor = (ms: number): void => {
    restUntilMs = now().getTime() + ms;
  };
  const round = (): void => {
    roundByMs = now().getTime() + SLEEP_MAX_MS;
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
      const nowMs = now().getTime();
      if (!stopped && !working && firesAtMs > nowMs + REST_MS) setTimer(nowMs, nowMs + REST_MS, arm);
    },
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}
