import type { DatabaseSync } from 'node:sqlite';
import type { UnreadableCode } from '@evidence/contracts';
import type { Position, UnreadableEvent } from '../port.js';

/** The events that a view could not read, and left out. */
export interface Quarantine {
  /** Runs inside the transaction that moves the checkpoint past the event. */
  add(event: UnreadableEvent): void;
  count(): number;
  /** Oldest first, at most `limit`. If `tenant` is given: only its events, and those whose tenant is unknown. */
  list(limit: number, tenant?: string): QuarantinedEvent[];
  /** Which of the tenant's events up to `position` are missing. */
  lackingOf(tenant: string, position: Position): Lacking;
}

export interface QuarantinedEvent {
  readonly position: Position;
  readonly stream: string;
  readonly type: string;
  readonly code: UnreadableCode;
  readonly reason: string;
  readonly tenant?: string;
}

export interface Lacking {
  /** The tenant's first missing event; one that no build can read comes before those of a newer version. */
  readonly first?: QuarantinedEvent;
  /** How many events have no known tenant, and may be the tenant's. */
  readonly ofNobody: number;
}

/** Longer reasons and names are truncated, because others wrote them. */
const TEXT_CHARS_MAX = 500;

export const QUARANTINE_DDL = `
  create table view_quarantine (
    position integer primary key, stream text not null, type text not null, code text not null, reason text not null, tenant text
  ) strict;
  create table view_reader (only_row integer primary key check (only_row = 1), contracts text not null) strict;
`;

/**
 * Whether the view lacks events and was last opened by a build with other contracts. If so it is rebuilt, because this build may be able to read
 * them.
 */
export function isWorthRebuilding(db: DatabaseSync, contracts: string): boolean {
  const { lacking } = db
    .prepare('select count(*) as lacking from view_quarantine where (select contracts from view_reader) is not ?')
    .get(contracts) as { lacking: number };
  return lacking > 0;
}

export const recordReader = (db: DatabaseSync, contracts: string): void =>
  void db
    .prepare(
      'insert into view_reader (only_row, contracts) values (1, ?) on conflict do update set contracts = excluded.contracts',
    )
    .run(contracts);

export function quarantineIn(db: DatabaseSync): Quarantine {
  const insert = db.prepare('insert or replace into view_quarantine values (?, ?, ?, ?, ?, ?)');
  const count = db.prepare('select count(*) as count from view_quarantine');
  const list = db.prepare(
    'select * from view_quarantine where ?1 is null or tenant is null or tenant = ?1 order by position limit ?2',
  );
  list.setReadBigInts(true);
  const first = db.prepare(
    "select * from view_quarantine where tenant = ? and position <= ? order by code = 'newer_version', position limit 1",
  );
  first.setReadBigInts(true);
  const ofNobody = db.prepare('select count(*) as count from view_quarantine where tenant is null and position <= ?');
  return {
    add({ position, stream, type, code, reason, tenant }) {
      insert.run(position, cut(stream), cut(type), code, cut(reason), tenant ?? null);
    },
    count: () => (count.get() as { count: number }).count,
    list: (limit, tenant) => list.all(tenant ?? null, limit).map(quarantined),
    lackingOf(tenant, position) {
      const row = first.get(tenant, position);
      const { count: nobodys } = ofNobody.get(position) as { count: number };
      return { ofNobody: nobodys, ...(row && { first: quarantined(row) }) };
    },
  };
}

function quarantined(row: Record<string, unknown>): QuarantinedEvent {
  const { tenant, ...event } = row;
  return { ...event, ...(tenant !== null && { tenant }) } as QuarantinedEvent;
}

const cut = (text: string): string => text.slice(0, TEXT_CHARS_MAX);
