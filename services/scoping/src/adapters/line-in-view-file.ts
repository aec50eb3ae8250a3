import type { DatabaseSync } from 'node:sqlite';
import { isEventOn, type ReportEventType, streamOf } from '@evidence/contracts';
import type { UnreadableEvent } from '@evidence/event-store';
import type { LogEvent } from '@evidence/event-store/log';
import { preparedOn } from '@evidence/event-store/view';
import type { Lane, StartedReport } from '../core/turns.js';
import type { ReportLine, WaitingReport } from '../ports.js';

/** The schema version of the view file. Raise it with every change below. */
export const LINE_SCHEMA_VERSION = 3;

export const LINE_SCHEMA = `
  create table report (
    report_id text primary key,
    tenant text not null,
    lane text not null,
    position integer not null,
    event_id text not null,
    traceparent text,
    tracestate text,
    started_ms integer,
    is_started integer not null
  ) strict, without rowid;
  create index report_in_line on report (lane, is_started, tenant, position);
  create table turn (lane text, tenant text, position integer not null, primary key (lane, tenant)) strict, without rowid;
`;

/** A report is requested, started and ended. What happens in between does not change the line. */
export const LINE_EVENTS = [
  'ReportRequested',
  'ReportStarted',
  'ReportReady',
  'ReportFailed',
  'ReportExpired',
] as const satisfies readonly ReportEventType[];

/** Applies one event of the log to the tables, in the transaction that moves the view's checkpoint. */
export function applyToLine(event: LogEvent, db: DatabaseSync): void {
  if (!isEventOn('report', event)) return;
  const { reportId } = event.data;
  const { tenant, occurredAt, traceparent = null, tracestate = null } = event.metadata;
  switch (event.type) {
    case 'ReportRequested': {
      const lane: Lane = event.data.template ? 'template' : 'standard';
      preparedOn(db, 'insert or ignore into report values (?, ?, ?, ?, ?, ?, ?, null, 0)').run(
        ...[reportId, tenant, lane, event.position, event.id, traceparent, tracestate],
      );
      return;
    }
    case 'ReportStarted':
      preparedOn(db, 'update report set is_started = 1, started_ms = ? where report_id = ?').run(
        Date.parse(occurredAt),
        reportId,
      );
      preparedOn(
        db,
        `insert into turn select lane, tenant, ? from report where report_id = ? on conflict do update
         set position = max(position, excluded.position)`,
      ).run(event.position, reportId);
      return;
    case 'ReportReady':
    case 'ReportFailed':
    case 'ReportExpired':
      preparedOn(db, 'delete from report where report_id = ?').run(reportId);
  }
}

const REPORT_STREAM = streamOf.report('');

/**
 * A started report with an unreadable event of these types takes no slot, because it can only fail, in the stage that finds the event. A waiting one stays in
 * the queue, because starting it will find the event.
 */
export function applyUnreadableToLine({ stream }: UnreadableEvent, db: DatabaseSync): void {
  if (!stream.startsWith(REPORT_STREAM)) return;
  preparedOn(db, 'delete from report where report_id = ? and is_started = 1').run(stream.slice(REPORT_STREAM.length));
}

/** The port over the database of a view file that was opened with `LINE_SCHEMA`. */
export function lineInViewFile(db: DatabaseSync): ReportLine {
  const waiting = db.prepare(`
    select tenant, min(position) as oldest, coalesce(
      (select position from turn where turn.lane = report.lane and turn.tenant = report.tenant), 0
    ) as lastTurn
    from report indexed by report_in_line
    where lane = ? and is_started = 0 and report_id not in (select value from json_each(?)) group by tenant
  `);
  waiting.setReadBigInts(true);
  const started = db.prepare(
    'select tenant, report_id as reportId, started_ms as startedAtMs from report where lane = ? and is_started = 1',
  );
  const oldest = db.prepare(`
    select report_id as reportId, tenant, event_id as eventId, traceparent, tracestate
    from report indexed by report_in_line
    where lane = ? and is_started = 0 and tenant = ? and report_id not in (select value from json_each(?)) order by position limit 1
  `);
  const has = db.prepare('select 1 from report where report_id = ? and tenant = ? and event_id = ?');
  return {
    has: ({ reportId, tenant, eventId }) => has.get(reportId, tenant, eventId) !== undefined,
    look(lane, skipped) {
      const rows = waiting.all(lane, JSON.stringify(skipped)).map(({ tenant, oldest, lastTurn }) => ({
        tenant: String(tenant),
        oldest: oldest as bigint,
        lastTurn: lastTurn as bigint,
      }));
      // Usually no report is waiting, and then none can start.
      return { waiting: rows, started: rows.length > 0 ? (started.all(lane) as unknown as StartedReport[]) : [] };
    },
    oldestOf(lane, tenant, skipped) {
      const { traceparent, tracestate, ...report } = oldest.get(lane, tenant, JSON.stringify(skipped)) ?? {};
      if (report.reportId === undefined) return undefined;
      return { ...report, ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) } as WaitingReport;
    },
  };
}
