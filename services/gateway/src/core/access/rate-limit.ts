/** How many calls are allowed per minute in the long run, and how many at once. Both are at least 1. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

/** Calls with a limit of their own, in addition to that of the token. */
export type Metered = 'reports';

/** A bucket by its name, with the rate at which it fills. */
export interface Limit {
  readonly bucket: string;
  readonly rate: Rate;
}

/**
 * Token buckets, each as the time (Unix time in ms) at which it is full again: GCRA (ITU-T I.371 Annex A), a token bucket kept in one number. A
 * missing bucket is full. If two records of a bucket differ, the later time is closer to the truth, because an unused bucket only fills.
 */
export type Buckets = Readonly<Record<string, number>>;

/** The state, after the call, of the limit that is closest to being used up. */
export interface Standing {
  /** Calls per minute in the long run. */
  readonly limit: number;
  /** Calls that would be allowed at once. */
  readonly remaining: number;
  /** Time until the whole limit is available again, in whole seconds. */
  readonly resetS: number;
}

/** The result of charging a call. */
export type Charge =
  | { readonly allowed: true; readonly standing: Standing; readonly buckets: Buckets }
  | { readonly allowed: false; readonly standing: Standing; readonly retryAfterS: number };

/** The resolution of the clock. A call that is allowed within this time is allowed now, because intervals need not be whole milliseconds. */
const TICK_MS = 1;
const MINUTE_MS = 60_000;

/** Takes one call from the bucket of each limit (of which there is at least one), or from none if one of them is too empty. */
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

/** Combines two records of the same buckets. */
export function merged(one: Buckets, other: Buckets): Buckets {
  const both = { ...one };
  for (const [bucket, fullAtMs] of Object.entries(other)) both[bucket] = Math.max(fullAtMs, both[bucket] ?? fullAtMs);
  return both;
}

interface Drawn {
  readonly bucket: string;
  readonly fullAtMs: number;
  /** Time until the call can be allowed; 0: now. */
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
