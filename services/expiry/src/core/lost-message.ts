/** With an empty queue, a stage starts on any message sooner than this. */
export const STANDING_MS = 60_000;

/**
 * Whether the message that a stalled report waits for is lost. `pending`: how many messages the service has that must continue the report. With an
 * empty queue it is lost; otherwise that would be a guess, so the message is sent again only after half of the time until the deadline.
 */
export function isLost(
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
  pending: number,
  nowMs: number,
): boolean {
  if (nowMs - sinceMs < STANDING_MS) return false;
  return pending === 0 || nowMs >= (sinceMs + untilMs) / 2;
}
