/** The longest wait. Proxies on the way would give up before a longer one. */
const WAIT_MAX_S = 60;

/**
 * The seconds that a client prefers to wait for a final response, at most `WAIT_MAX_S`: `Prefer: wait=10` (RFC 7240 §4.3). Undefined if the header
 * has no such preference; unknown preferences are ignored (§2).
 */
export function preferredWaitS(prefer: string | undefined): number | undefined {
  for (const preference of (prefer ?? '').split(',')) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;|$)/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), WAIT_MAX_S);
  }
  return undefined;
}
