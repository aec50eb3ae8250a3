import type {
  FindingRecorded,
  FindingStatusChanged,
  ScanCompared,
  ScanRecorded,
  ScanSuperseded,
} from '@evidence/contracts';
import type { Filter, RecordedEvent, ViewFile } from '@evidence/event-store';
import { dayOf, decisionInFile, recordedFinding, recordedScan } from '../core/recorded-evidence.js';
import { SEVERITIES } from '../core/resolve-scope.js';

/** Of the view file. Raise it with every change below, and of what the rows hold as JSON. */
export const EVIDENCE_SCHEMA_VERSION = 6;

/**
 * What is written stays: every row keeps the position at which it became true, or was counted elsewhere, so that any point of the past can be
 * asked for. Observations lie in the order in which scopes ask for them. Their index repeats that order without their data: counting reads
 * it alone, and finding walks both side by side. Queries name it, for without statistics SQLite would walk all data of the tenant.
 * `is_only`: the weakness has no other observation. `weight`: see `weightOf`.
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
  create table observation (
    tenant text, endpoint_id text, day text, severity text, position integer, finding_id text not null, scan_id text not null,
    observed_at text not null, weight integer not null, is_only integer not null, gone_position integer,
    born text not null, closing text, data text not null, primary key (tenant, endpoint_id, day, severity, position)
  ) strict, without rowid;
  create index observation_by_scope on observation (
    tenant, endpoint_id, day, severity, position, is_only, gone_position, finding_id, observed_at, weight, scan_id
  );
  create index observation_of_finding on observation (
    tenant, finding_id, observed_at desc, weight desc, position desc, day, gone_position, scan_id
  );
  create index observation_of_scan on observation (tenant, scan_id, finding_id);
  create table not_seen (
    tenant text, finding_id text, scan_id text, position integer not null, tested_at text not null, primary key (tenant, finding_id, scan_id)
  ) strict, without rowid;
  create table decision (
    tenant text, finding_id text, position integer, status text not null, decided_at text not null, decided_by text not null,
    reason text, primary key (tenant, finding_id, position)
  ) strict, without rowid;
`;

export const EVIDENCE_EVENTS: Filter = {
  typePrefixes: [
    'ScanRecorded',
    'ScanCompared',
    'ScanSuperseded',
    'FindingRecorded',
    'FindingObserved',
    'FindingStatusChanged',
  ],
};

/** Takes one event of the log into the tables, in the transaction that moves the view's checkpoint. */
export function applyToEvidence({ type, data, metadata, position }: RecordedEvent, db: ViewFile['db']): void {
  switch (type) {
    case 'ScanRecorded': {
      const event = data as ScanRecorded;
      const scan = recordedScan(event);
      db.prepare('insert into scan values (?, ?, ?, ?, ?, ?)').run(
        ...[event.tenant, scan.id, position, scan.endpointId, dayOf(scan.startedAt), JSON.stringify(scan)],
      );
      return;
    }
    case 'FindingRecorded':
    case 'FindingObserved':
      observe(data as FindingRecorded, (metadata as { actor: string }).actor, position, db);
      return;
    case 'ScanCompared': {
      const { tenant, scanId, startedAt, notSeen } = data as ScanCompared;
      const insert = db.prepare('insert or ignore into not_seen values (?, ?, ?, ?, ?)');
      for (const findingId of notSeen) insert.run(tenant, findingId, scanId, position, startedAt);
      return;
    }
    case 'ScanSuperseded':
      supersede(data as ScanSuperseded, position, db);
      return;
    case 'FindingStatusChanged': {
      const { tenant, findingId, to, changedAt, changedBy, reason } = data as FindingStatusChanged;
      db.prepare('insert into decision values (?, ?, ?, ?, ?, ?, ?)').run(
        ...[tenant, findingId, position, to, changedAt, changedBy, reason ?? null],
      );
    }
  }
}

function observe(event: FindingRecorded, importedBy: string, position: bigint, db: ViewFile['db']): void {
  const { tenant, status } = event;
  const { id, endpointId, scanId, discoveredAt, severity, ...told } = recordedFinding(event);
  const closing = decisionInFile(event, importedBy);
  const isOnly = !db.prepare('select 1 from observation where tenant = ? and finding_id = ?').get(tenant, id);
  if (!isOnly)
    db.prepare(
      'update observation indexed by observation_of_finding set is_only = 0 where tenant = ? and finding_id = ? and is_only = 1',
    ).run(tenant, id);
  db.prepare('insert into observation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?, ?)').run(
    ...[tenant, endpointId, dayOf(discoveredAt), severity, position, id, scanId, discoveredAt],
    ...[weightOf(event), isOnly ? 1 : 0],
    ...[status, closing ? JSON.stringify(closing) : null],
    JSON.stringify({ id, endpointId, scanId, discoveredAt, severity, ...told }),
  );
}

/** Of the rows that one file has of a weakness, an open one counts before those that the file closes; then the worst. */
function weightOf({ severity, status }: FindingRecorded): number {
  const isOpen = status === 'open' || status === 'triaged';
  return (isOpen ? SEVERITIES.length : 0) + SEVERITIES.length - SEVERITIES.indexOf(severity);
}

/** What both copies of a run saw counts in the one that stays; what only the other saw still counts. */
function supersede(event: ScanSuperseded, position: bigint, db: ViewFile['db']): void {
  const { tenant, scanId, by } = event;
  const { changes } = db
    .prepare('insert or ignore into superseded values (?, ?, ?, ?, ?)')
    .run(tenant, scanId, by, position, JSON.stringify(event));
  if (changes === 0) return;
  db.prepare(`
    update observation indexed by observation_of_scan set gone_position = :position where tenant = :tenant and scan_id = :scanId and gone_position is null
    and finding_id in (select finding_id from observation indexed by observation_of_scan where tenant = :tenant and scan_id = :by)
  `).run({ tenant, scanId, by, position });
}
