import type { DutyKind } from './duty.js';
import { deadlineOf } from './give-up-report.js';

/** How long a report may take, and since when somebody has watched. */
export interface Watch {
  readonly deadlineSeconds: number;
  /** RFC 3339. */
  readonly watchedSince: string;
}

/** When a duty becomes due, in milliseconds since 1970. The older the duty, the earlier: the order of `since` is kept. */
export function dueAtOf(
  { kind, sinceMs }: { readonly kind: DutyKind; readonly sinceMs: number },
  watch: Watch,
): number {
  return kind === 'give_up' ? deadlineOf({ requestedAt: sinceMs, ...watch }) : sinceMs;
}
