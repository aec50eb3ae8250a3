/** So many calls a minute in the long run, and so many at once. Both at least 1. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

/** What is limited apart, besides all calls of the token. */
export type Metered = 'reports';

/** A bucket by its name, with the rate at which it fills. */
export interface Limit {
  readonly bucket: string;
  readonly rate: Rate;
}

/**
 * Token buckets, each as the instant (Unix time in ms) at which it is full again: GCRA (ITU-T I.371 Annex A), which is a token bucket
 * kept in one number. A bucket that is not here is full. Of two accounts of the same bucket the later instant is nearer to the truth,
 * for a bucket that is left alone only fills.
 */
export type Buckets = Readonly<Record<string, number>>;

/** The state, after the call, of the limit that is closest to being used up. */
export interface Standing {
  /** Calls a minute in the long run. */
  readonly limit: number;
  /** Calls that would be let through at once. */
  readonly remaining: number;
  /** Until all of the limit is there again, in whole seconds. */
  readonly resetS: number;
}

/** What becomes of a call that is charged. */
export type Charge =
  | { readonly allowed: true; readonly standing: Standing; readonly buckets: Buckets }
  | { readonly allowed: false; readonly standing: Standing; readonly retryAfterS: number };

/** What falls due within a tick of the clock is due: intervals need not be whole milliseconds. */
const TICK_MS = 1;
const MINUTE_MS = 60_000;

/** Takes one call out of the bucket of each limit (at least one), or, when one of them is too empty, out of none. */
export function charge(buckets: Buckets, limits: readonly Limit[], nowMs: number): Charge {
  const drawn = limits.map((limit) => draw(limit, buckets[limit.bucket] ?? nowMs, nowMs));
  const waitMs = Math.max(...drawn.map((one) => one.waitMs));
  if (waitMs > 0) {
    const worst = drawn.find((one) => one.waitMs === waitMs) as Drawn;
    return { allowed: false, standing: worst.before, retryAfterS: Math.ceil(waitMs / 1000) };
  }
  const nearest = drawn.reduce((one, other) => (other.after.remaining < one.after.remaining ? other : one));
  const after = Object.fromEntries(drawn.map(({ bucket, fullAtMs }) => [bucket, fullAtMs]));
  return { allowed: true, standing: nearest.after, buckets: { ...notYetFull(buckets, nowMs), ...after } };
}

/** What is known from two accounts of the same buckets. */
export function merged(one: Buckets, other: Buckets): Buckets {
  const both = { ...one };
  for (const [bucket, fullAtMs] of Object.entries(other)) both[bucket] = Math.max(fullAtMs, both[bucket] ?? fullAtMs);
  return both;
}

interface Drawn {
  readonly bucket: string;
  readonly fullAtMs: number;
  /** Until the call can be let through; 0: now. */
  readonly waitMs: number;
  readonly before: Standing;
  readonly after: Standing;
}

function draw({ bucket, rate }: Limit, knownFullAtMs: number, nowMs: number): Drawn {
  const intervalMs = MINUTE_MS / rate.perMinute;
  const before = Math.max(knownFullAtMs, nowMs);
  const fullAtMs = before + intervalMs;
  const overMs = fullAtMs - nowMs - rate.burst * intervalMs;
  const waitMs = overMs > TICK_MS ? overMs : 0;
  return { bucket, fullAtMs, waitMs, before: standing(rate, before, nowMs), after: standing(rate, fullAtMs, nowMs) };
}

function standing({ perMinute, burst }: Rate, fullAtMs: number, nowMs: number): Standing {
  const intervalMs = MINUTE_MS / perMinute;
  const remaining = Math.floor(burst - (fullAtMs - nowMs - TICK_MS) / intervalMs);
  return {
    limit: perMinute,
    remaining: Math.max(0, Math.min(burst, remaining)),
    resetS: Math.ceil((fullAtMs - nowMs) / 1000),
  };
}

const notYetFull = (buckets: Buckets, nowMs: number): Buckets =>
  Object.fromEntries(Object.entries(buckets).filter(([, fullAtMs]) => fullAtMs > nowMs));
