import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Buckets, type Charge, charge, type Limit, merged } from '../../../src/core/access/rate-limit.js';

const T0 = Date.parse('2026-05-22T10:35:00.000Z');
const TOKEN: Limit = { bucket: 'token:a', rate: { perMinute: 60, burst: 120 } };
const REPORTS: Limit = { bucket: 'reports:a', rate: { perMinute: 6, burst: 6 } };
const SEED = 20261124;

/** Charges calls at `atMs` until one is refused. Returns how many were allowed, and the state afterwards. */
function drain(limits: readonly Limit[], atMs: number, from: Buckets = {}) {
  let buckets = from;
  for (let passed = 0; ; passed++) {
    const charged = charge(buckets, limits, atMs);
    if (!charged.allowed) return { passed, buckets, refused: charged };
    buckets = charged.buckets;
  }
}

const standingAfter = (charged: Charge) => charged.standing;

test('a full bucket allows a burst, then one call per interval', () => {
  const { passed, buckets, refused } = drain([TOKEN], T0);
  expect(passed).toBe(120);
  expect(refused).toEqual({ allowed: false, retryAfterS: 1, standing: { limit: 60, remaining: 0, resetS: 120 } });
  expect(charge(buckets, [TOKEN], T0 + 990).allowed).toBe(false);
  expect(drain([TOKEN], T0 + 1_000, buckets).passed).toBe(1);
  expect(drain([TOKEN], T0 + 17_000, buckets).passed).toBe(17);
  expect(drain([TOKEN], T0 + 3_600_000, buckets).passed).toBe(120);
});

test('a call is charged to all of its limits, or to none', () => {
  const { passed, buckets, refused } = drain([REPORTS, TOKEN], T0);
  expect(passed).toBe(6);
  expect(refused).toMatchObject({ retryAfterS: 10, standing: { limit: 6, remaining: 0 } });
  expect(drain([TOKEN], T0, buckets).passed).toBe(114);
});

test('a client is told the limit that is closest to being used up', () => {
  expect(standingAfter(charge({}, [REPORTS, TOKEN], T0))).toEqual({ limit: 6, remaining: 5, resetS: 10 });
  const { buckets } = drain([TOKEN], T0);
  const later = charge(buckets, [REPORTS, TOKEN], T0 + 2_000);
  expect(standingAfter(later)).toEqual({ limit: 60, remaining: 1, resetS: 119 });
});

test('a bucket that is full again is forgotten', () => {
  const { buckets } = drain([REPORTS], T0);
  const charged = charge(buckets, [TOKEN], T0 + 60_000);
  expect(charged.allowed && Object.keys(charged.buckets)).toEqual(['token:a']);
});

test('a gateway whose clock lags gains nothing, and one whose clock is ahead loses nothing', () => {
  const { buckets } = drain([TOKEN], T0);
  expect(drain([TOKEN], T0 - 5_000, buckets).passed).toBe(0);
  expect(merged(buckets, { 'token:a': T0, 'token:b': T0 + 1 })).toEqual({ ...buckets, 'token:b': T0 + 1 });
});

test('no window allows more than the burst and what was refilled since', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 });
  const rates = fc.record({ perMinute: fc.integer({ min: 1, max: 60_000 }), burst: fc.integer({ min: 1, max: 300 }) });
  fc.assert(
    fc.property(rates, pauses, (rate, gaps) => {
      const limits = [{ bucket: 'b', rate }];
      let buckets: Buckets = {};
      let nowMs = T0;
      let passed = 0;
      for (const gapMs of gaps) {
        nowMs += gapMs;
        const charged = charge(buckets, limits, nowMs);
        if (!charged.allowed) {
          const again = charge(buckets, limits, nowMs + charged.retryAfterS * 1000);
          expect(again.allowed).toBe(true);
          continue;
        }
        passed += 1;
        buckets = charged.buckets;
        const most = rate.burst + ((nowMs - T0 + 1) * rate.perMinute) / 60_000;
        expect(passed).toBeLessThanOrEqual(Math.ceil(most));
      }
    }),
    { seed: SEED, numRuns: 300 },
  );
});
