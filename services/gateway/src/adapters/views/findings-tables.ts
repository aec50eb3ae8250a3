import type { StatementSync } from 'node:sqlite';
import type { ViewFile } from '@evidence/event-store/view';
import { CHANGES_MAX } from '../../core/findings/finding-record.js';

/** Raise with every change of the schema or of what `FindingRecord` contains, so that the view is rebuilt. */
export const SCHEMA_VERSION = 11;

/**
 * A finding is as `last_scan` saw it. Most findings are seen once: their only observation is in the row of the finding, because each row and each
 * index of an import takes time. The second one moves both to `observation`; then `data` and the other columns of an observation are null, and `told`
 * is the rest of the record. Ids are random, so a finding has a number too, in the order of the log: an import writes pages all over the index of ids
 * only. `id_key`: see `keyOfId`. `clash`: how many earlier findings have the same key. `is_open`: the file has it as open in at least one of its rows.
 * `gone`: the scan was superseded by a copy of its run that saw the finding too. `is_undated`: the time of its scan is unknown, and `observed_at` is
 * the time of the import, the latest at which it can have run.
 */
export const SCHEMA = `
  create table finding (
    number integer primary key,
    id text not null,
    id_key integer not null,
    clash integer not null,
    tenant text not null,
    place text not null,
    endpoint_id text not null,
    severity text not null,
    status text not null,
    last_scan text not null,
    told text,
    position integer,
    imported_by text,
    is_open integer,
    is_undated integer,
    data text,
    check ((data is null) = (told is not null))
  ) strict;
  create unique index finding_by_id on finding (id_key, clash);
  create unique index finding_oldest on finding (tenant, place);
  create index finding_of_scan on finding (last_scan) where data is not null;
  create table observation (
    finding integer not null, scan_id text not null, observed_at text not null, position integer not null,
    gone integer not null default 0, imported_by text not null, is_open integer not null, is_undated integer not null, data text not null, primary key (finding, scan_id)
  ) strict;
  create index observation_of_scan on observation (scan_id, position, finding, gone);
  create view record as
    select number, id, id_key, tenant, place, endpoint_id, severity, status, told, finding.imported_by, finding.is_undated,
      coalesce(finding.data, observation.data) as data
    from finding left join observation on finding.data is null and finding = number and scan_id = last_scan;
  create view seen as
    select last_scan as scan_id, number from finding where data is not null
    union all select scan_id, finding from observation where gone = 0;
  create table scan (id text primary key, tenant text not null, recorded integer not null) strict, without rowid;
  create index scan_of_tenant on scan (tenant, recorded);
  create table superseded (scan_id text, by_scan text, primary key (scan_id, by_scan)) strict, without rowid;
  create table status_change (finding_id text, position integer, data text not null, primary key (finding_id, position)) strict, without rowid;
  create table not_seen (finding_id text, tested_at text, scan_id text, primary key (finding_id, tested_at, scan_id)) strict, without rowid;
`;

const SIGHTINGS = `
  select min(iif(is_undated = 1, null, observed_at)) as firstSeenAt, max(iif(is_undated = 1, null, observed_at)) as lastSeenAt,
    count(*) as observations, sum(is_undated) as undated, max(iif(is_undated = 1, observed_at, null)) as importedAt from observation
  where finding = ? and gone = 0
`;
const LAST =
  'select data, imported_by from observation where finding = ? and gone = 0 order by observed_at desc, position desc limit 1';
/** The status of the last decision about a finding; null: there is none. */
const DECIDED = "(select data ->> 'to' from status_change where finding_id = ?1 order by position desc limit 1)";

/**
 * `addNew` has `values`, not `select`: before a statement that might insert several rows changes a page, SQLite copies it, in case that the statement
 * fails (https://sqlite.org/tempfiles.html, 2.5).
 */
const STATEMENTS = {
  find: 'select * from record where id_key = ? and id = ?',
  number: 'select number from finding where id_key = ? and id = ?',
  place: 'select place from finding where number = ?',
  addNew: `insert into finding (id, id_key, clash, tenant, place, endpoint_id, severity, status, last_scan, position, imported_by, is_open, is_undated, data)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(${DECIDED}, ?8), ?9, ?10, ?11, ?12, ?13, ?14) on conflict (id_key, clash) do nothing`,
  clashes: 'select count(*) as clashes from finding where id_key = ?',
  only: 'select place, status, imported_by, is_undated from finding where number = ? and data is not null',
  decideOnly: `update finding set status = ${DECIDED} where number = ?2 and data is not null`,
  copyOnly: `insert into observation (finding, scan_id, observed_at, position, imported_by, is_open, is_undated, data)
    select number, last_scan, ?, position, imported_by, is_open, is_undated, data from finding where number = ?`,
  emptyOnly: `update finding set told = ?, position = null, imported_by = null, is_open = null, is_undated = null, data = null where number = ?`,
  put: 'update finding set severity = ?, status = ?, last_scan = ?, told = ? where number = ?',
  addObservation: `insert into observation (finding, scan_id, observed_at, position, imported_by, is_open, is_undated, data) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (finding, scan_id) do update set position = excluded.position, is_open = excluded.is_open, data = excluded.data
    where excluded.is_open >= observation.is_open`,
  addScan: 'insert or ignore into scan values (?, ?, ?)',
  scan: 'select tenant from scan where id = ?',
  recorded: 'select sum(recorded) as recorded from scan where tenant = ?',
  addSuperseded: 'insert or ignore into superseded values (?, ?)',
  addChange: 'insert into status_change values (?, ?, ?)',
  addNotSeen: 'insert or ignore into not_seen values (?, ?, ?)',
  last: LAST,
  decided: `select ${DECIDED} as status`,
  sightings: SIGHTINGS,
  changes: `select data from status_change where finding_id = ? order by position desc limit ${CHANGES_MAX}`,
  notSeen:
    'select scan_id as scanId, tested_at as testedAt from not_seen where finding_id = ? order by tested_at, scan_id',
  seenByBoth: `select finding from observation as one where scan_id = ? and gone = 0
    and exists (select 1 from observation where scan_id = ? and finding = one.finding)`,
  setGoneLate: `update observation as late set gone = 1 where finding = ? and scan_id = ? and exists (
    select 1 from superseded join observation as winner on winner.scan_id = superseded.by_scan
    where superseded.scan_id = late.scan_id and winner.finding = late.finding
  )`,
  isSuperseded: 'select 1 from superseded where scan_id = ?',
  setGone: 'update observation set gone = 1 where finding = ? and scan_id = ?',
};
type Name = keyof typeof STATEMENTS;

export type FindingStatements = Readonly<Record<Name, StatementSync>>;

export function statementsOn({ db }: ViewFile): FindingStatements {
  const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(prepared) as Record<Name, StatementSync>;
}
