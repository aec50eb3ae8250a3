import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { ViewFile } from '@evidence/event-store/view';

export type Parameters = Record<string, SQLInputValue>;

/** Reports that are read at the same time need statements of their own, because a statement has one cursor; compiling one takes longer than a small report. */
export class IdleStatements {
  readonly #idle = new Map<string, StatementSync[]>();

  constructor(private readonly db: ViewFile['db']) {}

  /** Runs the query again for each iteration. */
  rows<Row, T>(sql: string, parameters: Parameters, read: (row: Row) => T): Iterable<T> {
    const take = () => this.#of(sql).pop() ?? this.db.prepare(sql);
    const giveBack = (statement: StatementSync) => this.#of(sql).push(statement);
    return {
      *[Symbol.iterator]() {
        const statement = take();
        try {
          for (const row of statement.iterate(parameters)) yield read(row as Row);
        } finally {
          giveBack(statement);
        }
      },
    };
  }

  #of(sql: string): StatementSync[] {
    const known = this.#idle.get(sql) ?? [];
    this.#idle.set(sql, known);
    return known;
  }
}
