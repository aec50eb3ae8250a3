import { type FindingRecorded, type ScanSuperseded, SEVERITIES } from '@evidence/contracts';
import type { Filter } from '@evidence/event-store';
import { type LogEvent } from '@evidence/event-store/log';
import { preparedOn, type ViewFile } from '@evidence/event-store/view';
import { dayOf, dayOfScan, decisionInFile, recordedFinding, recordedScan } from '../recorded-evidence.js';

/** The schema version of the view file. Raise it with every change below, and of the JSON in the rows. */
export const EVIDENCE_SCHEMA_VERSION = 11;

/**
 * Rows are never removed, so that any point in the past can be queried: each has the position from which it counts, and an observation also the
 * one from which it does not, because its scan was superseded. Observations are stored in the order of the log, several to a page; SQLite would give
 * each a page of its own in a table without rowids. `observation_by_scope` has the order in which scopes read them, without their data: counting reads
 * only the index. Queries name the index, because without statistics SQLite would scan all data of the tenant. `is_only`: the weakness has no other
 * observation. Ids of weaknesses are random, so an import writes pages all over their index: it is narrow, and the wide one that saves reports from
 * reading the rows has only weaknesses with several observations. `weight`: see `weightOf`. `is_undated`: its scan has no stated time, and
 * `observed_at` is the time of the import, the latest at which it can have run. `apart`: scans of one run of which neither is a copy of the other, in
 * both directions.
 */
export const EVIDENCE_SCHEMA = `
  create table scan (
    tenant text, scan_id text, position integer, endpoint_id text not null, day text not null, data text not null,
    primary key (tenant, scan_id, position)
  ) strict, without rowid;
  create table superseded (
    tenant text, scan_id text, by_scan text not null, position integer not null, data text not null, primary key (tenant, scan_id, by_scan)
  ) strict, without rowid;
  create index superseded_by_winner on superseded (tenant, by_scan);
  create table apart (
    tenant text, scan_id text, other text, position integer not null, primary key (tenant, scan_id, other)
  ) strict, without rowid;
  create table observation (
    position integer primary key, tenant text not null, endpoint_id text not null, day text not null, severity text not null, finding_id text not null, scan_id text not null,
    observed_at text not null, is_undated integer not null, weight integer not null, is_only integer not null, gone_position integer,
    born text not null, closing text, data text not null
  ) strict;
  create index observation_by_scope on observation (
    tenant, endpoint_id, day, severity, position, is_only, gone_position, finding_id, observed_at, weight, scan_id
  );
  create index observation_of_finding on observation (tenant, finding_id);
  create index observation_beside_others on observation (
    tenant, finding_id, observed_at desc, weight desc, position desc, day, gone_position, scan_id, is_undated
  ) where is_only = 0;
  create index observation_of_scan on observation (tenant, scan_id, position, finding_id);
  create table not_seen (
    tenant text, finding_id text, scan_id text, position integer not null, tested_at text not null, primary key (tenant, finding_id, scan_id)
  ) strict, without rowid;
  create table decision (
    tenant text, finding_id text, position integer, status text not null, decided_at text not null, decided_by text not null,
    reason text, primary key (tenant, finding_id, position)
  ) strict, without rowid;
`;

export const EVIDENCE_EVENTS = {
  types: [
    'ScanRecorded',
    'ScanCompared',
    'ScanSuperseded',
    'FindingRecorded',
    'FindingObserved',
    'FindingStatusChanged',
  ],
} satisfies Filter;

/** Applies one event of the log to the tables, in the transaction that moves the view's checkpoint. */
export function applyToEvidence(event: LogEvent, db: ViewFile['db']): void {
  const { position } = event;
  switch (event.type) {
    case 'ScanRecorded': {
      const scan = recordedScan(event.data);
      preparedOn(db, 'insert into scan values (?, ?, ?, ?, ?, ?)').run(
        ...[event.data.tenant, scan.id, position, scan.endpointId, dayOfScan(scan), JSON.stringify(scan)],
      );
      return;
    }
    case 'FindingRecorded':
    case 'FindingObserved':
      observe(event.data, event.metadata.actor, position, db);
      return;
    case 'ScanCompared': {
      const { tenant, scanId, startedAt, notSeen, apart = [] } = event.data;
      const setApart = preparedOn(db, 'insert or ignore into apart values (?, ?, ?, ?)');
      for (const other of apart) {
        setApart.run(tenant, scanId, other, position);
        setApart.run(tenant, other, scanId, position);
      }
      const insert = preparedOn(db, 'insert or ignore into not_seen values (?, ?, ?, ?, ?)');
      for (const findingId of notSeen) insert.run(tenant, findingId, scanId, position, startedAt);
      return;
    }
    case 'ScanSuperseded':
      supersede(event.data, position, db);
      return;
    case 'FindingStatusChanged': {
      const { tenant, findingId, to, changedAt, changedBy, reason } = event.data;
      preparedOn(db, 'insert into decision values (?, ?, ?, ?, ?, ?, ?)').run(
        ...[tenant, findingId, position, to, changedAt, changedBy, reason ?? null],
      );
    }
  }
}

/** A row may be appended after its scan was superseded, if its import was interrupted and finished later. */
const IS_IN_WINNER = `
  select 1 from superseded where tenant = :tenant and scan_id = :scanId and exists (
    select 1 from observation as winner indexed by observation_of_finding
    where winner.tenant = :tenant and winner.scan_id = superseded.by_scan and winner.finding_id = :id
  )
`;

function observe(event: FindingRecorded, importedBy: string, position: bigint, db: ViewFile['db']): void {
  const { tenant, status } = event;
  const { id, endpointId, scanId, discoveredAt, severity, ...told } = recordedFinding(event);
  const isGone = preparedOn(db, IS_IN_WINNER).get({ tenant, scanId, id }) !== undefined;
  const closing = decisionInFile(event, importedBy);
  const isOnly = !preparedOn(db, 'select 1 from observation where tenant = ? and finding_id = ?').get(tenant, id);
  if (!isOnly)
    preparedOn(
      db,
      'update observation indexed by observation_of_finding set is_only = 0 where tenant = ? and finding_id = ? and is_only = 1',
    ).run(tenant, id);
  preparedOn(db, 'insert into observation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    ...[position, tenant, endpointId, dayOf(discoveredAt), severity, id, scanId, discoveredAt],
    ...[told.timeNotStated ? 1 : 0, weightOf(event), isOnly ? 1 : 0, isGone ? position : null],
    ...[status, closing ? JSON.stringify(closing) : null],
    JSON.stringify({ id, endpointId, scanId, discoveredAt, severity, ...told }),
  );
}

/** Which of several rows of a weakness in one file counts: an open one before closed ones, then the one with the worst severity. */
function weightOf({ severity, status }: FindingRecorded): number {
  const isOpen = status === 'open' || status === 'triaged';
  return (isOpen ? SEVERITIES.length : 0) + SEVERITIES.length - SEVERITIES.indexOf(severity);
}

/** Weaknesses that both scans saw now count only in `by`; those that only the superseded scan saw still count there. */
function supersede(event: ScanSuperseded, position: bigint, db: ViewFile['db']): void {
  const { tenant, scanId, by } = event;
  const { changes } = preparedOn(db, 'insert or ignore into superseded values (?, ?, ?, ?, ?)').run(
    tenant,
    scanId,
    by,
    position,
    JSON.stringify(event),
  );
  if (changes === 0) return;
  preparedOn(
    db,
    `
    update observation indexed by observation_of_scan set gone_position = :position where tenant = :tenant and scan_id = :scanId and gone_position is null
    and finding_id in (select finding_id from observation indexed by observation_of_scan where tenant = :tenant and scan_id = :by)
  `,
  ).run({ tenant, scanId, by, position });
}
