import type { DatabaseSync } from 'node:sqlite';
import { type ClockTicked, isEventOn, type ReportEventType, reportEventTypes, streamOf } from '@evidence/contracts';
import type { UnreadableEvent } from '@evidence/event-store';
import type { EventOn, LogEvent } from '@evidence/event-store/log';
import { preparedOn } from '@evidence/event-store/view';
import { type Outage, outageBetween } from '@evidence/retention';
import { blobsOf, type DutyKind, dutyAfter } from '../core/duty.js';
import type { Duties, OwedDuty, StandingReport } from '../ports.js';

/** The schema version of the view file. Raise it with every change below. */
export const DUTIES_SCHEMA_VERSION = 8;

export const DUTIES_SCHEMA = `
  create table duty (
    report_id text primary key,
    tenant text not null,
    kind text not null,
    since_ms integer not null,
    end_ms integer not null,
    due_ms integer not null,
    held integer not null,
    cause_id text not null
  ) strict;
  create index duty_by_due on duty (kind, held, due_ms, report_id);
  create index duty_by_tenant on duty (tenant);
  create table retention_floor (tenant text primary key, floor_ms integer not null) strict, without rowid;
  create table hold (report_id text, tenant text, primary key (report_id, tenant)) strict, without rowid;
  create table blob (report_id text, tenant text, sha256 text, primary key (report_id, sha256)) strict, without rowid;
  create index blob_by_content on blob (tenant, sha256);
  create table last_tick (only_row integer primary key check (only_row = 1), data text not null) strict;
  create table outage (from_ms integer primary key, to_ms integer not null) strict;
  create table report (report_id text primary key, tenant text not null) strict, without rowid;
  create table unreadable_report (report_id text primary key) strict, without rowid;
  create table stopped (tenant text primary key) strict, without rowid;
  create table awaited (report_id text primary key, type text not null, since_ms integer not null, until_ms integer not null) strict;
  create index awaited_by_age on awaited (since_ms);
  create table scrub (only_row integer primary key check (only_row = 1), report_id text not null, sha256 text not null, pass_since_ms integer) strict;
`;

/** The events that create, change and end duties, and those that show when the system was down. */
export const DUTY_EVENTS = [
  ...reportEventTypes,
  'LegalHoldPlaced',
  'LegalHoldReleased',
  'RetentionFloorSet',
  'ClockTicked',
] as const;

/** Applies one event of the log to the tables, in the transaction that moves the view's checkpoint. */
export function applyToDuties(event: LogEvent, db: DatabaseSync): void {
  const { id } = event;
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'LegalHoldPlaced':
      preparedOn(db, 'insert or ignore into hold values (?, ?)').run(event.data.reportId, tenant);
      setHeld(event.data.reportId, tenant, 1, db);
      return;
    case 'LegalHoldReleased':
      preparedOn(db, 'delete from hold where report_id = ? and tenant = ?').run(event.data.reportId, tenant);
      setHeld(event.data.reportId, tenant, 0, db);
      return;
    case 'RetentionFloorSet':
      applyFloor(tenant, event.data.floorSeconds * 1_000, db);
      return;
    case 'ClockTicked':
      applyTick(event.data, db);
      return;
  }
  if (!isEventOn('report', event)) return;
  const { reportId } = event.data;
  if (event.type === 'ReportRequested')
    preparedOn(db, 'insert or ignore into report values (?, ?)').run(reportId, tenant);
  applyToAwaited(event, db);
  if (preparedOn(db, 'select 1 from unreadable_report where report_id = ?').get(reportId)) stop(tenant, db);
  for (const sha256 of blobsOf(event)) {
    preparedOn(db, 'insert or ignore into blob values (?, ?, ?)').run(reportId, tenant, sha256);
  }
  const duty = dutyAfter(event);
  if (duty === 'unchanged') return;
  preparedOn(db, 'delete from duty where report_id = ?').run(reportId);
  if (duty === 'none') return;
  const { kind, sinceMs, dueMs: endMs } = duty;
  const dueMs = kind === 'expire' ? Math.max(endMs, sinceMs + floorOf(tenant, db)) : endMs;
  const holding = preparedOn(db, 'select 1 from hold where report_id = ? and tenant = ?').get(reportId, tenant);
  const held = holding && kind !== 'give_up' ? 1 : 0;
  preparedOn(db, 'insert into duty values (?, ?, ?, ?, ?, ?, ?, ?)').run(
    reportId,
    tenant,
    kind,
    sinceMs,
    endMs,
    dueMs,
    held,
    id,
  );
}

/** Stored with the duty, so that a query for due duties does not scan the held reports, which may be thousands. */
function setHeld(reportId: string, tenant: string, held: 0 | 1, db: DatabaseSync): void {
  preparedOn(db, `update duty set held = ? where report_id = ? and tenant = ? and kind <> 'give_up'`).run(
    held,
    reportId,
    tenant,
  );
}

function floorOf(tenant: string, db: DatabaseSync): number {
  return Number(preparedOn(db, 'select floor_ms from retention_floor where tenant = ?').get(tenant)?.floor_ms ?? 0);
}

/** Moves the end of every ready report of the tenant: see `dueOf`. */
function applyFloor(tenant: string, floorMs: number, db: DatabaseSync): void {
  preparedOn(db, 'insert or replace into retention_floor values (?, ?)').run(tenant, floorMs);
  preparedOn(db, `update duty set due_ms = max(end_ms, since_ms + ?) where tenant = ? and kind = 'expire'`).run(
    floorMs,
    tenant,
  );
}

/** Records the event of each report that a service must continue from, until the report has ended. */
function applyToAwaited(event: EventOn<'report'>, db: DatabaseSync): void {
  const { reportId } = event.data;
  const sinceMs = Date.parse(event.metadata.occurredAt);
  switch (event.type) {
    case 'ReportRequested': {
      const untilMs = sinceMs + event.data.deadlineSeconds * 1_000;
      preparedOn(db, 'insert or ignore into awaited values (?, ?, ?, ?)').run(reportId, event.type, sinceMs, untilMs);
      return;
    }
    case 'ReportStarted':
    case 'ReportScoped':
    case 'ReportMapped':
      preparedOn(db, 'update awaited set type = ?, since_ms = ? where report_id = ?').run(
        event.type,
        sinceMs,
        reportId,
      );
      return;
    case 'ReportReady':
    case 'ReportFailed':
    case 'ReportExpired':
      preparedOn(db, 'delete from awaited where report_id = ?').run(reportId);
  }
}

function applyTick(tick: ClockTicked, db: DatabaseSync): void {
  const last = preparedOn(db, 'select data from last_tick').get();
  const outage = last && outageBetween(JSON.parse(String(last.data)) as ClockTicked, tick);
  if (outage) preparedOn(db, 'insert or replace into outage values (?, ?)').run(outage.fromMs, outage.toMs);
  preparedOn(db, 'insert or replace into last_tick values (1, ?)').run(JSON.stringify(tick));
  restartFrom(Date.parse(tick.tickedAt), db);
}

/**
 * A start in the future means that the clock has been set back, so the time runs from now on. Such a report has at least its full time, and at most
 * twice as much. An outage that reaches into the future means that the clock was set ahead, and it is over.
 */
function restartFrom(nowMs: number, db: DatabaseSync): void {
  preparedOn(
    db,
    `update duty set since_ms = :nowMs, end_ms = end_ms - (since_ms - :nowMs), due_ms = due_ms - (since_ms - :nowMs)
     where kind = 'give_up' and since_ms > :nowMs`,
  ).run({ nowMs });
  preparedOn(db, 'update outage set to_ms = max(from_ms, :nowMs) where to_ms > :nowMs').run({ nowMs });
  preparedOn(
    db,
    'update awaited set since_ms = :nowMs, until_ms = until_ms - (since_ms - :nowMs) where since_ms > :nowMs',
  ).run({ nowMs });
}

/** After one of these, written by a newer build, the report must not be given up any more. */
const LAST_TYPES: readonly string[] = ['ReportReady', 'ReportFailed', 'ReportExpired'] satisfies ReportEventType[];
const REPORT_STREAM = streamOf.report('');

/**
 * Stops the tenant of the event. Its stream or its metadata names the tenant; otherwise it is the tenant of the report in whose stream it is, which
 * may become known later. An event without a tenant stops nobody, because only streams of tenants and reports contain what forbids an expiry.
 */
export function applyUnreadableToDuties({ stream, type, code, tenant }: UnreadableEvent, db: DatabaseSync): void {
  if (tenant !== undefined) stop(tenant, db);
  if (!stream.startsWith(REPORT_STREAM)) return;
  const reportId = stream.slice(REPORT_STREAM.length);
  preparedOn(db, 'insert or ignore into unreadable_report values (?)').run(reportId);
  const { tenant: owner } = preparedOn(db, 'select tenant from report where report_id = ?').get(reportId) ?? {};
  if (typeof owner === 'string') stop(owner, db);
  if (code === 'newer_version' && LAST_TYPES.includes(type))
    preparedOn(db, `delete from duty where report_id = ? and kind = 'give_up'`).run(reportId);
}

const stop = (tenant: string, db: DatabaseSync): void =>
  void preparedOn(db, 'insert or ignore into stopped values (?)').run(tenant);

const NEXT = `
  select kind, report_id as reportId, tenant, since_ms as sinceMs, due_ms as dueMs, cause_id as causeId from duty
  where kind = :kind and held = 0 and report_id not in (select value from json_each(:skipped))
    and (kind = 'give_up' or tenant not in (select tenant from stopped))
  order by due_ms, report_id limit :limit
`;
const BLOBS_OF_ONLY = `
  select sha256 from blob as own where report_id = ? and not exists
    (select 1 from blob as other where other.tenant = own.tenant and other.sha256 = own.sha256 and other.report_id <> own.report_id)
  order by sha256
`;

/** The port over the database of a view file that was opened with `DUTIES_SCHEMA`. */
export function dutiesInViewFile(db: DatabaseSync): Duties {
  const next = db.prepare(NEXT);
  const outages = db.prepare('select from_ms as fromMs, to_ms as toMs from outage where to_ms > ? order by from_ms');
  const blobsOfOnly = db.prepare(BLOBS_OF_ONLY);
  const standing = db.prepare(
    `select report_id as reportId, type, since_ms as sinceMs, until_ms as untilMs from awaited
     where since_ms <= ? and type <> 'ReportRequested' and report_id not in (select value from json_each(?)) order by since_ms limit ?`,
  );
  const stopped = db.prepare('select 1 from stopped where tenant = ?');
  const forgetDuty = db.prepare(`delete from duty where report_id = ? and kind = 'prune'`);
  const forgetBlobs = db.prepare('delete from blob where report_id = ?');
  return {
    next: (kind: DutyKind, limit: number, skipped: readonly string[] = []) =>
      next.all({ kind, limit, skipped: JSON.stringify(skipped) }) as unknown as OwedDuty[],
    outagesSince: (sinceMs) => outages.all(sinceMs) as unknown as Outage[],
    standing: (sinceMs, limit, skipped) =>
      standing.all(sinceMs, JSON.stringify(skipped), limit) as unknown as StandingReport[],
    isStopped: (tenant) => stopped.get(tenant) !== undefined,
    blobsOfOnly: (reportId) => blobsOfOnly.all(reportId).map(({ sha256 }) => sha256 as string),
    pruned(reportId) {
      forgetDuty.run(reportId);
      forgetBlobs.run(reportId);
    },
  };
}
