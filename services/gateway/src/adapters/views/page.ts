import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { PageOf } from '../../core/call/page.js';

interface PageQuery {
  readonly from: string;
  /** Each condition has one value; a condition whose value is undefined is ignored. */
  readonly conditions: readonly (readonly [sql: string, value: SQLInputValue | undefined])[];
  readonly order: string;
  readonly limit: number;
}

/** Reads one row more than requested, which shows whether there is a next page. */
export function pageOf<Row>(
  db: DatabaseSync,
  { from, conditions, order, limit }: PageQuery,
  read: (row: Record<string, SQLOutputValue>) => { readonly record: Row; readonly place: string },
): PageOf<Row> {
  const narrowing = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const where = narrowing.map(({ sql }) => sql).join(' and ');
  const found = db
    .prepare(`select * from ${from} where ${where} order by ${order} limit ?`)
    .all(...narrowing.map(({ value }) => value), limit + 1)
    .map(read);
  const shown = found.slice(0, limit);
  return { rows: shown.map(({ record }) => record), next: found.length > limit ? shown.at(-1)?.place : undefined };
}
