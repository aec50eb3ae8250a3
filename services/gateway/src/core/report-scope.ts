import type { CreateReport, ReportScope } from '@evidence/contracts';
import { Problem } from './problem.js';

/** The scope as the event keeps it. Throws `scope_invalid` when it narrows nothing, or ends before it begins. */
export function reportScopeOf(scope: NonNullable<CreateReport['scope']> = {}): ReportScope {
  const { endpoint_ids: endpointIds = [], include_severities: includeSeverities = [], from, to } = scope;
  if (endpointIds.length === 0 && includeSeverities.length === 0 && from === undefined && to === undefined) {
    const message = 'The scope is empty: give at least one of endpoint_ids, from, to and include_severities.';
    throw new Problem('scope_invalid', message, { field: '/scope', value: scope });
  }
  requireOrder('scope_invalid', '/scope/from', from, to);
  return {
    endpointIds,
    includeSeverities,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** Throws when `from` lies after `to`. Calendar dates (RFC 3339 full-date) sort as text. */
export function requireOrder(
  slug: 'scope_invalid' | 'invalid_request',
  field: string,
  from: string | undefined,
  to: string | undefined,
): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw new Problem(slug, `from (${from}) lies after to (${to}): both days are included, so from is at most to.`, {
    field,
    value: from,
  });
}
