import type { DatabaseSync, StatementSync } from 'node:sqlite';

const prepared = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** The statement of `sql`, a constant in the caller's code. Parsed once per database, because parsing takes SQLite longer than running it. */
export function preparedOn(db: DatabaseSync, sql: string): StatementSync {
  const statements = prepared.get(db) ?? new Map<string, StatementSync>();
  prepared.set(db, statements);
  const statement = statements.get(sql) ?? db.prepare(sql);
  statements.set(sql, statement);
  return statement;
}
