import { retryableOf } from '@evidence/decider';

/**
 * How a failed message is retried. `delaysMs[n]` is the wait after delivery n + 1; if the delivery after the last delay fails, the message is
 * parked. An error that says that it is temporary is retried with the last delay again and again: when an authority is down for an hour, reports
 * are late, and their own deadline ends them.
 */
export interface RetryPolicy {
  readonly delaysMs: readonly number[];
  /** Wait after a failed attempt to park (the event store is down); then the message is handled again, and parked if that fails. */
  readonly parkingRetryMs: number;
  /**
   * A message with more deliveries than this and no outcome probably kills every process that handles it, so it is parked unhandled. The
   * number is high, so that an event store that is down for half an hour does not make a message suspect.
   */
  readonly deliveriesMax: number;
  /**
   * The delivery after which a message with a temporary error is let go, before it counts as one without an outcome. Its report is still under
   * way, so expiry's watchdog sends it again, with a new count, until the report's deadline.
   */
  readonly patientDeliveriesMax: number;
}

export const RETRY_POLICY: RetryPolicy = {
  delaysMs: [1_000, 5_000, 20_000, 60_000, 120_000],
  parkingRetryMs: 60_000,
  deliveriesMax: 40,
  patientDeliveriesMax: 35,
};

export type Fate = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'park' | 'let_go' };

/** What to do with a message whose handling failed with `error` at this delivery (1 is the first). */
export function fateOf(error: unknown, delivery: number, { delaysMs, patientDeliveriesMax }: RetryPolicy): Fate {
  const retryable = retryableOf(error);
  if (retryable === false) return { kind: 'park' };
  if (retryable && delivery >= patientDeliveriesMax) return { kind: 'let_go' };
  const delayMs = delaysMs[delivery - 1] ?? (retryable ? delaysMs.at(-1) : undefined);
  return delayMs === undefined ? { kind: 'park' } : { kind: 'retry', delayMs };
}
