import { type Decider, Refusal } from '@evidence/decider';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { derivedEventId, type EventStore, execute } from '../src/index.js';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import { all, event } from './scenario.js';

type Counted = { readonly type: 'Counted'; readonly data: { readonly by: number } };
type Count = { readonly type: 'Count'; readonly data: { readonly by: number; readonly upTo: number } };

const counter: Decider<Count, number, Counted> = {
  initialState: 0,
  decide({ data: { by, upTo } }, total) {
    if (by < 0) throw new Refusal('counts_up_only', 'Count by a positive number.', { by });
    return total + by > upTo ? [] : [{ type: 'Counted', data: { by } }];
  },
  evolve: (total, { type, data }) => (type === 'Counted' ? total + data.by : total),
};

const stream = 'counter-1';
const causeId = '018f2c1e-7c2b-7b52-8f6e-111111111111';

let store: EventStore;
beforeEach(() => {
  store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
});
afterEach(() => store.close());

const count = (by: number, upTo: number, through: EventStore = store, cause = causeId, thoughtNew = false) =>
  execute({
    thoughtNew,
    store: through,
    stream,
    decider: counter,
    command: { type: 'Count', data: { by, upTo } },
    describe: ({ type }) => ({ id: derivedEventId(cause, type), metadata: { causationId: cause } }),
  });

/** The store, with `before` run before each append, as another writer might between our read and our write. */
const disturbed = (before: () => Promise<unknown>): EventStore => ({
  ...store,
  append: async (...append) => {
    await before();
    return store.append(...append);
  },
});

describe('execute', () => {
  test('appends what was decided, and returns it with the state after it', async () => {
    const executed = await count(2, 10);
    const events = [{ type: 'Counted', data: { by: 2 } }];
    expect(executed).toEqual({ events, state: 2, position: 1n, past: { past: events, revision: 0n } });
    expect(await all(store.readStream(stream))).toMatchObject([
      { id: derivedEventId(causeId, 'Counted'), type: 'Counted', data: { by: 2 }, metadata: { causationId: causeId } },
    ]);
  });

  test('decides on a past that was read before without reading again, unless another writer was faster', async () => {
    await count(2, 10);
    const past = { past: [{ type: 'Counted', data: { by: 2 } } as const], revision: 0n };
    let reads = 0;
    const counting: EventStore = {
      ...store,
      readStream: (...read) => {
        reads += 1;
        return store.readStream(...read);
      },
    };
    const again = (cause: string) =>
      execute({
        store: counting,
        stream,
        decider: counter,
        command: { type: 'Count', data: { by: 3, upTo: 10 } },
        past,
        describe: ({ type }) => ({ id: derivedEventId(cause, type), metadata: {} }),
      });
    expect([(await again('second')).state, reads]).toEqual([5, 0]);
    expect([(await again('third')).state, reads]).toEqual([8, 1]);
  });

  test('appends nothing when the decision has no events', async () => {
    await count(2, 2);
    expect(await count(2, 2, store, 'another')).toEqual({ events: [], state: 2 });
    expect(await all(store.readStream(stream))).toHaveLength(1);
  });

  test('passes a refusal on, and appends nothing', async () => {
    await expect(count(-1, 10)).rejects.toMatchObject({ code: 'counts_up_only' });
    expect(await all(store.readStream(stream))).toEqual([]);
  });

  test('decides again after a lost race, on what the winner wrote', async () => {
    let rivals = 0;
    const rival = async () => {
      if (rivals++ < 2) await store.append(stream, 'any', [event('Counted', { by: 5 })]);
    };
    expect(await count(2, 100, disturbed(rival))).toMatchObject({ state: 12 });
    expect(await count(2, 12, disturbed(rival), 'another')).toMatchObject({ events: [], state: 12 });
  });

  test('does not read a stream that is thought new, unless it turns out not to be', async () => {
    const unread: EventStore = {
      ...store,
      readStream: () => {
        throw new Error('The stream was read.');
      },
    };
    expect(await count(2, 10, unread, causeId, true)).toMatchObject({ state: 2, position: 1n });
    expect(await count(3, 10, store, 'another', true)).toMatchObject({ state: 5, position: 2n });
    expect(await count(3, 5, store, 'a third', true)).toEqual({ events: [], state: 5 });
  });

  test('gives up after three lost races with an error that says so', async () => {
    let rivals = 0;
    const rival = async () => {
      rivals++;
      await store.append(stream, 'any', [event('Counted', { by: 1 })]);
    };
    await expect(count(2, 100, disturbed(rival))).rejects.toMatchObject({
      code: 'wrong_expected_revision',
      facts: { stream },
    });
    expect(rivals).toBe(3);
  });

  test('writes once when it is repeated after a lost response', async () => {
    await count(2, 100);
    const unaware: EventStore = { ...store, readStream: () => nothing() };
    expect(await count(2, 100, unaware)).toMatchObject({ position: 1n });
    expect(await all(store.readStream(stream))).toHaveLength(1);
  });

  test('counts all of ten concurrent commands', async () => {
    const retried = async (n: number): Promise<unknown> =>
      count(1, 100, store, `cause-${n}`).catch((error) =>
        error.code === 'wrong_expected_revision' ? retried(n) : Promise.reject(error),
      );
    await Promise.all(Array.from({ length: 10 }, (_, n) => retried(n)));
    expect(await count(0, 100, store, 'look')).toMatchObject({ state: 10 });
  });
});

async function* nothing(): AsyncGenerator<never> {}
