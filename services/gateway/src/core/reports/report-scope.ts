import type { CreateReport, ReportScope } from '@evidence/contracts';
import { requireOrder } from '../call/days.js';
import { Problem } from '../call/problem.js';
import { sentences } from '../call/sentences.js';

/** The scope as events store it. Throws `scope_invalid` if it narrows nothing, or ends before it begins. */
export function reportScopeOf(scope: NonNullable<CreateReport['scope']> = {}): ReportScope {
  const { endpoint_ids: endpointIds = [], include_severities: includeSeverities = [], from, to } = scope;
  if (endpointIds.length === 0 && includeSeverities.length === 0 && from === undefined && to === undefined) {
    throw new Problem('scope_invalid', sentences.scopeEmpty, { field: '/scope', value: scope });
  }
  requireOrder('scope_invalid', '/scope/from', from, to);
  return {
    endpointIds,
    includeSeverities,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
