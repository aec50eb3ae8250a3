/**
 * Settles as `work` does, or rejects with what `late` returns after `timeoutMs`. The work itself continues and its result is ignored, because it cannot
 * be cancelled.
 */
export async function inTime<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
