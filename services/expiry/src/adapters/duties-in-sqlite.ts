import type { DatabaseSync } from 'node:sqlite';
import { type ReportEvent, reportEventTypes } from '@evidence/contracts';
import type { RecordedEvent } from '@evidence/event-store';
import type { TenantEvent } from '@evidence/retention';
import { blobsOf, type DutyKind, dutyAfter } from '../core/duty.js';
import type { Duties, OwedDuty } from '../ports.js';

/** Of the view file. Raise it with every change below. */
export const DUTIES_SCHEMA_VERSION = 1;

export const DUTIES_SCHEMA = `
  create table duty (
    report_id text primary key,
    tenant text not null,
    kind text not null,
    since_ms integer not null,
    cause_id text not null
  ) strict;
  create index duty_by_age on duty (kind, since_ms);
  create table hold (report_id text, tenant text, primary key (report_id, tenant)) strict, without rowid;
  create table blob (report_id text, tenant text, sha256 text, primary key (report_id, sha256)) strict, without rowid;
  create index blob_by_content on blob (tenant, sha256);
`;

/** The events that make, change and end duties. */
export const DUTY_EVENTS = [...reportEventTypes, 'LegalHoldPlaced', 'LegalHoldReleased'] as const;

/** Takes one event of the log into the tables, in the transaction that moves the view's checkpoint. */
export function applyToDuties({ id, type, data, metadata }: RecordedEvent, db: DatabaseSync): void {
  const { tenant } = metadata as { tenant: string };
  const event = { type, data } as ReportEvent | Extract<TenantEvent, { type: `LegalHold${string}` }>;
  const { reportId } = event.data;
  switch (event.type) {
    case 'LegalHoldPlaced':
      db.prepare('insert or ignore into hold values (?, ?)').run(reportId, tenant);
      return;
    case 'LegalHoldReleased':
      db.prepare('delete from hold where report_id = ? and tenant = ?').run(reportId, tenant);
      return;
  }
  for (const sha256 of blobsOf(event)) {
    db.prepare('insert or ignore into blob values (?, ?, ?)').run(reportId, tenant, sha256);
  }
  const duty = dutyAfter(event);
  if (duty === 'unchanged') return;
  db.prepare('delete from duty where report_id = ?').run(reportId);
  if (duty === 'none') return;
  const sinceMs = Date.parse(duty.since);
  db.prepare('insert into duty values (?, ?, ?, ?, ?)').run(reportId, tenant, duty.kind, sinceMs, id);
}

const OLDEST = `
  select kind, report_id as reportId, tenant, since_ms as sinceMs, cause_id as causeId from duty
  where kind = :kind and (kind = 'give_up' or not exists
    (select 1 from hold where hold.report_id = duty.report_id and hold.tenant = duty.tenant))
  order by since_ms, report_id limit :limit
`;
const BLOBS_OF_ONLY = `
  select sha256 from blob as own where report_id = ? and not exists
    (select 1 from blob as other where other.tenant = own.tenant and other.sha256 = own.sha256 and other.report_id <> own.report_id)
  order by sha256
`;

/** The port over the database of a view file that was opened with `DUTIES_SCHEMA`. */
export function dutiesInSqlite(db: DatabaseSync): Duties {
  const oldest = db.prepare(OLDEST);
  const blobsOfOnly = db.prepare(BLOBS_OF_ONLY);
  const forgetDuty = db.prepare(`delete from duty where report_id = ? and kind = 'prune'`);
  const forgetBlobs = db.prepare('delete from blob where report_id = ?');
  return {
    oldest: (kind: DutyKind, limit: number) => oldest.all({ kind, limit }) as unknown as OwedDuty[],
    blobsOfOnly: (reportId) => blobsOfOnly.all(reportId).map(({ sha256 }) => sha256 as string),
    pruned(reportId) {
      forgetDuty.run(reportId);
      forgetBlobs.run(reportId);
    },
  };
}
