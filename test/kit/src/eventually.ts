import { setTimeout as pause } from 'node:timers/promises';

const POLL_INTERVAL_MS = 20;
const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Calls `attempt` until it neither throws nor rejects, and returns its result: assertions go inside. The only way a test
 * waits. After the timeout the last failure is thrown unchanged, so that the report shows what was still wrong.
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
