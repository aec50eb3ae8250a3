import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_INTERVAL_MS = 25;

export interface Waiting {
  readonly timeoutMs: number;
  /** The time of the last progress, by `performance.now()`: the timeout counts from then. Default: the start of the wait. */
  readonly progressedAtMs?: () => number;
  /** Ends the wait early; the result is then false. */
  readonly signal?: AbortSignal;
}

/** Polls `isSo` until it is true, and returns whether that happened in time. */
export async function until(
  isSo: () => Promise<boolean>,
  { timeoutMs, progressedAtMs, signal }: Waiting,
): Promise<boolean> {
  const beganAtMs = performance.now();
  while (!signal?.aborted) {
    if (await isSo()) return true;
    if (performance.now() - (progressedAtMs?.() ?? beganAtMs) >= timeoutMs) return false;
    await pause(POLL_INTERVAL_MS);
  }
  return false;
}

/** Whether anything on loopback accepts connections at `port`. */
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
