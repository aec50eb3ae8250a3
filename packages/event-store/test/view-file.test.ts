import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LARGE_PAGE_BYTES, openViewFile, type ViewFile, type ViewFileOptions } from '../src/view/index.js';
import { markAt } from './scenario.js';

const schema = 'create table total (stream text primary key, count integer not null, sum integer not null) strict;';
const totals = ({ db }: ViewFile) => db.prepare('select * from total order by stream').all();

let folder: string;
let file: string;
let view: ViewFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'view-'));
  file = join(folder, 'totals.sqlite');
  view = openViewFile({ file, schemaVersion: 1, schema });
});
afterEach(() => {
  view.close();
  rmSync(folder, { recursive: true, force: true });
});

function reopen(options: ViewFileOptions = { file, schemaVersion: 1, schema }): void {
  view.close();
  view = openViewFile(options);
}

describe('a view file', () => {
  test('of another schema version is recreated', () => {
    view.transaction(markAt(5n), (db) => db.exec("insert into total values ('report-1', 1, 1)"));
    reopen({ file, schemaVersion: 2, schema: 'create table other (n integer) strict' });
    expect(view.checkpoint()).toBeUndefined();
    expect(() => totals(view)).toThrow(/no such table/);
    expect(view.db.prepare('select * from other').all()).toEqual([]);
  });

  test('of the same version keeps tables and checkpoint', () => {
    view.transaction(markAt(5n), (db) => db.exec("insert into total values ('report-1', 1, 1)"));
    reopen();
    expect(view.checkpoint()?.position).toBe(5n);
    expect(totals(view)).toHaveLength(1);
  });

  test.each([undefined, LARGE_PAGE_BYTES])('with pages of %s bytes copies its WAL at 32 MiB', (pageBytes) => {
    reopen({ file, schemaVersion: 2, schema, ...(pageBytes && { pageBytes }) });
    const pragmaOf = (pragma: string) => Number(Object.values(view.db.prepare(`pragma ${pragma}`).get() ?? {})[0]);
    expect(pragmaOf('page_size')).toBe(pageBytes ?? 4_096);
    expect(pragmaOf('page_size') * pragmaOf('wal_autocheckpoint')).toBe(32 * 1024 * 1024);
  });

  test('that is damaged is recreated', () => {
    view.transaction(markAt(5n), (db) => db.exec("insert into total values ('report-1', 1, 1)"));
    view.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x2a, 0, 64));
    view = openViewFile({ file, schemaVersion: 1, schema });
    expect(view.checkpoint()).toBeUndefined();
    expect(totals(view)).toEqual([]);
  });

  test('tells when its tables are not what the last transaction made of them', () => {
    const told: number[] = [];
    const tells = { file, schemaVersion: 1, schema, onUndone: () => void told.push(totals(view).length) };
    reopen(tells);
    view.transaction(markAt(5n), (db) => db.exec("insert into total values ('report-1', 1, 1)"));
    const failing = () =>
      view.transaction(markAt(6n), (db) => {
        db.exec("insert into total values ('report-2', 1, 1)");
        throw new Error('no');
      });
    expect(told).toEqual([]);
    expect(failing).toThrow('no');
    expect(told).toEqual([1]);
    view.clear();
    expect(told).toEqual([1, 0]);
  });

  test('rolls back both the change and the checkpoint of a transaction that throws', () => {
    view.transaction(markAt(5n), (db) => db.exec("insert into total values ('report-1', 1, 1)"));
    const failing = () =>
      view.transaction(markAt(6n), (db) => {
        db.exec("insert into total values ('report-2', 1, 1)");
        throw new Error('not this one');
      });
    expect(failing).toThrow('not this one');
    expect(view.checkpoint()?.position).toBe(5n);
    expect(totals(view)).toHaveLength(1);
  });

  test('does not go on after SQLite undid its changes because somebody else found no space', () => {
    view.change((db) => db.exec("insert into total values ('report-1', 1, 1)"));
    const { page_count: pages } = view.db.prepare('pragma page_count').get() as { page_count: number };
    view.db.exec(`pragma max_page_count = ${pages}`);
    const grow = view.db.prepare('insert into total values (?, 1, 1)');
    expect(() => grow.run('x'.repeat(50_000))).toThrow('full');
    view.db.exec('pragma max_page_count = 1000000');
    expect(view.db.isTransaction).toBe(false);
    expect(() => view.commit(markAt(5n))).toThrow('SQLite undid the changes');
    expect([view.checkpoint(), totals(view)]).toEqual([undefined, []]);
    view.transaction(markAt(5n), (db) => db.exec("insert into total values ('report-1', 1, 1)"));
    expect(totals(view)).toHaveLength(1);
  });

  test('stores positions as large as those of KurrentDB', () => {
    view.transaction(markAt(9_007_199_254_740_993n), () => undefined);
    expect(view.checkpoint()?.position).toBe(9_007_199_254_740_993n);
  });

  test.each([0, 1.5, -1])('has no schema version %d', (schemaVersion) => {
    expect(() => openViewFile({ file: ':memory:', schemaVersion, schema })).toThrow(RangeError);
  });
});
