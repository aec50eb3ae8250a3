import type { Finding, FindingPage } from '@evidence/contracts';
import type { Projection } from '@evidence/event-store';
import { acceptQuery } from '../core/accept.js';
import type { Caller } from '../core/authenticate.js';
import { cursorAt, placeOf } from '../core/cursor.js';
import { type FindingRecord, findingOf, findingRowOf } from '../core/finding-record.js';
import { Problem } from '../core/problem.js';
import type { Seal } from '../core/seal.js';
import type { FindingsView } from '../ports.js';
import { PAGE_LIMIT_DEFAULT } from './reports.js';

export interface FindingsParts {
  readonly view: FindingsView;
  readonly projection: Projection;
  readonly seal: Seal;
}

/** Looking at findings, importing them, deciding about them. */
export class Findings {
  constructor(private readonly parts: FindingsParts) {}

  get(caller: Caller, findingId: string): Finding {
    return findingOf(this.#find(caller, findingId));
  }

  list({ tenant }: Caller, query: Readonly<Record<string, unknown>>): FindingPage {
    const { view, seal } = this.parts;
    const asked = acceptQuery('ListFindings', query);
    const { limit = PAGE_LIMIT_DEFAULT, cursor, severity, status, scan_id: scanId, endpoint_id: endpointId } = asked;
    const owner = { list: 'findings', tenant } as const;
    const after = cursor === undefined ? undefined : placeOf(cursor, owner, seal);
    const { rows, next } = view.list(tenant, { severity, status, scanId, endpointId }, { limit, after });
    return { data: rows.map(findingRowOf), next_cursor: next === undefined ? null : cursorAt(next, owner, seal) };
  }

  #find({ tenant }: Caller, findingId: string): FindingRecord {
    const record = this.parts.view.find(tenant, findingId);
    if (record) return record;
    throw new Problem('finding_not_found', 'There is no such finding: see GET /api/v2/findings for those there are.');
  }
}
