import { EventEmitter, once } from 'node:events';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import {
  type EventMetadata,
  type EventOf,
  type PackTemplate,
  type ReportEvent,
  reportEventTypes,
} from '@evidence/contracts';
import { openViewFile, type RecordedEvent, type ViewFile } from '@evidence/event-store';
import { type ReportRecord, recordAfter, recordHeld, statusOf } from '../../core/report-record.js';
import type { PageOf, PageRequest, ReportFilter, ReportsView } from '../../ports.js';
import { pageOf } from './page.js';

/** Raise with every change of the schema or of what `ReportRecord` holds: the view is then built anew. */
const SCHEMA_VERSION = 3;
/** Of the reports that became ready last. */
const RECENTLY_READY = 20;

const SCHEMA = `
  create table report (
    id text primary key,
    tenant text not null,
    position integer not null,
    queued_on text not null,
    format text not null,
    status text not null,
    record text not null,
    template text
  ) strict, without rowid;
  create unique index report_newest on report (tenant, position desc);
  create index report_by_status on report (status, position desc);
`;

/** Reports in a SQLite file. `position` is the request's place in the log, and so the order of the list. */
export class ReportsInViewFile implements ReportsView {
  readonly filter = { typePrefixes: [...reportEventTypes, 'LegalHoldPlaced', 'LegalHoldReleased'] };
  readonly file: ViewFile;
  readonly #byId: StatementSync;
  readonly #put: StatementSync;
  readonly #template: StatementSync;
  readonly #ready: StatementSync;
  readonly #counts: StatementSync;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #recentlyReady: readonly ReportRecord[] | undefined;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
    this.#byId = this.file.db.prepare('select tenant, record from report where id = ?');
    this.#put = this.file.db.prepare(
      `insert into report (id, tenant, position, queued_on, format, status, record, template)
       values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set status = excluded.status, record = excluded.record`,
    );
    this.#template = this.file.db.prepare('select template from report where id = ? and tenant = ?');
    this.#counts = this.file.db.prepare('select status, count(*) as count from report group by status');
    this.#ready = this.file.db.prepare(
      `select record from report where status = 'ready' order by position desc limit ${RECENTLY_READY}`,
    );
  }

  /** For the projection, inside its transaction. */
  apply(recorded: RecordedEvent): void {
    const event = { type: recorded.type, data: recorded.data } as ReportEvent | HoldEvent;
    const { reportId } = event.data;
    const row = this.#byId.get(reportId);
    const record = after(row && recordIn(row), event, (recorded.metadata as EventMetadata).occurredAt);
    if (record === undefined) return;
    const { tenant, requestedAt, format } = record.life.request;
    const queuedOn = requestedAt.slice(0, 'YYYY-MM-DD'.length);
    const template =
      event.type === 'ReportRequested' && event.data.template ? JSON.stringify(event.data.template) : null;
    const status = statusOf(record);
    this.#put.run(reportId, tenant, recorded.position, queuedOn, format, status, JSON.stringify(record), template);
    if (event.type === 'ReportReady') this.#recentlyReady = undefined;
    // The transaction ends in this turn of the event loop: then it can be read.
    if (this.#changes.listenerCount(reportId) > 0) setImmediate(() => this.#changes.emit(reportId));
  }

  find(tenant: string, reportId: string): ReportRecord | undefined {
    const row = this.#byId.get(reportId);
    return row?.tenant === tenant ? recordIn(row) : undefined;
  }

  template(tenant: string, reportId: string): PackTemplate | undefined {
    const { template } = this.#template.get(reportId, tenant) ?? {};
    return template ? (JSON.parse(String(template)) as PackTemplate) : undefined;
  }

  recentlyReady(): readonly ReportRecord[] {
    this.#recentlyReady ??= this.#ready.all().map(recordIn);
    return this.#recentlyReady;
  }

  countByStatus(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts.all().map(({ status, count }) => [String(status), Number(count)]));
  }

  changed(reportId: string, signal: AbortSignal): Promise<boolean> {
    return once(this.#changes, reportId, { signal }).then(
      () => true,
      () => false,
    );
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

type HoldEvent = EventOf<'LegalHoldPlaced' | 'LegalHoldReleased'>;

function after(
  record: ReportRecord | undefined,
  event: ReportEvent | HoldEvent,
  occurredAt: string,
): ReportRecord | undefined {
  if (event.type !== 'LegalHoldPlaced' && event.type !== 'LegalHoldReleased')
    return recordAfter(record, event, occurredAt);
  return record && recordHeld(record, event);
}

const recordIn = (row: Record<string, unknown>): ReportRecord => JSON.parse(String(row.record)) as ReportRecord;
