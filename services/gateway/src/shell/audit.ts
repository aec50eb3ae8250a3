import type { AuditPage } from '@evidence/contracts';
import { acceptQuery } from '../core/accept.js';
import { auditEntryOf } from '../core/audited-call.js';
import type { Caller } from '../core/authenticate.js';
import { cursorAt, placeOf } from '../core/cursor.js';
import { requireOrder } from '../core/report-scope.js';
import type { Seal } from '../core/seal.js';
import type { AuditView } from '../ports.js';
import { PAGE_LIMIT_DEFAULT } from './reports.js';

/** Looking at who called. */
export class Audit {
  constructor(
    private readonly view: AuditView,
    private readonly seal: Seal,
  ) {}

  list({ tenant }: Caller, query: Readonly<Record<string, unknown>>): AuditPage {
    const { limit = PAGE_LIMIT_DEFAULT, cursor, ...filter } = acceptQuery('ListAudit', query);
    requireOrder('invalid_request', 'from', filter.from, filter.to);
    const owner = { list: 'audit', tenant } as const;
    const after = cursor === undefined ? undefined : placeOf(cursor, owner, this.seal);
    const { rows, next } = this.view.list(tenant, filter, { limit, after });
    return {
      data: rows.map(auditEntryOf),
      next_cursor: next === undefined ? null : cursorAt(next, owner, this.seal),
    };
  }
}
