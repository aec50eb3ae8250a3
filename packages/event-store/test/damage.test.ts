import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { damageOf, EventLog, FORMAT_VERSION, migrateLogFile } from '../src/engine/index.js';
import { openSqliteEventStore } from '../src/sqlite/sqlite-event-store.js';
import { all, event, events, numbers } from './scenario.js';

const now = () => new Date('2026-01-31T12:00:00Z');
const STREAMS = 20;

let folder: string;
let whole: string;
let copies = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'damage-'));
  whole = join(folder, 'whole.sqlite');
  const store = openSqliteEventStore({ file: whole, now });
  for (let n = 0; n < STREAMS; n++) await store.append(`report-${n}`, 'no_stream', events('A', 30));
  await store.append('big-1', 'no_stream', [event('B', { text: 'letter '.repeat(5_000) })]);
  await store.append('last-1', 'no_stream', events('C', 3));
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copy(of = whole): string {
  const file = join(folder, `copy-${copies++}.sqlite`);
  copyFileSync(of, file);
  return file;
}

function damageIn(file: string): string | undefined {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return damageOf(db);
  } finally {
    db.close();
  }
}

/** All rows of the tables. */
function rowsIn(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = ['event', 'stream'].map((table) => db.prepare(`select * from ${table} order by 1`).all());
  db.close();
  return rows;
}

function changedBy(sql: string, of = whole): string | undefined {
  const file = copy(of);
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  return damageIn(file);
}

describe('the check of a log', () => {
  test('finds no damage in an intact log or an empty one', async () => {
    expect(damageIn(whole)).toBeUndefined();
    const file = join(folder, 'empty.sqlite');
    await openSqliteEventStore({ file, now }).close();
    expect(damageIn(file)).toBeUndefined();
  });

  test.each([
    [
      'data (one letter)',
      `update event set data = cast(replace(cast(data as text), '7', '8') as blob) where position = 8`,
      8,
    ],
    ['metadata', `update event set metadata = cast('{"cause":"TEST"}' as blob) where position = 100`, 100],
    ['type', `update event set type = 'D' where position = 1`, 1],
    ['id', `update event set id = '0e6b1f5c-0b5e-4f0e-9f67-3b1de4f2a7c1' where position = 300`, 300],
    ['stream', `update event set stream = 'report-x' where position = 601`, 601],
    ['recording time', 'update event set recorded_at_ms = recorded_at_ms + 1 where position = 9', 9],
  ])('finds an event whose %s was changed', (_, sql, position) => {
    expect(changedBy(sql)).toBe(
      `the event at position ${position} (${_ === 'type' ? 'D' : position === 601 ? 'B' : 'A'} in ${
        position === 601 ? 'report-x' : `report-${Math.floor((position - 1) / 30)}`
      }) was changed after it was appended`,
    );
  });

  test.each([
    ['was removed', 'delete from event where position = 5', 'the event at position 5 is gone'],
    [
      'was added at the end',
      `insert into event select 605, stream, 3, 'x', type, is_json, 0, data, metadata, null from event where position = 604;
       update stream set revision = 3 where name = 'last-1'`,
      'the event at position 605 was not appended by the store',
    ],
    ['is missing at the end', 'delete from event where position > 601', 'the stream last-1 has lost events'],
    [
      'was swapped with another, together with their links',
      'update event set position = -1 where position = 2; update event set position = 2 where position = 31; update event set position = 31 where position = -1',
      'the event at position 2 (A in report-1) was changed after it was appended',
    ],
    [
      'has another link',
      `update event set link = zeroblob(32) where position = 30`,
      'the event at position 30 (A in report-0) was changed after it was appended',
    ],
  ])('finds an event that %s', (_, sql, damage) => {
    expect(changedBy(sql)).toBe(damage);
  });

  describe('in which streams were deleted', () => {
    let hidden: string;
    beforeAll(async () => {
      hidden = copy();
      const log = new EventLog({ file: hidden, now });
      log.delete('report-1', 29n, 'delete');
      log.delete('report-2', 29n, 'delete');
      log.delete('report-3', 29n, 'tombstone');
      log.delete('never-written', 'any', 'delete');
      log.delete('never-written-either', 'any', 'tombstone');
      log.close();
      const store = openSqliteEventStore({ file: hidden, now });
      await store.append('report-2', 'no_stream', events('A', 2));
      await store.close();
    });

    test('finds no damage: a deletion hides events, and the log keeps them', () => {
      expect(damageIn(hidden)).toBeUndefined();
    });

    test.each([
      ['removed from a deleted stream', `delete from event where stream = 'report-1' and revision = 29`, 60],
      ['removed from a tombstoned stream', `delete from event where stream = 'report-3' and revision = 0`, 91],
      ['changed in a stream before it was written again', `update event set type = 'D' where position = 61`, 61],
    ])('finds an event that was %s', (_, sql, position) => {
      expect(changedBy(sql, hidden)).toContain(`the event at position ${position} `);
    });

    test.each([
      ['deleted', 'report-1'],
      ['tombstoned', 'report-3'],
    ])('finds that a %s stream has fewer events than its revision says', (_, stream) => {
      const sql = `update stream set revision = 30 where name = '${stream}'`;
      expect(changedBy(sql, hidden)).toBe(`the stream ${stream} has lost events`);
    });
  });

  test('finds 64 overwritten bytes anywhere in the file', () => {
    const sizeBytes = statSync(whole).size;
    const everything = rowsIn(whole);
    let found = 0;
    for (let at = 128; at < sizeBytes; at += Math.floor(sizeBytes / 40)) {
      const file = copy();
      const bytes = readFileSync(file);
      bytes.fill(0x2a, at, at + 64);
      writeFileSync(file, bytes);
      if (damageIn(file)) found += 1;
      // Pages contain free space, which may be overwritten.
      else expect(rowsIn(file), `64 bytes at ${at}`).toEqual(everything);
    }
    expect(found).toBeGreaterThan(20);
  });

  test('finds a truncated file', () => {
    const file = copy();
    truncateSync(file, Math.floor(statSync(file).size / 2));
    expect(damageIn(file)).toBeDefined();
  });
});

test('the links are those that contracts/README.md defines', () => {
  const db = new DatabaseSync(whole, { readOnly: true });
  const rows = db.prepare('select * from event order by position').all() as unknown as StoredRow[];
  db.close();
  let link: Uint8Array = new Uint8Array(32);
  for (const { id, stream, revision, type, is_json, recorded_at_ms, data, metadata, link: stored } of rows) {
    const rest = [id, stream, `${revision}`, type, is_json === 1, recorded_at_ms, data.length, metadata.length];
    link = createHash('sha256').update(link).update(JSON.stringify(rest)).update(data).update(metadata).digest();
    expect(Buffer.from(stored)).toEqual(link);
  }
  expect(rows).toHaveLength(604);
});

interface StoredRow {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly is_json: number;
  readonly recorded_at_ms: number;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly link: Uint8Array;
}

describe('the format of a log', () => {
  test('can be converted to that of an older release and back without losing anything', async () => {
    const file = copy();
    expect(migrateLogFile(file, 1)).toBe(FORMAT_VERSION);
    const db = new DatabaseSync(file);
    expect(db.prepare('pragma user_version').get()).toEqual({ user_version: 1 });
    expect(db.prepare("select name from pragma_table_info('event') where name = 'link'").all()).toEqual([]);
    db.close();
    const store = openSqliteEventStore({ file, now });
    await store.append('report-0', 'any', [event('A', { n: 30 })]);
    expect(numbers(await all(store.readStream('report-0')))).toHaveLength(31);
    await store.close();
    expect(damageIn(file)).toBeUndefined();
  });

  test('can be converted and back, and a repeated append without an expected revision is still recognised', async () => {
    const file = copy();
    const proposed = [event('A', { n: 1 }), event('A', { n: 2 })];
    const before = openSqliteEventStore({ file, now });
    const first = await before.append('report-0', 'any', proposed);
    await before.close();
    migrateLogFile(file, 3);
    const after = openSqliteEventStore({ file, now });
    expect(await after.append('report-0', 'any', proposed)).toEqual(first);
    expect(await after.append('report-0', 'stream_exists', proposed)).toEqual(first);
    await after.close();
    expect(damageIn(file)).toBeUndefined();
  });

  test('of a newer release is reported, with what to do', () => {
    const file = copy();
    const db = new DatabaseSync(file);
    db.exec('pragma user_version = 9');
    db.close();
    const sentence = `The event log ${file} was written by a newer release: its format is 9, and this release reads up to ${FORMAT_VERSION}. Start that release, or convert the log with its evidence log format --to ${FORMAT_VERSION}.`;
    expect(() => openSqliteEventStore({ file, now })).toThrow(sentence);
    expect(() => migrateLogFile(file, 1)).toThrow(sentence);
  });

  test('is not converted if the file is missing or open, or the format unknown', async () => {
    expect(() => migrateLogFile(join(folder, 'nowhere.sqlite'), 1)).toThrow('There is no event log');
    const file = copy();
    const store = openSqliteEventStore({ file, now });
    expect(() => migrateLogFile(file, 1)).toThrow('another process has it open');
    await store.close();
    expect(() => migrateLogFile(file, 0)).toThrow(RangeError);
  });
});
