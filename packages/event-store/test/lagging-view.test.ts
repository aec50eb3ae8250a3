import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EventStore } from '../src/index.js';
import { events } from './scenario.js';
import { SeenView } from './seen-view.js';

const LONG_MS = 10_000;

const view = new SeenView();
const write = () => view.store.append('report-1', 'any', events('A', 3));

describe('a projection', () => {
  test('that may lag leaves new events aside until the time has come, or somebody waits for one', async () => {
    await view.start({ lagMs: 3_600_000 });
    const { position } = await write();
    await new Promise((resolve) => setImmediate(resolve));
    expect(view.count()).toBe(0);
    await view.projection.reached(position, LONG_MS);
    expect(view.count()).toBe(3);
    await view.projection.stop();
    await view.start({ lagMs: 1 });
    await write();
    await expect.poll(view.count).toBe(6);
  });

  test('that fell behind reads the log at once when somebody waits for an event', async () => {
    /** Says of each subscription that it fell behind. */
    const behind: EventStore = {
      ...view.store,
      subscribe: ({ nextLookBehind, ...options }) =>
        view.store.subscribe({ ...options, ...(nextLookBehind && { nextLook: nextLookBehind }) }),
    };
    await view.start({ store: behind });
    const { position } = await write();
    await pause(200);
    expect(view.count()).toBe(0);
    await view.projection.reached(position, 500);
    expect(view.count()).toBe(3);
  });
});
