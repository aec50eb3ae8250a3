import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { ApiCallAudited } from '@evidence/contracts';
import { type LogEvent, textOf } from '@evidence/event-store/log';
import { openViewFile, type ViewFile } from '@evidence/event-store/view';
import type { PageOf, PageRequest } from '../../core/call/page.js';
import type { AuditFilter, AuditView } from '../../ports.js';
import { pageOf } from './page.js';

/** Raise with every change of the schema or of what is kept of a call, so that the view is rebuilt. */
const SCHEMA_VERSION = 2;

const SCHEMA = `
  create table call (
    position integer primary key,
    tenant text not null,
    called_on text not null,
    action text not null,
    actor text not null,
    record text not null
  ) strict;
  create index call_of_tenant on call (tenant);
`;

/** Calls in a SQLite file. `position` is the record's position in the log, which determines the order of the list. */
export class AuditInViewFile implements AuditView {
  readonly filter = { types: ['ApiCallAudited'] };
  readonly file: ViewFile;
  readonly #put: StatementSync;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
    this.#put = this.file.db.prepare(
      'insert or ignore into call (position, tenant, called_on, action, actor, record) values (?, ?, ?, ?, ?, ?)',
    );
  }

  /** For the projection, inside its transaction. */
  apply(event: LogEvent): void {
    if (event.type !== 'ApiCallAudited') return;
    const { position, data: call } = event;
    const calledOn = call.calledAt.slice(0, 'YYYY-MM-DD'.length);
    this.#put.run(position, call.tenant, calledOn, call.action, call.actor, textOf(event));
  }

  list(tenant: string, filter: AuditFilter, { limit, after }: PageRequest): PageOf<ApiCallAudited> {
    const conditions: [string, SQLInputValue | undefined][] = [
      ['tenant = ?', tenant],
      ['position < ?', after],
      // Matches whole segments: `report` finds `report.created`, but not `reporter.created`.
      ["instr(action || '.', ?) = 1", filter.action && `${filter.action}.`],
      ['actor = ?', filter.actor],
      ['called_on >= ?', filter.from],
      ['called_on <= ?', filter.to],
    ];
    return pageOf(this.file.db, { from: 'call', conditions, order: 'position desc', limit }, (row) => ({
      record: JSON.parse(String(row.record)) as ApiCallAudited,
      place: String(row.position),
    }));
  }
}
