import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventStore, RecordedEvent } from '../src/index.js';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import {
  openViewFile,
  type Projection,
  type ProjectionOptions,
  startProjection,
  type ViewFile,
} from '../src/view/index.js';
import { each, event, events } from './scenario.js';

const schema = 'create table total (stream text primary key, count integer not null, sum integer not null) strict;';
const filter = { streamPrefixes: ['report-'] };

function addUp({ stream, data }: RecordedEvent, db: DatabaseSync): void {
  const { n } = data as { n: number };
  db.prepare(
    `insert into total (stream, count, sum) values (?, 1, ?)
     on conflict do update set count = count + 1, sum = sum + excluded.sum`,
  ).run(stream, n);
}

const totals = ({ db }: ViewFile) => db.prepare('select * from total order by stream').all();

let folder: string;
let file: string;
let store: EventStore;
let view: ViewFile;
const running: Projection[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'view-'));
  file = join(folder, 'totals.sqlite');
  store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
  view = openViewFile({ file, schemaVersion: 1, schema });
});
afterEach(async () => {
  for (const projection of running.splice(0)) await projection.stop();
  view.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(options: Partial<ProjectionOptions<RecordedEvent>> = {}): Projection {
  const projection = startProjection({ store, filter, view, apply: addUp, ...options });
  running.push(projection);
  return projection;
}

async function reopen(options = { file, schemaVersion: 1, schema }): Promise<void> {
  for (const projection of running.splice(0)) await projection.stop();
  view.close();
  view = openViewFile(options);
}

const LONG_MS = 10_000;
/** More events than one transaction takes, and the number after which a projection is interrupted in the second one. */
const [MANY, INTERRUPTED_AFTER] = [8_000, 7_000];

describe('a projection', () => {
  test('applies existing and new events, and reports its position', async () => {
    await store.append('report-1', 'any', events('A', 3));
    const projection = start();
    await projection.caughtUp;
    expect(totals(view)).toEqual([{ stream: 'report-1', count: 3, sum: 3 }]);
    const { position } = await store.append('report-2', 'any', [event('A', { n: 7 })]);
    await projection.reached(position, LONG_MS);
    expect(totals(view)).toContainEqual({ stream: 'report-2', count: 1, sum: 7 });
    expect(projection.position()).toBe(position);
    expect(view.checkpoint()?.position).toBe(position);
  });

  test('reports its progress until it has reached the end of the log, and whether it began empty', async () => {
    await store.append('report-1', 'any', events('A', 10));
    const projection = start();
    expect(projection.behind()).toEqual({ percent: 0, isFromNothing: true });
    await projection.caughtUp;
    expect(projection.behind()).toBeUndefined();
    await reopen();
    const again = start();
    expect(again.behind()?.isFromNothing).toBe(false);
    await again.caughtUp;
    expect(again.behind()).toBeUndefined();
  });

  test('builds the same view again after its file was deleted', async () => {
    for (let n = 0; n < 50; n++) await store.append(`report-${n % 7}`, 'any', [event('A', { n })]);
    await start().caughtUp;
    const before = totals(view);
    await reopen();
    view.close();
    rmSync(file);
    view = openViewFile({ file, schemaVersion: 1, schema });
    expect(totals(view)).toEqual([]);
    await start().caughtUp;
    expect(totals(view)).toEqual(before);
  });

  test('continues where it stopped, and applies nothing twice', async () => {
    await store.append('report-1', 'any', events('A', 10));
    await start().caughtUp;
    await reopen();
    await store.append('report-1', 'any', events('A', 10));
    const applied: bigint[] = [];
    const projection = start({
      apply: (recorded, db) => {
        applied.push(recorded.position);
        addUp(recorded, db);
      },
    });
    await projection.caughtUp;
    expect(applied).toEqual([11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n, 19n, 20n]);
    expect(totals(view)).toEqual([{ stream: 'report-1', count: 20, sum: 90 }]);
  });

  test('that cannot apply an event ends with the cause and rolls back its batch, and continues once it can', async () => {
    await store.append('report-1', 'any', events('A', 5));
    const cause = new Error('n is 3, and that is beyond me');
    const projection = start({
      apply: (recorded, db) => {
        if ((recorded.data as { n: number }).n === 3) throw cause;
        addUp(recorded, db);
      },
    });
    expect(await projection.failed).toBe(cause);
    expect(totals(view)).toEqual([]);
    expect(view.checkpoint()).toBeUndefined();
    await expect(projection.caughtUp).rejects.toMatchObject({ code: 'unavailable', cause });
    await expect(projection.reached(5n, LONG_MS)).rejects.toMatchObject({ code: 'unavailable', cause });
    await reopen();
    await start().caughtUp;
    expect(totals(view)).toEqual([{ stream: 'report-1', count: 5, sum: 10 }]);
  });

  test('that could not apply an event applies no later one, even if one is delivered', async () => {
    await store.append('report-1', 'any', events('A', 2));
    const apply = ({ position }: RecordedEvent, db: DatabaseSync) => {
      if (position === 1n) throw new Error('not this one');
      db.exec("insert into total values ('report-1', 1, 1)");
    };
    const pausing: EventStore = { ...store, subscribe: (options) => pausedBeforeTheSecond(store.subscribe(options)) };
    const projection = start({ store: pausing, apply });
    await projection.failed;
    expect(totals(view)).toEqual([]);
    expect(view.checkpoint()).toBeUndefined();
  });

  test('loses nothing and applies nothing twice when it is interrupted between two transactions', async () => {
    for (let half = 0; half < 2; half++) await store.append('report-1', 'any', events('A', MANY / 2));
    let applied = 0;
    const interrupted = start({
      apply: (recorded, db) => {
        if (++applied > INTERRUPTED_AFTER) throw new Error('the power went');
        addUp(recorded, db);
      },
    });
    await interrupted.failed;
    const [kept] = totals(view) as { count: number }[];
    expect(kept?.count).toBeLessThanOrEqual(INTERRUPTED_AFTER);
    expect(view.checkpoint()?.position).toBe(BigInt(kept!.count));
    await reopen();
    await start().caughtUp;
    expect(totals(view)).toEqual([{ stream: 'report-1', count: MANY, sum: (MANY / 2 - 1) * (MANY / 2) }]);
  });

  test('lets its view write once per transaction, and loses nothing of what the view collects when it is interrupted', async () => {
    for (let half = 0; half < 2; half++) await store.append('report-1', 'any', events('A', MANY / 2));
    let collected: RecordedEvent[] = [];
    let writes = 0;
    const beforeCommit = () => {
      for (const recorded of collected.splice(0)) addUp(recorded, view.db);
      writes += 1;
    };
    const interrupted = start({
      apply: (recorded) => {
        if (recorded.position > BigInt(INTERRUPTED_AFTER)) throw new Error('the power went');
        collected.push(recorded);
      },
      beforeCommit,
    });
    await interrupted.failed;
    const [kept] = totals(view) as { count: number }[];
    expect(view.checkpoint()?.position).toBe(BigInt(kept!.count));
    await reopen();
    collected = [];
    writes = 0;
    await start({ apply: (recorded) => void collected.push(recorded), beforeCommit }).caughtUp;
    expect(totals(view)).toEqual([{ stream: 'report-1', count: MANY, sum: (MANY / 2 - 1) * (MANY / 2) }]);
    expect(writes).toBeLessThan(10);
  });

  test('applies past events as they come, in a transaction that it ends later', async () => {
    await store.append('report-1', 'any', events('A', 1_000));
    const other = new DatabaseSync(file, { readOnly: true });
    const counts: [own: number, committed: number][] = [];
    const countOn = (db: DatabaseSync) => Number(db.prepare('select sum(count) as count from total').get()?.count ?? 0);
    const pages = async function* (deliveries: ReturnType<EventStore['subscribe']>) {
      for await (const batch of deliveries) {
        yield batch;
        counts.push([countOn(view.db), countOn(other)]);
      }
    };
    await start({ store: { ...store, subscribe: (options) => pages(store.subscribe(options)) } }).caughtUp;
    await vi.waitFor(() => expect(counts.length).toBeGreaterThan(1));
    expect(counts[0]![0]).toBeGreaterThan(0);
    expect(counts[0]![1]).toBe(0);
    expect([countOn(view.db), countOn(other)]).toEqual([1_000, 1_000]);
    other.close();
  });

  test('has reached a position even if its filter hides the events up to it', async () => {
    const projection = start();
    await projection.caughtUp;
    const { position } = await store.append('scan-1', 'any', [event('A', { n: 1 })]);
    await projection.reached(position, LONG_MS);
    expect(totals(view)).toEqual([]);
  });

  test('saves its position from time to time, even while its filter hides all events', async () => {
    const projection = start();
    await projection.caughtUp;
    for (let append = 0; append < 3; append++) await store.append('scan-1', 'any', events('A', 500));
    await projection.reached(1_500n, LONG_MS);
    expect(view.checkpoint()?.position).toBeGreaterThanOrEqual(999n);
  });

  test('has reached a position even if the store never reports hidden events', async () => {
    const silent: EventStore = { ...store, subscribe: (options) => withoutCheckpoints(store.subscribe(options)) };
    const projection = start({ store: silent });
    await projection.caughtUp;
    await store.append('report-1', 'any', [event('A', { n: 1 })]);
    const { position } = await store.append('scan-1', 'any', events('A', 3));
    await projection.reached(position, LONG_MS);
    expect(totals(view)).toEqual([{ stream: 'report-1', count: 1, sum: 1 }]);
  });

  test('has reached the position of an event that only its readers wait for, without a checkpoint, and does not apply it', async () => {
    const silent: EventStore = {
      ...store,
      readAll() {
        throw new Error('asked the log what is left');
      },
      subscribe: (options) => withoutCheckpoints(store.subscribe(options)),
    };
    const projection = start({ store: silent, filter: { types: ['A', 'Awaited'] }, awaitedTypes: ['Awaited'] });
    await store.append('report-1', 'any', [event('A', { n: 1 })]);
    const { position } = await store.append('report-1', 'any', [event('Awaited', { n: 2 })]);
    await projection.reached(position, LONG_MS);
    expect(totals(view)).toEqual([{ stream: 'report-1', count: 1, sum: 1 }]);
    expect(view.checkpoint()?.position).toBe(position - 1n);
  });

  test('has not reached a position that was never written', async () => {
    const projection = start();
    await projection.caughtUp;
    await store.append('report-1', 'any', [event('A', { n: 1 })]);
    await expect(projection.reached(2n, 300)).rejects.toMatchObject({ code: 'unavailable', facts: { timeoutMs: 300 } });
  });

  test('ends when its signal aborts', async () => {
    const abort = new AbortController();
    const projection = start({ signal: abort.signal });
    await projection.caughtUp;
    abort.abort();
    await projection.stop();
    await store.append('report-1', 'any', [event('A', { n: 1 })]);
    await expect(projection.reached(1n, LONG_MS)).rejects.toMatchObject({ code: 'unavailable' });
    expect(totals(view)).toEqual([]);
  });
});

async function* pausedBeforeTheSecond(batches: ReturnType<EventStore['subscribe']>) {
  for await (const delivery of each(batches)) {
    yield [delivery];
    if (delivery.kind !== 'event') continue;
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    yield [{ kind: 'event', event: { ...delivery.event, position: 2n } }] as const;
    return;
  }
}

async function* withoutCheckpoints(batches: ReturnType<EventStore['subscribe']>) {
  for await (const batch of batches) yield batch.filter(({ kind }) => kind !== 'checkpoint');
}
