import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@evidence/event-store';
import { openKurrentEventStore } from '@evidence/event-store/kurrent';
import { openEventStore } from '@evidence/event-store/open';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventStoreConformance } from '../../event-store/test/conformance.js';
import { all, delivered, deliveriesUntil, event, events, numbers } from '../../event-store/test/scenario.js';
import { type StoreServer, startStoreServer } from '../src/index.js';

const now = () => new Date('2026-01-31T12:00:00.678Z');
const url = (port: number) => `kurrentdb://127.0.0.1:${port}?tls=false`;

describe('one server', () => {
  let server: StoreServer;
  beforeAll(async () => {
    server = await startStoreServer({ file: ':memory:', port: 0, now });
  });
  afterAll(() => server.close());

  eventStoreConformance('the KurrentDB adapter with store-server', () =>
    openKurrentEventStore({ connectionString: url(server.port) }),
  );
});

test('a subscription that fell behind reads the rest when its reader says so, and every event once', async () => {
  const server = await startStoreServer({ file: ':memory:', port: 0, now });
  const store = openKurrentEventStore({ connectionString: url(server.port) });
  const looks: number[] = [];
  let seen = 0;
  const nextLookBehind = async () => {
    looks.push(seen);
    if (looks.length === 1) await store.append('report-1', 'any', events('A', 60));
  };
  const isLast = ({ kind }: { readonly kind: string }) => {
    if (kind === 'caught_up' && seen === 0) void store.append('report-1', 'any', events('A', 150));
    if (kind === 'event') seen++;
    return seen === 210;
  };
  const deliveries = await deliveriesUntil(store, { nextLookBehind }, isLast);
  expect(looks).toEqual([150]);
  expect(delivered(deliveries).map(({ position }) => position)).toEqual(
    Array.from({ length: 210 }, (_, n) => BigInt(n + 1)),
  );
  await store.close();
  await server.close();
});

const realServer = process.env.KURRENTDB_URL;
if (realServer) {
  eventStoreConformance('the KurrentDB adapter with the server of KURRENTDB_URL', () =>
    openEventStore(realServer, now),
  );
} else {
  const reason = 'KURRENTDB_URL is not set, so the suite did not run against a real KurrentDB';
  console.warn(reason);
  test('the KurrentDB adapter with a real server', (context) => context.skip(reason));
}

describe('when the server stops', () => {
  let folder: string;
  let server: StoreServer;
  let store: EventStore;
  const start = (port = 0) => startStoreServer({ file: join(folder, 'events.sqlite'), port, now });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'store-server-'));
    server = await start();
    store = openKurrentEventStore({ connectionString: url(server.port) });
  });
  afterEach(async () => {
    await store.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function restart(): Promise<void> {
    await server.close();
    server = await start(server.port);
  }

  /** Retries with the same ids, as a caller would, until the test times out. */
  async function appendWhenUp(stream: string, proposed: ReturnType<typeof events>) {
    for (;;) {
      try {
        return await store.append(stream, 'any', proposed);
      } catch (error) {
        expect(error).toMatchObject({ code: 'unavailable' });
      }
    }
  }

  test('a subscription survives restarts, and delivers everything once and in order', async () => {
    const total = 300;
    const filter = { streamPrefixes: ['report-'] };
    const following = deliveriesUntil(store, { filter }, (_, seen) => delivered(seen).length === total);
    for (let n = 0; n < total; n++) {
      if (n % 100 === 50) await restart();
      await appendWhenUp('report-1', [event('A', { n })]);
      if (n % 10 === 0) await appendWhenUp('noise-1', [event('Noise')]);
    }
    expect(numbers(delivered(await following))).toEqual(Array.from({ length: total }, (_, n) => n));
    expect(numbers(await all(store.readStream('report-1')))).toEqual(Array.from({ length: total }, (_, n) => n));
  });

  test('a subscription that begins while the server is down delivers once it is up', async () => {
    await store.append('report-1', 'any', events('A', 3));
    await server.close();
    const following = deliveriesUntil(store, {}, (_, seen) => delivered(seen).length === 3);
    server = await start(server.port);
    expect(numbers(delivered(await following))).toEqual([0, 1, 2]);
  });

  test('a view that begins while the server is down catches up once it is up', async () => {
    await store.append('report-1', 'any', events('A', 3));
    await server.close();
    const seen: bigint[] = [];
    const view = openViewFile({ file: ':memory:', schemaVersion: 1, schema: 'create table unused (n integer) strict' });
    const projection = startProjection({ store, view, apply: ({ position }) => void seen.push(position) });
    await expect(store.head()).rejects.toMatchObject({ code: 'unavailable' });
    server = await start(server.port);
    await projection.caughtUp;
    expect(seen).toEqual([1n, 2n, 3n]);
    await projection.stop();
    view.close();
  });

  test('every call is unavailable while the server is down, and works again afterwards', async () => {
    const proposed = events('A', 2);
    await store.append('report-1', 'any', events('Before', 1));
    await server.close();
    await expect(store.append('report-1', 'any', proposed)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.head()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(all(store.readStream('report-1'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(all(store.readAll())).rejects.toMatchObject({ code: 'unavailable' });
    server = await start(server.port);
    expect(await appendWhenUp('report-1', proposed)).toMatchObject({ revision: 2n });
    expect(await store.head()).toBe(3n);
    expect(await all(store.readStream('report-1'))).toHaveLength(3);
  });

  test('a read that is left while the next page is on its way leaves no error behind', async () => {
    const large = Array.from({ length: 200 }, () => event('Large', { text: 'x'.repeat(100_000) }));
    await store.append('report-1', 'any', large);
    for await (const { revision } of store.readStream('report-1')) {
      expect(revision).toBe(0n);
      await server.close();
      break;
    }
    await expect(store.head()).rejects.toMatchObject({ code: 'unavailable' });
    server = await start(server.port);
  });

  test('a store that was opened before the server was ever up works once it is', async () => {
    await server.close();
    const early = openKurrentEventStore({ connectionString: url(server.port) });
    await expect(early.append('report-1', 'any', [event('A')])).rejects.toMatchObject({ code: 'unavailable' });
    server = await start(server.port);
    await expect
      .poll(() =>
        early.append('report-1', 'no_stream', [event('A')]).then(
          ({ revision }) => revision,
          () => undefined,
        ),
      )
      .toBe(0n);
    await early.close();
  });

  test('running appends succeed or are unavailable, and a retry writes each exactly once', async () => {
    const proposals = Array.from({ length: 200 }, (_, n) => [event('A', { n, text: 'x'.repeat(20_000) })]);
    const appending = proposals.map((proposed, n) => store.append(`report-${n}`, 'no_stream', proposed));
    const settled = Promise.allSettled(appending);
    await server.close();
    for (const result of await settled) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'unavailable' });
    }
    server = await start(server.port);
    for (const [n, proposed] of proposals.entries()) {
      await appendWhenUp(`report-${n}`, proposed);
      expect(await all(store.readStream(`report-${n}`))).toHaveLength(1);
    }
  });

  test.each([
    ['shorter', 0],
    ['longer again', 20],
  ])('a subscription whose server now has a different log ends with an error: %s', async (_, since) => {
    const history = events('A', 5);
    await store.append('report-1', 'any', history);
    let told: () => void = () => undefined;
    const caughtUp = new Promise<void>((resolve) => {
      told = resolve;
    });
    const following = deliveriesUntil(store, {}, ({ kind }, seen) => {
      if (kind === 'caught_up') told();
      return delivered(seen).length > 5;
    });
    const ended = expect(following).rejects.toMatchObject({
      code: 'other_log',
      mark: { id: history[4]?.id, position: 5n },
    });
    await caughtUp;
    await server.close();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const restored = openEventStore(`sqlite:${join(folder, 'events.sqlite')}`, now);
    await restored.append('report-1', 'any', history.slice(0, 2));
    if (since > 0) await restored.append('report-1', 'any', events('B', since));
    await restored.close();
    server = await start(server.port);
    await ended;
  });

  test('a closed store is unavailable, and its subscriptions end', async () => {
    const other = openKurrentEventStore({ connectionString: url(server.port) });
    await other.append('report-1', 'any', [event('A')]);
    const following = all(other.subscribe({ signal: new AbortController().signal }));
    await other.close();
    expect(Array.isArray(await following)).toBe(true);
    await expect(other.append('report-1', 'any', [event('A')])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
