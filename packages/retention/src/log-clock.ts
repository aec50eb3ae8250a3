import type { ClockConfirmed, ClockTicked, EventOf } from '@evidence/contracts';

/** A period without ticks, in milliseconds since 1970: the system was down, or the clock had jumped. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

export type ClockEvent = EventOf<'ClockTicked'> | EventOf<'ClockConfirmed'>;

/** The clocks of one running instance. `monotonicMs` never jumps, and means nothing in another run. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
}

/** The tenant of the clock's events, which belong to no real tenant. */
export const CLOCK_TENANT = 'system';
/** The log is ticked once a minute. A little less, so that a one-minute timer does not miss every other tick. */
const TICK_AFTER_MS = 55_000;
/** Two ticks were missed. */
const OUTAGE_FROM_MS = 180_000;
const HOUR_MS = 60 * 60 * 1_000;
const STEP_MAX_MS = HOUR_MS;
/** Not yet suspect, but too much for deadlines: it is ticked at once, so that every instance knows of it before anything is decided. */
const STEP_TICKED_MS = 30_000;
const DOWNTIME_MAX_MS = 24 * HOUR_MS;

/**
 * The next tick after the last event of the clock's stream; undefined if it is too early for a tick by any instance. A clock that jumped is
 * suspect, and every tick repeats this until an operator confirms the clock. `ownLast`: this instance's last tick since that confirmation, if
 * another instance has ticked after it, because only an instance's own monotonic clock can contradict its wall clock. Never throws: a
 * suspicion is a fact, not an error.
 */
export function tickAfter(
  last: ClockEvent | undefined,
  reading: ClockReading,
  ownLast?: ClockTicked,
): ClockTicked | undefined {
  const tick = {
    tickedAt: new Date(reading.wallMs).toISOString(),
    monotonicMs: Math.floor(reading.monotonicMs),
    bootId: reading.bootId,
  };
  if (!last) return tick;
  const known = last.type === 'ClockTicked' ? last.data.suspect : undefined;
  const { elapsedMs, steppedMs = 0, suspect } = since(last, reading, ownLast);
  const isEarly = elapsedMs >= 0 && elapsedMs < TICK_AFTER_MS && Math.abs(steppedMs) < STEP_TICKED_MS;
  if (isEarly && (known || !suspect)) return undefined;
  const found = known ?? (suspect && { ...suspect, since: tick.tickedAt });
  return { ...tick, ...(found && { suspect: found }) };
}

type Suspicion = Pick<NonNullable<ClockTicked['suspect']>, 'reason' | 'bySeconds'>;

/** How long ago the last event was, by the most trustworthy clock that both share, and whether the wall clock contradicts it. */
function since(
  last: ClockEvent,
  reading: ClockReading,
  ownLast: ClockTicked | undefined,
): { readonly elapsedMs: number; readonly steppedMs?: number; readonly suspect?: Suspicion } {
  const { wallMs, monotonicMs, bootId } = reading;
  const wallElapsedMs = wallMs - Date.parse(last.type === 'ClockTicked' ? last.data.tickedAt : last.data.confirmedAt);
  const own = last.type === 'ClockTicked' && last.data.bootId === bootId ? last.data : ownLast;
  if (own) {
    const ownElapsedMs = monotonicMs - own.monotonicMs;
    const steppedMs = wallMs - Date.parse(own.tickedAt) - ownElapsedMs;
    const elapsedMs = wallElapsedMs - steppedMs;
    return Math.abs(steppedMs) > STEP_MAX_MS
      ? { elapsedMs, steppedMs, suspect: { reason: 'stepped', bySeconds: Math.round(steppedMs / 1_000) } }
      : { elapsedMs, steppedMs };
  }
  return wallElapsedMs > DOWNTIME_MAX_MS || wallElapsedMs < -STEP_MAX_MS
    ? { elapsedMs: wallElapsedMs, suspect: { reason: 'long_downtime', bySeconds: Math.round(wallElapsedMs / 1_000) } }
    : { elapsedMs: wallElapsedMs };
}

/** The outage between two consecutive ticks, if there was one: a time without ticks, or one that the wall clock skipped. */
export function outageBetween(before: ClockTicked, after: ClockTicked): Outage | undefined {
  const [fromMs, toMs] = [Date.parse(before.tickedAt), Date.parse(after.tickedAt)];
  if (toMs - fromMs > OUTAGE_FROM_MS) return { fromMs, toMs };
  if (before.bootId !== after.bootId) return undefined;
  const skippedMs = toMs - fromMs - (after.monotonicMs - before.monotonicMs);
  return skippedMs >= STEP_TICKED_MS ? { fromMs: toMs - skippedMs, toMs } : undefined;
}

/** The operator's confirmation after the last event of the stream; undefined if nothing is suspect. */
export function confirmationAfter(last: ClockEvent | undefined, confirmed: ClockConfirmed): ClockConfirmed | undefined {
  return last?.type === 'ClockTicked' && last.data.suspect ? confirmed : undefined;
}
