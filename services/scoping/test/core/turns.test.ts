import { describe, expect, test } from 'vitest';
import { type Line, nextTurn, type StartedReport } from '../../src/core/turns.js';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const SLOTS = 4;

const waits = (tenant: string, oldest: bigint, lastTurn = 0n) => ({ tenant, oldest, lastTurn });
const inHand = (tenant: string, reports: number, startedAtMs = NOW): StartedReport[] =>
  Array.from({ length: reports }, (_, n) => ({ tenant, reportId: `${tenant}-${n}`, startedAtMs }));
const turn = (line: Line, setAside: (report: StartedReport) => boolean = () => false, slots = SLOTS) =>
  nextTurn(line, slots, setAside, NOW);

describe('the next turn', () => {
  test("is nobody's if nobody waits", () => {
    expect(turn({ waiting: [], started: [] })).toBeUndefined();
  });

  test('is that of the tenant with the fewest reports in progress, whoever requested first', () => {
    const waiting = [waits('flooding', 1n), waits('other', 2_001n)];
    expect(turn({ waiting, started: inHand('flooding', 1) })).toBe('other');
  });

  test('goes among equals to the one whose last turn was longest ago, then to the one that has waited longest', () => {
    expect(turn({ waiting: [waits('a', 1n, 9n), waits('b', 2n, 5n), waits('c', 3n, 7n)], started: [] })).toBe('b');
    expect(turn({ waiting: [waits('a', 4n), waits('b', 3n)], started: [] })).toBe('b');
  });

  test('leaves one slot for another tenant, and gives no slot twice', () => {
    const flooding = [waits('flooding', 1n)];
    expect(turn({ waiting: flooding, started: inHand('flooding', 2) })).toBe('flooding');
    expect(turn({ waiting: flooding, started: inHand('flooding', 3) })).toBeUndefined();
    const both = [...flooding, waits('other', 9n)];
    expect(turn({ waiting: both, started: inHand('flooding', 3) })).toBe('other');
    expect(turn({ waiting: both, started: [...inHand('flooding', 3), ...inHand('third', 1)] })).toBeUndefined();
  });

  test('alternates between tenants if there is a single slot', () => {
    const waiting = [waits('a', 1n, 9n), waits('b', 2n, 5n)];
    expect(turn({ waiting, started: [] }, undefined, 1)).toBe('b');
    expect(turn({ waiting, started: inHand('b', 1) }, undefined, 1)).toBeUndefined();
  });
});

describe('a report that waits for something takes no slot', () => {
  const waiting = [waits('a', 1n), waits('b', 2n)];

  test('while a stage has set it aside', () => {
    const started = [...inHand('a', 2), ...inHand('b', 2)];
    expect(turn({ waiting, started })).toBeUndefined();
    expect(turn({ waiting, started }, ({ tenant }) => tenant === 'a')).toBe('a');
  });

  test('if it was started longer ago than any report takes', () => {
    expect(turn({ waiting, started: inHand('a', 4, NOW - 9 * MINUTE) })).toBeUndefined();
    expect(turn({ waiting, started: inHand('a', 4, NOW - 10 * MINUTE) })).toBe('a');
  });

  test('if it was started under a clock that has been set back since', () => {
    expect(turn({ waiting, started: inHand('a', 4, NOW + 9 * MINUTE) })).toBeUndefined();
    expect(turn({ waiting, started: inHand('a', 4, NOW + 180 * MINUTE) })).toBe('a');
  });

  test('but a tenant may have only a limited number of them, because they would come back together', () => {
    const started = inHand('a', SLOTS * 8);
    expect(turn({ waiting: [waits('a', 1n)], started }, () => true)).toBeUndefined();
    expect(turn({ waiting, started }, () => true)).toBe('b');
    expect(turn({ waiting: [waits('a', 1n)], started: started.slice(1) }, () => true)).toBe('a');
  });
});
