import { EventStoreError } from './errors.js';

/**
 * Settles as `work` does, or rejects `unavailable` after `timeoutMs`. The work itself continues and its result is ignored, because it
 * cannot be cancelled.
 */
export function withDeadline<T>(work: Promise<T>, timeoutMs: number, what: string, onTimeout?: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new EventStoreError('unavailable', `${what} took longer than ${timeoutMs} ms; retry.`, { timeoutMs }));
      onTimeout?.();
    }, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
