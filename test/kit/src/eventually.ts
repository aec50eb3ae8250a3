import { setTimeout as pause } from 'node:timers/promises';

const POLL_INTERVAL_MS = 20;
const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Calls `attempt`, which contains assertions, until it neither throws nor rejects, and returns its result. Tests wait in no other way. After
 * the timeout it throws the last failure unchanged, so that the report shows the problem.
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { timeoutMs = DEFAULT_TIMEOUT_MS } = {},
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (failure) {
      if (performance.now() >= deadlineMs) throw failure;
    }
    await pause(POLL_INTERVAL_MS);
  }
}
