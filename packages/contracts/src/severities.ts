import type { Severity } from './generated/types.js';

/** Worst first, as the vocabulary lists them. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

/** The order in which snapshots and reports list findings: worst severity first, then by id; ids are ASCII. */
export function isListedBefore(
  a: { readonly id: string; readonly severity: Severity },
  b: { readonly id: string; readonly severity: Severity },
): boolean {
  const bySeverity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  return bySeverity < 0 || (bySeverity === 0 && a.id < b.id);
}
