import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { remember } from '@evidence/runtime';
import type { Lane } from '../../core/reports/queue-bound.js';
import { type ReportRecord, statusOf } from '../../core/reports/report-record.js';
import { RECENT, RecentReports } from './recent-reports.js';

/** What a row has of a report. */
export interface ReportRow {
  /** Of its request. */
  readonly position: bigint;
  readonly record: ReportRecord;
  readonly storedBytes: number;
  /** Without a template of its own. */
  readonly isStandard: boolean;
}

/** More than are made at a time, and than the estimates need. */
const KEPT_MAX = 256;
/** Most records have 3,000 characters; one with a thousand endpoints may have 130,000. */
const KEPT_CHARS_MAX = 16_000;

/**
 * The rows of reports. Those used last are also kept in memory, because the events of a report follow each other closely, and each new report needs
 * the records of the last ones for its estimates: a record is long, so reading it takes longer than what it is read for.
 */
export class ReportRows {
  readonly #read: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #kept = new Map<string, ReportRow>();
  readonly #ready: RecentReports<ReportRow>;
  readonly #finished: Readonly<Record<Lane, RecentReports<ReportRow>>>;

  constructor(db: DatabaseSync) {
    this.#read = db.prepare(
      'select position, record, stored_bytes as storedBytes, template is null as isStandard from report where id = ?',
    );
    this.#read.setReadBigInts(true);
    this.#insert = db.prepare(
      `insert into report (status, record, stored_bytes, ends_at, position, id, tenant, queued_on, format, template)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = db.prepare(
      'update report set status = ?, record = ?, stored_bytes = ?, ends_at = ? where position = ?',
    );
    const ready = db.prepare(`select id from report where status = 'ready' order by position desc limit ${RECENT}`);
    const finished = db.prepare(
      `select id from report indexed by report_finished where status in ('ready', 'failed') and (template is null) = ?
       order by position desc limit ${RECENT}`,
    );
    const rowsOf = (found: readonly Record<string, unknown>[]) =>
      found.flatMap(({ id }) => this.find(String(id)) ?? []);
    const finishedOf = (isStandard: boolean) =>
      new RecentReports<ReportRow>(
        (row) => row.isStandard === isStandard && isFinished(row),
        () => rowsOf(finished.all(Number(isStandard))),
      );
    this.#ready = new RecentReports<ReportRow>(
      ({ record }) => statusOf(record) === 'ready',
      () => rowsOf(ready.all()),
    );
    this.#finished = { standard: finishedOf(true), template: finishedOf(false) };
  }

  find(id: string): ReportRow | undefined {
    const kept = this.#kept.get(id);
    if (kept) remember(this.#kept, id, kept, KEPT_MAX);
    return kept ?? this.#readAndKept(id);
  }

  add(row: ReportRow, template: string | null): void {
    const { reportId, tenant, requestedAt, format } = row.record.life.request;
    const queuedOn = requestedAt.slice(0, 'YYYY-MM-DD'.length);
    const text = JSON.stringify(row.record);
    this.#insert.run(...changing(row, text), row.position, reportId, tenant, queuedOn, format, template);
    this.#written(row, text);
  }

  replace(row: ReportRow): void {
    const text = JSON.stringify(row.record);
    this.#update.run(...changing(row, text), row.position);
    this.#written(row, text);
  }

  /** The last ones that are ready. */
  recentlyReady(): readonly ReportRow[] {
    return this.#ready.all();
  }

  /** The last ones of the lane that are ready or failed. */
  recentlyFinished(lane: Lane): readonly ReportRow[] {
    return this.#finished[lane].all();
  }

  /** For when the rows are no longer as they were written. */
  forget(): void {
    this.#kept.clear();
    for (const recent of this.#recent()) recent.forget();
  }

  #recent(): readonly RecentReports<ReportRow>[] {
    return [this.#ready, ...Object.values(this.#finished)];
  }

  #written(row: ReportRow, text: string): void {
    this.#keep(row, text);
    for (const recent of this.#recent()) recent.take(row);
  }

  #readAndKept(id: string): ReportRow | undefined {
    const found = this.#read.get(id);
    if (!found) return undefined;
    const { position, storedBytes, isStandard } = found;
    const text = String(found.record);
    const record = JSON.parse(text) as ReportRecord;
    const row = {
      position: position as bigint,
      record,
      storedBytes: Number(storedBytes),
      isStandard: isStandard === 1n,
    };
    this.#keep(row, text);
    return row;
  }

  #keep(row: ReportRow, text: string): void {
    const { reportId } = row.record.life.request;
    if (text.length <= KEPT_CHARS_MAX) remember(this.#kept, reportId, row, KEPT_MAX);
    else this.#kept.delete(reportId);
  }
}

const isFinished = ({ record }: ReportRow): boolean => ['ready', 'failed'].includes(statusOf(record));

/** The columns that change, in the order of both statements. */
function changing({ record, storedBytes }: ReportRow, text: string) {
  const { life } = record;
  const endsAt = life.phase === 'ready' ? life.ready.expiresAt : null;
  return [statusOf(record), text, storedBytes, endsAt] as const;
}
