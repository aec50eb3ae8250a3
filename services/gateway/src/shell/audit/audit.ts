import type { AuditPage } from '@evidence/contracts';
import type { Projection } from '@evidence/event-store/view';
import type { Caller } from '../../core/access/authenticate.js';
import { auditEntryOf } from '../../core/audit/audited-call.js';
import { acceptQuery } from '../../core/call/accept.js';
import { requireOrder } from '../../core/call/days.js';
import { nextCursorOf, pageRequestOf } from '../../core/call/page.js';
import { incompleteOf } from '../../core/call/rebuilding.js';
import type { Seal } from '../../core/call/seal.js';
import type { AuditView } from '../../ports.js';

/** The use case: list the audited calls. */
export class Audit {
  constructor(
    private readonly view: AuditView,
    private readonly projection: Pick<Projection, 'behind'>,
    private readonly seal: Seal,
  ) {}

  list({ tenant }: Caller, query: Readonly<Record<string, unknown>>): AuditPage {
    const { limit, cursor, ...filter } = acceptQuery('ListAudit.v1', query);
    requireOrder('invalid_request', 'from', filter.from, filter.to);
    const owner = { list: 'audit', tenant } as const;
    const page = this.view.list(tenant, filter, pageRequestOf({ limit, cursor }, owner, this.seal));
    const incomplete = incompleteOf(this.projection.behind());
    return { data: page.rows.map(auditEntryOf), ...incomplete, next_cursor: nextCursorOf(page, owner, this.seal) };
  }
}
