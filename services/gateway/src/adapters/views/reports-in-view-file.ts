import { EventEmitter, once } from 'node:events';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { type EventOf, isEventOn, type PackTemplate, reportEventTypes, streamOf } from '@evidence/contracts';
import type { Position, UnreadableEvent } from '@evidence/event-store';
import { type LogEvent } from '@evidence/event-store/log';
import { openViewFile, type ViewFile } from '@evidence/event-store/view';
import type { OwnQuotas, RetentionFloor } from '@evidence/retention';
import type { PageOf, PageRequest } from '../../core/call/page.js';
import type { Lane, UnderWay } from '../../core/reports/queue-bound.js';
import type { ReportRecord } from '../../core/reports/report-record.js';
import type { ReportFilter, ReportsView } from '../../ports.js';
import { pageOf } from './page.js';
import { ReportChanges } from './report-changes.js';
import { ReportRows } from './report-rows.js';

/** Raise with every change of the schema or of what `ReportRecord` contains, so that the view is rebuilt. */
const SCHEMA_VERSION = 10;
const REPORT_STREAM = streamOf.report('');
/** The steps between the request and the end of a report. Mostly, another report's request or end follows in this time. */
const PATIENT = { types: ['ReportStarted', 'ReportScoped', 'ReportMapped'], ms: 20 } as const;

/**
 * The keys of reports are positions, not ids without rowid: to compare such a key, SQLite reads the whole row, so that each look-up read a long
 * record at every level of the search. Every index ends with the position.
 */
const SCHEMA = `
  create table report (
    position integer primary key,
    id text not null unique,
    tenant text not null,
    queued_on text not null,
    format text not null,
    status text not null,
    record text not null,
    template text,
    stored_bytes integer not null,
    ends_at text
  ) strict;
  create index report_of_tenant on report (tenant);
  create index report_by_status on report (status);
  create index report_finished on report (template is null) where status in ('ready', 'failed');
  create index report_ending on report (tenant, ends_at) where ends_at is not null;
  create table under_way (is_standard integer, tenant text, reports integer not null, primary key (is_standard, tenant)) strict, without rowid;
  create table stored (tenant text primary key, bytes integer not null) strict, without rowid;
  create table quotas (tenant text primary key, quotas text not null) strict, without rowid;
  create table retention_floor (tenant text primary key, seconds integer not null, event_id text not null) strict, without rowid;
  create table unreadable (report_id text primary key, position integer not null, tenant text) strict, without rowid;
`;

/** Reports in a SQLite file. `position` is the request's position in the log, which determines the order of the list. */
export class ReportsInViewFile implements ReportsView {
  readonly filter = {
    types: [...reportEventTypes, 'LegalHoldPlaced', 'LegalHoldReleased', 'RetentionFloorSet', 'QuotasSet'],
  };
  readonly patient = PATIENT;
  readonly file: ViewFile;
  readonly #rows: ReportRows;
  readonly #reportChanges: ReportChanges;
  readonly #putUnreadable: StatementSync;
  readonly #unreadable: StatementSync;
  readonly #template: StatementSync;
  readonly #putFloor: StatementSync;
  readonly #floor: StatementSync;
  readonly #putQuotas: StatementSync;
  readonly #quotas: StatementSync;
  readonly #stored: StatementSync;
  readonly #nextExpiry: StatementSync;
  readonly #counts: StatementSync;
  readonly #underWay: StatementSync;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(path: string) {
    const onUndone = () => this.#reportChanges.forget();
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA, onUndone });
    this.#rows = new ReportRows(this.file.db);
    this.#reportChanges = new ReportChanges(this.file.db, this.#rows);
    this.#putUnreadable = this.file.db.prepare('insert or ignore into unreadable values (?, ?, ?)');
    this.#unreadable = this.file.db.prepare(
      'select position from unreadable where report_id = ? and (tenant is null or tenant = ?)',
    );
    this.#unreadable.setReadBigInts(true);
    this.#template = this.file.db.prepare('select template from report where id = ? and tenant = ?');
    this.#putFloor = this.file.db.prepare('insert or replace into retention_floor values (?, ?, ?)');
    this.#floor = this.file.db.prepare(
      'select seconds, event_id as eventId from retention_floor where tenant = ? and seconds > 0',
    );
    this.#putQuotas = this.file.db.prepare('insert or replace into quotas values (?, ?)');
    this.#quotas = this.file.db.prepare('select quotas from quotas where tenant = ?');
    this.#stored = this.file.db.prepare('select bytes from stored where tenant = ?');
    this.#nextExpiry = this.file.db.prepare(
      'select min(ends_at) as endsAt from report where tenant = ? and ends_at is not null',
    );
    this.#counts = this.file.db.prepare('select status, count(*) as count from report group by status');
    this.#underWay = this.file.db.prepare(
      `select sum(reports) as "all", sum(reports) filter (where tenant = ?) as tenant from under_way where is_standard = ?`,
    );
  }

  /** For the projection, inside its transaction. */
  apply(event: LogEvent): void {
    if (event.type === 'RetentionFloorSet') {
      this.#putFloor.run(event.metadata.tenant, event.data.floorSeconds, event.id);
      return;
    }
    if (event.type === 'QuotasSet') {
      const { tenant, findings, artifactBytes, queuedReports } = event.data;
      this.#putQuotas.run(tenant, JSON.stringify({ findings, artifactBytes, queuedReports } satisfies OwnQuotas));
      return;
    }
    if (!isEventOn('report', event) && !isHold(event)) return;
    this.#reportChanges.add(event);
  }

  /** For the projection, at the end of its transaction. */
  beforeCommit(): void {
    const changed = this.#reportChanges.write();
    // The transaction ends in this turn of the event loop, and only then can the changes be read.
    setImmediate(() => {
      for (const reportId of changed) this.#changes.emit(reportId);
    });
  }

  applyUnreadable({ stream, position, tenant }: UnreadableEvent): void {
    if (!stream.startsWith(REPORT_STREAM)) return;
    this.#putUnreadable.run(stream.slice(REPORT_STREAM.length), position, tenant ?? null);
  }

  unreadableAt(tenant: string, reportId: string): Position | undefined {
    return (this.#unreadable.get(reportId, tenant) as { position: bigint } | undefined)?.position;
  }

  find(tenant: string, reportId: string): ReportRecord | undefined {
    const record = this.#rows.find(reportId)?.record;
    return record?.life.request.tenant === tenant ? record : undefined;
  }

  template(tenant: string, reportId: string): PackTemplate | undefined {
    const { template } = this.#template.get(reportId, tenant) ?? {};
    return template ? (JSON.parse(String(template)) as PackTemplate) : undefined;
  }

  retentionFloor(tenant: string): RetentionFloor | undefined {
    return this.#floor.get(tenant) as unknown as RetentionFloor | undefined;
  }

  storedBytes(tenant: string): number {
    return Number(this.#stored.get(tenant)?.bytes ?? 0);
  }

  nextExpiry(tenant: string): string | undefined {
    return (this.#nextExpiry.get(tenant)?.endsAt as string | null) ?? undefined;
  }

  quotas(tenant: string): OwnQuotas | undefined {
    const row = this.#quotas.get(tenant);
    return row && (JSON.parse(String(row.quotas)) as OwnQuotas);
  }

  recentlyReady(): readonly ReportRecord[] {
    return this.#rows.recentlyReady().map(({ record }) => record);
  }

  recentlyFinished(lane: Lane): readonly ReportRecord[] {
    return this.#rows.recentlyFinished(lane).map(({ record }) => record);
  }

  underWay(tenant: string, lane: Lane): UnderWay {
    const counts = this.#underWay.get(tenant, isStandard(lane));
    return { tenant: Number(counts?.tenant ?? 0), all: Number(counts?.all ?? 0) };
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
      record: JSON.parse(String(row.record)) as ReportRecord,
      place: String(row.position),
    }));
  }
}

type HoldEvent = EventOf<'LegalHoldPlaced' | 'LegalHoldReleased'>;

const isHold = <E extends LogEvent>(event: E): event is Extract<E, HoldEvent> =>
  event.type === 'LegalHoldPlaced' || event.type === 'LegalHoldReleased';

const isStandard = (lane: Lane): number => (lane === 'standard' ? 1 : 0);
