import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { EventOf } from '@evidence/contracts';
import { openViewFile, type RecordedEvent, type ViewFile } from '@evidence/event-store';
import { type FindingRecord, findingAfter } from '../../core/finding-record.js';
import type { FindingFilter, FindingsView, PageOf, PageRequest } from '../../ports.js';
import { pageOf } from './page.js';

/** Raise with every change of the schema or of what `FindingRecord` holds: the view is then built anew. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  create table finding (
    id text primary key,
    tenant text not null,
    place text not null,
    scan_id text not null,
    endpoint_id text not null,
    severity text not null,
    status text not null,
    record text not null
  ) strict, without rowid;
  create unique index finding_newest on finding (tenant, place desc);
`;

/** Findings in a SQLite file. `place` is the instant of discovery and then the id, and so the order of the list. */
export class FindingsInViewFile implements FindingsView {
  readonly filter = { typePrefixes: ['FindingRecorded', 'FindingStatusChanged'] };
  readonly file: ViewFile;
  readonly #byId: StatementSync;
  readonly #put: StatementSync;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
    this.#byId = this.file.db.prepare('select tenant, record from finding where id = ?');
    this.#put = this.file.db.prepare(
      `insert into finding (id, tenant, place, scan_id, endpoint_id, severity, status, record) values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set status = excluded.status, record = excluded.record`,
    );
  }

  /** For the projection, inside its transaction. */
  apply({ type, data }: RecordedEvent): void {
    const event = { type, data } as EventOf<'FindingRecorded' | 'FindingStatusChanged'>;
    const known = this.#byId.get(event.data.findingId);
    const record = findingAfter(known && recordIn(known), event);
    if (record === undefined) return;
    const { findingId, tenant, discoveredAt, scanId, endpointId, severity } = record.recorded;
    const place = `${discoveredAt} ${findingId}`;
    this.#put.run(findingId, tenant, place, scanId, endpointId, severity, record.status, JSON.stringify(record));
  }

  find(tenant: string, findingId: string): FindingRecord | undefined {
    const row = this.#byId.get(findingId);
    return row?.tenant === tenant ? recordIn(row) : undefined;
  }

  list(tenant: string, filter: FindingFilter, { limit, after }: PageRequest): PageOf<FindingRecord> {
    const conditions: [string, SQLInputValue | undefined][] = [
      ['tenant = ?', tenant],
      ['place < ?', after],
      ['severity = ?', filter.severity],
      ['status = ?', filter.status],
      ['scan_id = ?', filter.scanId],
      ['endpoint_id = ?', filter.endpointId],
    ];
    return pageOf(this.file.db, { from: 'finding', conditions, order: 'place desc', limit }, (row) => ({
      record: recordIn(row),
      place: String(row.place),
    }));
  }
}

const recordIn = (row: Record<string, unknown>): FindingRecord => JSON.parse(String(row.record)) as FindingRecord;
