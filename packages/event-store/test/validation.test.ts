import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EventStore, openSqliteEventStore, withValidation } from '../src/index.js';
import { all, deliveriesUntil, event } from './scenario.js';

const numbered = {
  event(type: string, data: object): void {
    if (typeof (data as { n?: unknown }).n !== 'number') throw new Error(`${type} needs a number n`);
  },
};

let store: EventStore;
let validating: EventStore;
beforeEach(() => {
  store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
  validating = withValidation(store, numbered);
});
afterEach(() => validating.close());

describe('withValidation', () => {
  test('lets valid events in and out', async () => {
    await validating.append('a-1', 'no_stream', [event('A', { n: 1 })]);
    expect(await all(validating.readStream('a-1'))).toHaveLength(1);
    expect(await all(validating.readAll())).toHaveLength(1);
    expect(await validating.head()).toBe(1n);
  });

  test('refuses an append of which one event is invalid, whole', async () => {
    const append = validating.append('a-1', 'no_stream', [event('A', { n: 1 }), event('B', { n: 'two' })]);
    await expect(append).rejects.toMatchObject({
      code: 'invalid_event',
      facts: { stream: 'a-1', index: 1, type: 'B', reason: 'B needs a number n' },
    });
    expect(await store.head()).toBeUndefined();
  });

  test('refuses to read an invalid event, and says which', async () => {
    await store.append('a-1', 'no_stream', [event('A', { n: 1 }), event('B')]);
    const refusal = {
      code: 'invalid_event',
      facts: { stream: 'a-1', revision: 1n, type: 'B', reason: 'B needs a number n' },
    };
    await expect(all(validating.readStream('a-1'))).rejects.toMatchObject(refusal);
    await expect(all(validating.readAll())).rejects.toMatchObject(refusal);
    await expect(deliveriesUntil(validating, {}, ({ kind }) => kind === 'caught_up')).rejects.toMatchObject(refusal);
  });
});
