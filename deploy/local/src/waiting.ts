import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_INTERVAL_MS = 25;

export interface Waiting {
  readonly timeoutMs: number;
  /** Ends the wait early; the answer is then false. */
  readonly signal?: AbortSignal;
}

/** Asks `isSo` again and again until it says yes, and answers whether it did in time. */
export async function until(isSo: () => Promise<boolean>, { timeoutMs, signal }: Waiting): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!signal?.aborted) {
    if (await isSo()) return true;
    if (performance.now() >= deadlineMs) return false;
    await pause(POLL_INTERVAL_MS);
  }
  return false;
}

/** Whether something on loopback accepts connections at `port`. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
