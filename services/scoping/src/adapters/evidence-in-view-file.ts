import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type {
  FindingRecorded,
  FindingStatus,
  FindingStatusChanged,
  ReportScope,
  ScanRecorded,
  ScopedScan,
} from '@evidence/contracts';
import type { Filter, Projection, RecordedEvent, ViewFile } from '@evidence/event-store';
import {
  dayOf,
  type KnownFinding,
  type RecordedFinding,
  recordedFinding,
  recordedScan,
} from '../core/recorded-evidence.js';
import { type FindingTally, SEVERITIES } from '../core/resolve-scope.js';
import type { EvidenceLog } from '../ports.js';

/** Of the view file. Raise it with every change below. */
export const EVIDENCE_SCHEMA_VERSION = 3;

/**
 * Nothing is overwritten: every row keeps the position at which it became true, so that any point of the past can be asked for. Findings lie
 * in the order in which scopes ask for them. The index repeats that order without their data: counting reads it alone, and finding walks both
 * side by side. Queries name it, for without statistics SQLite would walk all data of the tenant.
 */
export const EVIDENCE_SCHEMA = `
  create table scan (
    tenant text, scan_id text, position integer, endpoint_id text not null, day text not null, data text not null,
    primary key (tenant, scan_id, position)
  ) strict, without rowid;
  create table finding (
    tenant text, endpoint_id text, day text, severity text, position integer, finding_id text not null, scan_id text not null,
    born text not null, data text not null, primary key (tenant, endpoint_id, day, severity, position)
  ) strict, without rowid;
  create index finding_by_scope on finding (tenant, endpoint_id, day, severity, position, scan_id);
  create table decision (
    tenant text, finding_id text, position integer, status text not null, decided_at text not null, decided_by text not null,
    reason text, primary key (tenant, finding_id, position)
  ) strict, without rowid;
`;

export const EVIDENCE_EVENTS: Filter = { typePrefixes: ['ScanRecorded', 'FindingRecorded', 'FindingStatusChanged'] };

/** How long a request waits for the view; the message is tried again after that. */
const REACH_TIMEOUT_MS = 10_000;

/** Takes one event of the log into the tables, in the transaction that moves the view's checkpoint. */
export function applyToEvidence({ type, data, position }: RecordedEvent, db: ViewFile['db']): void {
  switch (type) {
    case 'ScanRecorded': {
      const event = data as ScanRecorded;
      const scan = recordedScan(event);
      db.prepare('insert into scan values (?, ?, ?, ?, ?, ?)').run(
        ...[event.tenant, scan.id, position, scan.endpointId, dayOf(scan.startedAt), JSON.stringify(scan)],
      );
      return;
    }
    case 'FindingRecorded': {
      const event = data as FindingRecorded;
      const finding = recordedFinding(event);
      db.prepare('insert into finding values (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
        ...[event.tenant, finding.endpointId, dayOf(finding.discoveredAt), finding.severity, position],
        ...[finding.id, finding.scanId, event.status, JSON.stringify(finding)],
      );
      return;
    }
    case 'FindingStatusChanged': {
      const { tenant, findingId, to, changedAt, changedBy, reason } = data as FindingStatusChanged;
      db.prepare('insert into decision values (?, ?, ?, ?, ?, ?, ?)').run(
        ...[tenant, findingId, position, to, changedAt, changedBy, reason ?? null],
      );
    }
  }
}

const KNOWN_THEN = 'tenant = :tenant and position <= :position';

const TALLIES = `
  select endpoint_id as endpointId, day, severity, count(*) as findings from finding indexed by finding_by_scope
  where ${KNOWN_THEN} group by endpoint_id, day, severity
`;

/** `everywhere`: the scope names no endpoints. With endpoints, the index leads straight to their days. */
const inBounds = (everywhere: boolean): string =>
  `${everywhere ? ':endpoints is null' : 'endpoint_id in (select value from json_each(:endpoints))'} and day between :from and :to`;
const inScope = (everywhere: boolean): string =>
  `${KNOWN_THEN} and ${inBounds(everywhere)} and severity in (select value from json_each(:severities))`;

const findingsQuery = (everywhere: boolean): string => `
  select finding.data, finding.born, decision.status, decision.decided_at as at, decision.decided_by as by, decision.reason
  from (select * from finding indexed by finding_by_scope where ${inScope(everywhere)}) as finding
  left join decision on decision.tenant = finding.tenant and decision.finding_id = finding.finding_id and decision.position = (
    select max(position) from decision
    where tenant = finding.tenant and finding_id = finding.finding_id and position <= :position
  )
`;

/** A finding of the last day may be of a scan that started the day before the first. */
const scansQuery = (everywhere: boolean): string => `
  select data from scan where ${KNOWN_THEN} and (
    (${inBounds(everywhere)}) or scan_id in (select scan_id from finding indexed by finding_by_scope where ${inScope(everywhere)})
  )
`;

interface FindingRow {
  readonly data: string;
  readonly born: FindingStatus;
  readonly status: FindingStatus | null;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

/**
 * The port over a view file that was opened with `EVIDENCE_SCHEMA` and is kept by `projection`. Rows are read one by one while they are
 * walked, so memory follows what the report includes and not what the tenant has.
 */
export function evidenceInViewFile({ db }: Pick<ViewFile, 'db'>, projection: Pick<Projection, 'reached'>): EvidenceLog {
  const tallies = db.prepare(TALLIES);
  const statements = (everywhere: boolean) => ({
    findings: db.prepare(findingsQuery(everywhere)),
    scans: db.prepare(scansQuery(everywhere)),
  });
  const everywhere = statements(true);
  const somewhere = statements(false);
  return {
    async asOf(tenant, position, scope) {
      await projection.reached(position, REACH_TIMEOUT_MS);
      const { findings, scans } = scope.endpointIds.length > 0 ? somewhere : everywhere;
      const bounds = { tenant, position, ...boundsOf(scope) };
      return {
        tallies: rows<FindingTally, FindingTally>(tallies, { tenant, position }, (tally) => tally),
        findings: rows(findings, bounds, knownFinding),
        scans: rows<{ data: string }, ScopedScan>(scans, bounds, ({ data }) => JSON.parse(data)),
      };
    },
  };
}

type Parameters = Record<string, SQLInputValue>;

/** Runs the statement anew each time it is walked. */
function rows<Row, T>(statement: StatementSync, parameters: Parameters, read: (row: Row) => T): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (const row of statement.iterate(parameters)) yield read(row as Row);
    },
  };
}

/** `''` is before, and `~` after, every day. */
const boundsOf = ({ endpointIds, from, to, includeSeverities }: ReportScope): Parameters => ({
  endpoints: endpointIds.length > 0 ? JSON.stringify(endpointIds) : null,
  from: from ?? '',
  to: to ?? '~',
  severities: JSON.stringify(includeSeverities.length > 0 ? includeSeverities : SEVERITIES),
});

function knownFinding({ data, born, status, at, by, reason }: FindingRow): KnownFinding {
  const recorded = JSON.parse(data) as RecordedFinding;
  if (status === null) return { recorded, status: born };
  return { recorded, status, decision: { at, by, ...(reason !== null && { reason }) } };
}
