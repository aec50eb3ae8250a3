import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Filter } from '../port.js';

/**
 * What the engine can filter by: more than the port, because foreign clients of `store-server` filter types by prefix too.
 * `unreserved`: every event except those whose type begins with `$`. Undefined: everything, without exception.
 */
export type LogFilter = Filter | { readonly typePrefixes: readonly string[] } | 'unreserved';

export type Statements = ReturnType<typeof prepareStatements>;

export const EVENT_COLUMNS = 'position, stream, revision, id, type, is_json, recorded_at_ms, data, metadata';

export function prepareStatements(db: DatabaseSync) {
  return {
    head: db.prepare('select coalesce(max(position), 0) as position from event'),
    stream: db.prepare('select revision, state, first_visible from stream where name = ?'),
    insertEvent: db.prepare(
      `insert into event (stream, revision, id, type, is_json, recorded_at_ms, data, metadata, link) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    advanceStream: db.prepare(
      `insert into stream (name, revision, state, first_visible) values (?, ?, 'live', 0)
       on conflict (name) do update set revision = excluded.revision, state = 'live'`,
    ),
    hideStream: db.prepare(
      `insert into stream (name, revision, state, first_visible) values (?, ?, ?, ?)
       on conflict (name) do update set state = excluded.state, first_visible = excluded.first_visible`,
    ),
    insertUnplaced: db.prepare('insert or ignore into unplaced (stream, id, revision) values (?, ?, ?)'),
    revisionOfId: db.prepare('select revision from unplaced where stream = ? and id = ?'),
    idsFrom: db.prepare(
      'select id, revision, position from event where stream = ? and revision >= ? order by revision limit ?',
    ),
    streamForwards: db.prepare(
      `select ${EVENT_COLUMNS} from event where stream = ? and revision >= ? and revision <= ? order by revision`,
    ),
    streamBackwards: db.prepare(
      `select ${EVENT_COLUMNS} from event where stream = ? and revision <= ? and revision >= ? order by revision desc`,
    ),
    all: statementsOverAll(db),
  };
}

/**
 * Events of `$all` between two positions (both inclusive) that pass the filter. One statement per shape of the filter,
 * made once.
 */
function statementsOverAll(db: DatabaseSync) {
  const made = new Map<string, StatementSync>();
  return (
    direction: 'forwards' | 'backwards',
    filter: LogFilter | undefined,
  ): { statement: StatementSync; entries: readonly string[] } => {
    const { condition, entries } = conditionOf(filter);
    const shape = `${direction} ${condition}`;
    let statement = made.get(shape);
    if (!statement) {
      statement = db.prepare(
        `select ${EVENT_COLUMNS} from event indexed by event_names where position >= ?1 and position <= ?2
         and (${condition})
         order by position ${direction === 'forwards' ? 'asc' : 'desc'}`,
      );
      made.set(shape, statement);
    }
    return { statement, entries };
  };
}

function conditionOf(filter: LogFilter | undefined): { condition: string; entries: readonly string[] } {
  if (filter === undefined) return { condition: 'true', entries: [] };
  if (filter === 'unreserved') return { condition: "substr(type, 1, 1) <> '$'", entries: [] };
  if ('types' in filter) {
    return {
      condition: `type in (${filter.types.map((_, index) => `?${index + 3}`).join(', ')})`,
      entries: filter.types,
    };
  }
  const [column, entries] =
    'typePrefixes' in filter ? ['type', filter.typePrefixes] : ['stream', filter.streamPrefixes];
  return { condition: entries.map((_, index) => startsWith(column, index + 3)).join(' or '), entries };
}

/** Whether an event passes the filter, as `conditionOf` says it in SQL. */
export function passes(
  filter: LogFilter | undefined,
  { stream, type }: { readonly stream: string; readonly type: string },
): boolean {
  if (filter === undefined) return true;
  if (filter === 'unreserved') return !type.startsWith('$');
  if ('types' in filter) return filter.types.includes(type);
  if ('streamPrefixes' in filter) return filter.streamPrefixes.some((prefix) => stream.startsWith(prefix));
  return filter.typePrefixes.some((prefix) => type.startsWith(prefix));
}

/** Not LIKE, which ignores case, and not GLOB, in which `*` and `[` are special. Parameters 1 and 2 are the positions. */
const startsWith = (column: string, parameter: number): string =>
  `substr(${column}, 1, length(?${parameter})) = ?${parameter}`;
