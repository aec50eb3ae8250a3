import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventStore } from '../src/index.js';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import { openViewFile, type Projection, startProjection, type ViewFile } from '../src/view/index.js';
import { event } from './scenario.js';

let store: EventStore;
let view: ViewFile;
let projection: Projection;
let transactions: number;

beforeEach(() => {
  store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
  view = openViewFile({ file: ':memory:', schemaVersion: 1, schema: 'create table seen (type text) strict' });
});
afterEach(async () => {
  await projection.stop();
  view.close();
  await store.close();
});

async function start(ms: number): Promise<void> {
  projection = startProjection({
    store,
    view,
    patient: { types: ['Patient'], ms },
    apply: ({ type }, db) => void db.prepare('insert into seen values (?)').run(type),
    beforeCommit: () => void transactions++,
  });
  await projection.caughtUp;
  transactions = 0;
}

const write = (type: string) => store.append('report-1', 'any', [event(type, { n: 1 })]);
const count = () => Number(view.db.prepare('select count(*) as count from seen').get()?.count);

const LONG_MS = 10_000;

describe('a projection whose events are patient', () => {
  test('applies them together with the next other event', async () => {
    await start(LONG_MS);
    for (let n = 0; n < 3; n++) {
      await write('Patient');
      await pause(20);
    }
    expect(count()).toBe(0);
    await write('A');
    await vi.waitFor(() => expect([count(), transactions]).toEqual([4, 1]));
  });

  test('applies them at once if somebody waits for them, before or after they come', async () => {
    await start(LONG_MS);
    const next = projection.reached(1n, LONG_MS / 2);
    await write('Patient');
    await next;
    await write('Patient');
    await pause(20);
    await projection.reached(2n, LONG_MS / 2);
    expect([count(), transactions]).toEqual([2, 2]);
  });

  test('applies them alone when their time is over, counted from the first', async () => {
    await start(100);
    const begun = performance.now();
    while (count() === 0 && performance.now() - begun < LONG_MS) {
      await write('Patient');
      await pause(20);
    }
    const [first, tookMs] = [count(), performance.now() - begun];
    expect(tookMs).toBeGreaterThanOrEqual(99);
    expect(first).toBeGreaterThan(1);
    expect(transactions).toBe(1);
  });

  test('applies the last of them when it stops', async () => {
    await start(LONG_MS);
    await write('Patient');
    await pause(20);
    await projection.stop();
    expect(count()).toBe(1);
  });
});
