/**
 * Whether the same work may succeed later, according to the error's `retryable`. `true`: the cause is temporary, so wait. `false`: a retry fails
 * the same way. `undefined`: the error does not say, so it is not known. Each error class decides this for itself.
 */
export function retryableOf(error: unknown): boolean | undefined {
  const { retryable } = (error ?? {}) as { retryable?: unknown };
  return typeof retryable === 'boolean' ? retryable : undefined;
}
