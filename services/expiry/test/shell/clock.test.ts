import { expect, test } from 'vitest';
import { startClock } from '../../src/shell/clock.js';

/** A clock and a timer that a test advances by hand. */
function bench() {
  let nowMs = 1_000_000;
  const timers: { delayMs: number; act: () => void; cancelled: boolean }[] = [];
  const failures: unknown[] = [];
  return {
    now: () => new Date(nowMs),
    schedule: (delayMs: number, act: () => void) => {
      const timer = { delayMs, act, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    onFailure: (error: unknown) => void failures.push(error),
    failures,
    /** The delays of the timers that are set: at most one, or the clock leaks. */
    set: () => timers.filter(({ cancelled }) => !cancelled).map(({ delayMs }) => delayMs),
    async ring() {
      const timer = timers.find(({ cancelled }) => !cancelled)!;
      timer.cancelled = true;
      nowMs += timer.delayMs;
      timer.act();
      await new Promise(setImmediate);
    },
    at: (ms: number) => 1_000_000 + ms,
    /** Time passes without a timer firing. */
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

test('it sleeps until the next due instant, works once, and sleeps again', async () => {
  const { at, ring, set, pass, ...parts } = bench();
  const due = [at(1_500), at(9_000)];
  startClock({ ...parts, nextDueAt: () => due[0], work: async () => void due.shift() });
  expect(set()).toEqual([1_500]);
  await ring();
  expect(due).toEqual([at(9_000)]);
  expect(set()).toEqual([7_500]);
});

test('it sleeps a minute at most, even if nothing is due', () => {
  const { at, ring, set, pass, ...parts } = bench();
  startClock({ ...parts, nextDueAt: () => undefined, work: async () => {} });
  startClock({ ...parts, nextDueAt: () => at(10 ** 12), work: async () => {} });
  expect(set()).toEqual([60_000, 60_000]);
});

test('woken again and again, it still works once a minute', async () => {
  const { at, ring, set, pass, ...parts } = bench();
  const clock = startClock({ ...parts, nextDueAt: () => undefined, work: async () => {} });
  for (const left of [39_900, 19_800]) {
    pass(20_000);
    clock.wake();
    expect(set()).toEqual([100]);
    await ring();
    expect(set()).toEqual([left]);
  }
  await ring();
  expect(set()).toEqual([60_000]);
});

test('woken, it checks again, once, and keeps one timer', async () => {
  const { at, ring, set, pass, ...parts } = bench();
  const due = [at(5_000)];
  let looks = 0;
  const nextDueAt = () => {
    looks += 1;
    return Math.min(...due);
  };
  const clock = startClock({ ...parts, nextDueAt, work: async () => {} });
  clock.wake();
  due.push(at(250));
  clock.wake();
  expect(set()).toEqual([100]);
  await ring();
  expect(set()).toEqual([150]);
  expect(looks).toBe(2);
});

test('work that stays due is retried after a pause', async () => {
  const { at, ring, set, pass, ...parts } = bench();
  const clock = startClock({ ...parts, nextDueAt: () => at(-1), work: async () => {} });
  expect(set()).toEqual([0]);
  await ring();
  expect(set()).toEqual([100]);
  clock.wake();
  await new Promise(setImmediate);
  expect(set()).toEqual([100]);
});

test('after a failure it waits longer and tries again', async () => {
  const { at, ring, set, pass, failures, ...parts } = bench();
  const failure = new Error('the store is away');
  startClock({ ...parts, nextDueAt: () => at(-1), work: () => Promise.reject(failure) });
  await ring();
  expect(failures).toEqual([failure]);
  expect(set()).toEqual([5_000]);
});

test('stopped, it waits for work in progress and starts no more', async () => {
  const { at, ring, set, pass, ...parts } = bench();
  const work = Promise.withResolvers<void>();
  const clock = startClock({ ...parts, nextDueAt: () => at(0), work: () => work.promise });
  await ring();
  let stopped = false;
  const stopping = clock.stop().then(() => {
    stopped = true;
  });
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  work.resolve();
  await stopping;
  clock.wake();
  await new Promise(setImmediate);
  expect(set()).toEqual([]);
});
