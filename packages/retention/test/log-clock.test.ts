import type { ClockTicked } from '@evidence/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClockEvent, type ClockReading, confirmationAfter, outageBetween, tickAfter } from '../src/index.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-05-22T10:35:00.000Z');
const reading = (wallMs: number, monotonicMs = wallMs, bootId = 'a'): ClockReading => ({
  wallMs: START + wallMs,
  monotonicMs,
  bootId,
});
const ticked = (wallMs: number, more: Partial<ClockTicked> = {}): ClockEvent => ({
  type: 'ClockTicked',
  data: { tickedAt: new Date(START + wallMs).toISOString(), monotonicMs: wallMs, bootId: 'a', ...more },
});
const suspect = { reason: 'stepped', bySeconds: 7200, since: '2026-05-22T12:00:00.000Z' } as const;
const confirmed: ClockEvent = {
  type: 'ClockConfirmed',
  data: { confirmedAt: new Date(START).toISOString(), confirmedBy: 'operator:alice' },
};

describe('a tick', () => {
  test('is the first event of the clock, and trusts the clock', () => {
    expect(tickAfter(undefined, reading(0, 12.7))).toEqual({
      tickedAt: '2026-05-22T10:35:00.000Z',
      monotonicMs: 12,
      bootId: 'a',
    });
  });
  test('comes once a minute, from any instance', () => {
    expect(tickAfter(ticked(0), reading(30_000))).toBeUndefined();
    expect(tickAfter(ticked(0), reading(30_000, 5, 'b'))).toBeUndefined();
    expect(tickAfter(ticked(0), reading(MINUTE))).toEqual(ticked(MINUTE).data);
    expect(tickAfter(ticked(0), reading(MINUTE, 5, 'b'))?.bootId).toBe('b');
  });
  test.each([
    ['forward', 30_000],
    ['back', -30_000],
  ])('comes at once if the wall clock was set %s by half a minute, but not for less', (_, stepMs) => {
    expect(tickAfter(ticked(0), reading(stepMs + 1_000, 1_000))).toMatchObject({ monotonicMs: 1_000 });
    expect(tickAfter(ticked(0), reading(Math.sign(stepMs) * 29_999 + 1_000, 1_000))).toBeUndefined();
  });
  test.each([
    ['two hours forward', reading(2 * HOUR + MINUTE, MINUTE), 'stepped', 7200],
    ['two hours back', reading(MINUTE - 2 * HOUR, MINUTE), 'stepped', -7200],
    ['forward, noticed a second after a tick', reading(2 * HOUR, 1_000), 'stepped', 7199],
    ['25 hours of downtime', reading(25 * HOUR, 1, 'b'), 'long_downtime', 90_000],
    ['set back across a restart', reading(-2 * HOUR, 1, 'b'), 'long_downtime', -7200],
  ])('suspects a clock that jumped: %s', (_, now, reason, bySeconds) => {
    const tick = tickAfter(ticked(0), now);
    expect(tick?.suspect).toEqual({ reason, bySeconds, since: tick?.tickedAt });
  });
  test.each([
    ['59 minutes forward', reading(59 * MINUTE + MINUTE, MINUTE)],
    ['a suspended machine whose clocks both continued', reading(5 * HOUR)],
    ['23 hours of downtime', reading(23 * HOUR, 1, 'b')],
  ])('trusts the clock after %s', (_, now) => {
    expect(tickAfter(ticked(0), now)).not.toHaveProperty('suspect');
  });
  test('compares with its own last tick, even if another instance has ticked since', () => {
    const own = ticked(0).data as ClockTicked;
    const others = ticked(MINUTE, { bootId: 'b', monotonicMs: 7 });
    expect(tickAfter(others, reading(2 * MINUTE), own)).toEqual(ticked(2 * MINUTE).data);
    expect(tickAfter(others, reading(MINUTE + 30_000), own)).toBeUndefined();
    const jumped = reading(3 * HOUR + 2 * MINUTE, 2 * MINUTE);
    expect(tickAfter(others, jumped, own)?.suspect).toMatchObject({ reason: 'stepped', bySeconds: 10_800 });
    expect(tickAfter(others, jumped)).not.toHaveProperty('suspect');
  });
  test('repeats the first suspicion until an operator confirms the clock, and then trusts it', () => {
    expect(tickAfter(ticked(0, { suspect }), reading(MINUTE))?.suspect).toEqual(suspect);
    expect(tickAfter(ticked(0, { suspect }), reading(30 * HOUR, 1, 'b'))?.suspect).toEqual(suspect);
    expect(tickAfter(ticked(0, { suspect }), reading(1_000))).toBeUndefined();
    expect(tickAfter(confirmed, reading(MINUTE))).not.toHaveProperty('suspect');
  });
});

test('only a suspect clock is confirmed', () => {
  const data = { confirmedAt: '2026-05-22T12:00:00.000Z', confirmedBy: 'operator:alice' };
  expect(confirmationAfter(ticked(0, { suspect }), data)).toEqual(data);
  for (const last of [undefined, ticked(0), confirmed]) expect(confirmationAfter(last, data)).toBeUndefined();
});

test('two missed ticks are an outage, one is not', () => {
  const data = (event: ClockEvent) => event.data as ClockTicked;
  expect(outageBetween(data(ticked(0)), data(ticked(3 * MINUTE)))).toBeUndefined();
  expect(outageBetween(data(ticked(0)), data(ticked(4 * MINUTE)))).toEqual({ fromMs: START, toMs: START + 4 * MINUTE });
});

test('time that the wall clock skipped is an outage, however short the time between the ticks', () => {
  const read = (wallMs: number, monotonicMs: number, bootId = 'a'): ClockTicked => ({
    tickedAt: new Date(START + wallMs).toISOString(),
    monotonicMs,
    bootId,
  });
  const skipped = { fromMs: START + 1_000, toMs: START + MINUTE + 1_000 };
  expect(outageBetween(read(0, 0), read(MINUTE + 1_000, 1_000))).toEqual(skipped);
  expect(outageBetween(read(0, 0), read(1_000 - MINUTE, 1_000))).toBeUndefined();
  expect(outageBetween(read(0, 0), read(MINUTE, MINUTE - 29_999))).toBeUndefined();
  expect(outageBetween(read(0, 0), read(MINUTE, 1, 'b'))).toBeUndefined();
});

test('for any readings, there is no tick without a minute in between, a step or a suspicion', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(1e9), fc.boolean(), (wallMs, monotonicMs, isSame) => {
      const now = reading(wallMs, monotonicMs, isSame ? 'a' : 'b');
      const tick = tickAfter(ticked(0), now);
      const elapsed = isSame ? monotonicMs : wallMs;
      const stepped = isSame ? Math.abs(wallMs - monotonicMs) : 0;
      if (tick && !tick.suspect) expect(elapsed < 0 || elapsed >= 55_000 || stepped >= 30_000).toBe(true);
      if (tick) return;
      expect(elapsed).toBeLessThan(55_000);
      expect(stepped).toBeLessThan(30_000);
    }),
  );
});
