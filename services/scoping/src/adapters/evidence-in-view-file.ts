import type { FindingRecorded, FindingStatus, FindingStatusChanged, ScanRecorded } from '@evidence/contracts';
import type { Filter, Projection, RecordedEvent, ViewFile } from '@evidence/event-store';
import type { KnownFinding } from '../core/resolve-scope.js';
import type { EvidenceLog } from '../ports.js';

/** Of the view file. Raise it with every change below. */
export const EVIDENCE_SCHEMA_VERSION = 1;

/** Nothing is overwritten: every row keeps the position at which it became true, so that any point of the past can be asked for. */
export const EVIDENCE_SCHEMA = `
  create table scan (tenant text, position integer, data text not null, primary key (tenant, position)) strict, without rowid;
  create table finding (
    tenant text, position integer, finding_id text not null, data text not null, primary key (tenant, position)
  ) strict, without rowid;
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
      const { tenant } = data as ScanRecorded;
      db.prepare('insert into scan values (?, ?, ?)').run(tenant, position, JSON.stringify(data));
      return;
    }
    case 'FindingRecorded': {
      const { tenant, findingId } = data as FindingRecorded;
      db.prepare('insert into finding values (?, ?, ?, ?)').run(tenant, position, findingId, JSON.stringify(data));
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

const SCANS_AS_OF = 'select data from scan where tenant = :tenant and position <= :position order by position';
// A bare column beside max() is of the row that has the maximum (SQLite, "bare columns in an aggregate query").
const FINDINGS_AS_OF = `
  select finding.data, latest.status, latest.decided_at as at, latest.decided_by as by, latest.reason
  from finding left join (
    select finding_id, status, decided_at, decided_by, reason, max(position) from decision
    where tenant = :tenant and position <= :position group by finding_id
  ) as latest on latest.finding_id = finding.finding_id
  where finding.tenant = :tenant and finding.position <= :position order by finding.position
`;

interface FindingRow {
  readonly data: string;
  readonly status: FindingStatus | null;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

/** The port over a view file that was opened with `EVIDENCE_SCHEMA` and is kept by `projection`. */
export function evidenceInViewFile({ db }: Pick<ViewFile, 'db'>, projection: Pick<Projection, 'reached'>): EvidenceLog {
  const scansAsOf = db.prepare(SCANS_AS_OF);
  const findingsAsOf = db.prepare(FINDINGS_AS_OF);
  return {
    async asOf(tenant, position) {
      await projection.reached(position, REACH_TIMEOUT_MS);
      const scans = scansAsOf.all({ tenant, position }).map(({ data }) => JSON.parse(data as string) as ScanRecorded);
      const findings = (findingsAsOf.all({ tenant, position }) as unknown as FindingRow[]).map(knownFinding);
      return { scans, findings };
    },
  };
}

function knownFinding({ data, status, at, by, reason }: FindingRow): KnownFinding {
  const recorded = JSON.parse(data) as FindingRecorded;
  if (status === null) return { recorded, status: recorded.status };
  return { recorded, status, decision: { at, by, ...(reason !== null && { reason }) } };
}
