/**
 * How a failed message is tried again. `delaysMs[n]` is the wait after delivery n + 1; the delivery after the last delay is the
 * last one that may fail: then the message is parked. An error that says of itself that it will pass is waited out, with the
 * last delay again and again: an authority that is away for an hour makes reports late, and the report's own deadline ends them.
 */
export interface RetryPolicy {
  readonly delaysMs: readonly number[];
  /** Wait when the parking itself failed (the event store is away); then the message is handled again, and parked if that fails. */
  readonly parkingRetryMs: number;
  /**
   * More deliveries than this, and nobody ever answered for the message: it ends every process that takes it. It is parked
   * unhandled. High, so that an event store that is away for half an hour makes nobody guilty.
   */
  readonly deliveriesMax: number;
}

export const RETRY_POLICY: RetryPolicy = {
  delaysMs: [1_000, 5_000, 20_000, 60_000, 120_000],
  parkingRetryMs: 60_000,
  deliveriesMax: 40,
};

export type Fate = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'park' };

/** What becomes of a message whose handling failed with `error` at this delivery (1 is the first). */
export function fateOf(error: unknown, delivery: number, { delaysMs }: RetryPolicy): Fate {
  const delayMs = delaysMs[delivery - 1] ?? (isPassing(error) ? delaysMs.at(-1) : undefined);
  return isTerminal(error) || delayMs === undefined ? { kind: 'park' } : { kind: 'retry', delayMs };
}

const TERMINAL_CODES = ['message_unreadable', 'contract_violated', 'invalid_event', 'stream_deleted'];

/**
 * True when redelivery cannot help: a broken rule (`Refusal`), a broken contract, an unreadable message, or an error that says so by
 * `retryable: false`. Everything else may pass: `retryable: true`, an unavailable store, a lost race, and what nobody foresaw.
 */
export function isTerminal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, retryable } = error as Error & { code?: unknown; retryable?: unknown };
  if (typeof retryable === 'boolean') return !retryable;
  return name === 'Refusal' || TERMINAL_CODES.includes(String(code));
}

const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true;
