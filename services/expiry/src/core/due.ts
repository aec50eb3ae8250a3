import type { Outage } from '@evidence/retention';
import type { DutyKind } from './duty.js';

/** The times of a duty, in milliseconds since 1970. `sinceMs`: when its time starts; `dueMs`: when it ends. */
export interface DutyTimes {
  readonly kind: DutyKind;
  readonly sinceMs: number;
  readonly dueMs: number;
}

/**
 * When a duty becomes due. Outages do not count for `give_up`, so that after a night without power the stages get back the time they lost;
 * retention is calendar time and does not wait. `outages` are sorted by their beginning.
 */
export function dueAtOf({ kind, sinceMs, dueMs }: DutyTimes, outages: readonly Outage[]): number {
  if (kind !== 'give_up') return dueMs;
  let due = dueMs;
  for (const { fromMs, toMs } of outages) {
    const start = Math.max(fromMs, sinceMs);
    if (start >= due) break;
    if (toMs > start) due += toMs - start;
  }
  return due;
}
