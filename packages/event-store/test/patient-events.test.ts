import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { event } from './scenario.js';
import { SeenView } from './seen-view.js';

const view = new SeenView();
let transactions: number;

async function start(ms: number): Promise<void> {
  await view.start({ patient: { types: ['Patient'], ms }, beforeCommit: () => void transactions++ });
  transactions = 0;
}

const write = (type: string) => view.store.append('report-1', 'any', [event(type, { n: 1 })]);

const LONG_MS = 10_000;

describe('a projection whose events are patient', () => {
  test('applies them together with the next other event', async () => {
    await start(LONG_MS);
    for (let n = 0; n < 3; n++) {
      await write('Patient');
      await pause(20);
    }
    expect(view.count()).toBe(0);
    await write('A');
    await vi.waitFor(() => expect([view.count(), transactions]).toEqual([4, 1]));
  });

  test('applies them at once if somebody waits for them, before or after they come', async () => {
    await start(LONG_MS);
    const next = view.projection.reached(1n, LONG_MS / 2);
    await write('Patient');
    await next;
    await write('Patient');
    await pause(20);
    await view.projection.reached(2n, LONG_MS / 2);
    expect([view.count(), transactions]).toEqual([2, 2]);
  });

  test('applies them alone when their time is over, counted from the first', async () => {
    await start(100);
    const begun = performance.now();
    while (view.count() === 0 && performance.now() - begun < LONG_MS) {
      await write('Patient');
      await pause(20);
    }
    const [first, tookMs] = [view.count(), performance.now() - begun];
    expect(tookMs).toBeGreaterThanOrEqual(99);
    expect(first).toBeGreaterThan(1);
    expect(transactions).toBe(1);
  });

  test('applies the last of them when it stops', async () => {
    await start(LONG_MS);
    await write('Patient');
    await pause(20);
    await view.projection.stop();
    expect(view.count()).toBe(1);
  });
});
