import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import { eventStoreConformance } from './conformance.js';
import { all, event, events, numbers } from './scenario.js';

const noon = () => new Date('2026-01-31T12:00:00.678Z');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'event-store-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

eventStoreConformance('the SQLite engine in memory', () => openSqliteEventStore({ file: ':memory:', now: noon }));
eventStoreConformance('the SQLite engine in a file', () =>
  openSqliteEventStore({ file: join(folder, 'conformance.sqlite'), now: noon }),
);

describe('the SQLite engine', () => {
  test('keeps everything when it is closed and opened again', async () => {
    const file = join(folder, 'again.sqlite');
    const first = openSqliteEventStore({ file, now: noon });
    expect(await first.head()).toBeUndefined();
    const proposed = events('A', 3);
    const appended = await first.append('report-1', 'no_stream', proposed);
    await first.close();
    const second = openSqliteEventStore({ file, now: noon });
    expect(numbers(await all(second.readStream('report-1')))).toEqual([0, 1, 2]);
    expect(await second.head()).toBe(appended.position);
    expect(await second.append('report-1', 'no_stream', proposed)).toEqual(appended);
    await second.close();
  });

  test('stamps events with the clock it was given', async () => {
    const store = openSqliteEventStore({ file: ':memory:', now: noon });
    await store.append('report-1', 'any', [event('A')]);
    expect((await all(store.readAll()))[0]?.recordedAt).toBe('2026-01-31T12:00:00Z');
    await store.close();
  });

  test('completes appends that began before it was closed, and is unavailable afterwards', async () => {
    const store = openSqliteEventStore({ file: ':memory:', now: noon });
    const appending = store.append('report-1', 'any', [event('A')]);
    await store.close();
    expect(await appending).toEqual({ revision: 0n, position: 1n });
    await expect(store.append('report-1', 'any', [event('A')])).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.head()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(all(store.readAll())).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('refuses a second writer, a file that is not a log, and a log of another format', async () => {
    const file = join(folder, 'taken.sqlite');
    const store = openSqliteEventStore({ file, now: noon });
    expect(() => openSqliteEventStore({ file, now: noon })).toThrow(
      expect.objectContaining({ code: 'unavailable', facts: { file } }),
    );
    await store.close();
    const other = join(folder, 'letter.txt');
    writeFileSync(
      other,
      'Dear auditor, this is no database, but long enough to be read as the header of one if you do not look closely.',
    );
    expect(() => openSqliteEventStore({ file: other, now: noon })).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });
});
