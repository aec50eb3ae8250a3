import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore, RecordedEvent } from '../src/index.js';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import {
  openViewFile,
  type Projection,
  type ProjectionOptions,
  startProjection,
  type ViewFile,
} from '../src/view/index.js';
import { events } from './scenario.js';

const LONG_MS = 10_000;

let store: EventStore;
let view: ViewFile;
let projection: Projection;

beforeEach(() => {
  store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
  view = openViewFile({ file: ':memory:', schemaVersion: 1, schema: 'create table seen (type text) strict' });
});
afterEach(async () => {
  await projection.stop();
  view.close();
  await store.close();
});

async function start(options: Partial<ProjectionOptions<RecordedEvent>>): Promise<void> {
  projection = startProjection({
    store,
    view,
    apply: ({ type }, db) => void db.prepare('insert into seen values (?)').run(type),
    ...options,
  });
  await projection.caughtUp;
}

const write = () => store.append('report-1', 'any', events('A', 3));
const count = () => Number(view.db.prepare('select count(*) as count from seen').get()?.count);

describe('a projection', () => {
  test('that may lag leaves new events aside until the time has come, or somebody waits for one', async () => {
    await start({ lagMs: 3_600_000 });
    const { position } = await write();
    await new Promise((resolve) => setImmediate(resolve));
    expect(count()).toBe(0);
    await projection.reached(position, LONG_MS);
    expect(count()).toBe(3);
    await projection.stop();
    await start({ lagMs: 1 });
    await write();
    await expect.poll(count).toBe(6);
  });

  test('that fell behind reads the log at once when somebody waits for an event', async () => {
    /** Says of each subscription that it fell behind. */
    const behind: EventStore = {
      ...store,
      subscribe: ({ nextLookBehind, ...options }) =>
        store.subscribe({ ...options, ...(nextLookBehind && { nextLook: nextLookBehind }) }),
    };
    await start({ store: behind });
    const { position } = await write();
    await pause(200);
    expect(count()).toBe(0);
    await projection.reached(position, 500);
    expect(count()).toBe(3);
  });
});
