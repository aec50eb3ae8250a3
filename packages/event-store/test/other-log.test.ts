import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore, NewEvent, OtherLogError, RecordedEvent } from '../src/index.js';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import { openViewFile, startProjection, type ViewFile } from '../src/view/index.js';
import { event, events } from './scenario.js';

const FILTER = { streamPrefixes: ['report-'] };
const NOON = () => new Date('2026-01-31T12:00:00Z');
const LONG_MS = 10_000;

let view: ViewFile;
const stores: EventStore[] = [];
beforeEach(() => {
  view = openViewFile({ file: ':memory:', schemaVersion: 1, schema: 'create table seen (n integer) strict' });
});
afterEach(async () => {
  view.close();
  for (const store of stores.splice(0)) await store.close();
});

function logOf(now = NOON): EventStore {
  const store = openSqliteEventStore({ file: ':memory:', now });
  stores.push(store);
  return store;
}

const apply = ({ data }: RecordedEvent, db: DatabaseSync): void =>
  void db.prepare('insert into seen values (?)').run((data as { n: number }).n);
const seen = () =>
  view.db
    .prepare('select n from seen order by n')
    .all()
    .map(({ n }) => n);

async function follow(store: EventStore) {
  const told: OtherLogError[] = [];
  const projection = startProjection({ store, filter: FILTER, view, apply, onOtherLog: (error) => told.push(error) });
  await projection.caughtUp;
  return { projection, told };
}

/** A log of its own with what a backup contained, and what was appended since. */
async function restored(kept: readonly NewEvent[], since: readonly NewEvent[] = [], now = NOON): Promise<EventStore> {
  const store = logOf(now);
  if (kept.length > 0) await store.append('report-1', 'any', kept);
  if (since.length > 0) await store.append('report-1', 'any', since);
  return store;
}

describe('a view that finds a different log than the one it was built from', () => {
  const history = events('A', 10);

  test.each([
    ['older', history.slice(0, 4), [], [0, 1, 2, 3]],
    ['empty', [], [], []],
    [
      'older, and grown past the checkpoint again',
      history.slice(0, 4),
      events('B', 20),
      [...numbers(20), ...numbers(4)],
    ],
    ['another one of the same length', events('B', 10), [], numbers(10)],
  ])('is rebuilt when the log is %s', async (_, kept, since, expected) => {
    const first = logOf();
    await first.append('report-1', 'any', history);
    await (await follow(first)).projection.stop();
    const { projection, told } = await follow(await restored(kept, since));
    expect(seen()).toEqual(expected.toSorted((one, other) => one - other));
    expect(told).toHaveLength(1);
    expect(told[0]?.mark).toMatchObject({ id: history[9]?.id, position: 10n });
    expect(projection.otherLog()).toBe(told[0]);
    await projection.stop();
  });

  test('is rebuilt when the same events were appended again with the same ids after a restore', async () => {
    const first = logOf();
    await first.append('report-1', 'any', history);
    await (await follow(first)).projection.stop();
    const { projection, told } = await follow(await restored(history, [], () => new Date('2026-01-31T12:05:00Z')));
    expect(told).toHaveLength(1);
    expect(seen()).toHaveLength(10);
    await projection.stop();
  });

  test('is kept when the log contains what it has seen', async () => {
    const first = logOf();
    await first.append('report-1', 'any', history.slice(0, 4));
    await (await follow(first)).projection.stop();
    const { projection, told } = await follow(await restored(history.slice(0, 4), history.slice(4)));
    expect(seen()).toEqual(numbers(10));
    expect(told).toEqual([]);
    await projection.stop();
  });

  test('misses nothing when its filter had hidden the end of the log', async () => {
    const first = logOf();
    await first.append('report-1', 'any', [event('A', { n: 1 }, history[0]!.id)]);
    await first.append('scan-1', 'any', events('S', 3_000));
    const before = await follow(first);
    await before.projection.reached(3_001n, LONG_MS);
    await before.projection.stop();
    const second = logOf();
    await second.append('report-1', 'any', [event('A', { n: 1 }, history[0]!.id)]);
    for (let append = 0; append < 4_000 / 500; append++) await second.append('scan-1', 'any', events('S', 250));
    await second.append('report-2', 'any', [event('A', { n: 2 })]);
    await second.append('scan-1', 'any', events('S', 3_000));
    const { projection } = await follow(second);
    expect(seen()).toEqual([1, 2]);
    await projection.stop();
  });
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
