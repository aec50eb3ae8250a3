import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { type ReportEvent, reportEventTypes } from '@evidence/contracts';
import { openViewFile, type RecordedEvent, type ViewFile } from '@evidence/event-store';
import { type ReportRecord, recordAfter, statusOf } from '../../core/report-record.js';
import type { PageOf, PageRequest, ReportFilter, ReportsView } from '../../ports.js';
import { pageOf } from './page.js';

/** Raise with every change of the schema or of what `ReportRecord` holds: the view is then built anew. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  create table report (
    id text primary key,
    tenant text not null,
    position integer not null,
    queued_on text not null,
    format text not null,
    status text not null,
    record text not null
  ) strict, without rowid;
  create unique index report_newest on report (tenant, position desc);
`;

/** Reports in a SQLite file. `position` is the request's place in the log, and so the order of the list. */
export class ReportsInViewFile implements ReportsView {
  readonly filter = { typePrefixes: reportEventTypes };
  readonly file: ViewFile;
  readonly #byId: StatementSync;
  readonly #put: StatementSync;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
    this.#byId = this.file.db.prepare('select tenant, record from report where id = ?');
    this.#put = this.file.db.prepare(
      `insert into report (id, tenant, position, queued_on, format, status, record) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set status = excluded.status, record = excluded.record`,
    );
  }

  /** For the projection, inside its transaction. */
  apply(recorded: RecordedEvent): void {
    const event = { type: recorded.type, data: recorded.data } as ReportEvent;
    const { reportId } = event.data;
    const known = this.#byId.get(reportId);
    const record = recordAfter(known && recordIn(known), event);
    if (record === undefined) return;
    const { tenant, requestedAt, format } = record.life.request;
    const queuedOn = requestedAt.slice(0, 'YYYY-MM-DD'.length);
    this.#put.run(reportId, tenant, recorded.position, queuedOn, format, statusOf(record), JSON.stringify(record));
  }

  find(tenant: string, reportId: string): ReportRecord | undefined {
    const row = this.#byId.get(reportId);
    return row?.tenant === tenant ? recordIn(row) : undefined;
  }

  list(tenant: string, filter: ReportFilter, { limit, after }: PageRequest): PageOf<ReportRecord> {
    const conditions: [string, SQLInputValue | undefined][] = [
      ['tenant = ?', tenant],
      ['position < ?', after],
      ['status = ?', filter.status],
      ['format = ?', filter.format],
      ['queued_on >= ?', filter.from],
      ['queued_on <= ?', filter.to],
    ];
    return pageOf(this.file.db, { from: 'report', conditions, order: 'position desc', limit }, (row) => ({
      record: recordIn(row),
      place: String(row.position),
    }));
  }
}

const recordIn = (row: Record<string, unknown>): ReportRecord => JSON.parse(String(row.record)) as ReportRecord;
