import { describe, expect, test } from 'vitest';
import { finishedPerSecond, requireRoom } from '../../../src/core/reports/queue-bound.js';
import type { ReportRecord } from '../../../src/core/reports/report-record.js';

const at = (second: number) => new Date(Date.parse('2026-05-22T10:00:00.000Z') + second * 1_000).toISOString();
/** Reports that were started and finished at these seconds. */
const made = (...spans: [number, number][]) =>
  spans.map(([from, to]) => ({ startedAt: at(from), reachedAt: { finished: at(to) } }) as ReportRecord);

describe('the rate', () => {
  test.each<[string, ReportRecord[], number]>([
    ['one after the other', made([0, 2], [2, 4], [4, 6]), 0.5],
    ['in parallel', made([0, 4], [0, 4], [0, 4], [0, 4]), 1],
    ['with idle hours in between', made([0, 2], [7_200, 7_202]), 0.5],
    ['in any order', made([7_200, 7_202], [0, 2]), 0.5],
    ['nothing yet', [], 1],
    ['in no time', made([0, 0]), 1],
  ])('for reports made: %s', (_, records, perSecond) => {
    expect(finishedPerSecond(records)).toBe(perSecond);
  });
  test('for templates is the lowest possible as long as none has finished', () => {
    expect(finishedPerSecond([], 'template')).toBe(1 / 60);
    expect(finishedPerSecond(made([0, 2], [2, 4]), 'template')).toBe(0.5);
  });
});

describe('room', () => {
  const asked = (tenant: number, all: number, perSecond = 1, deadlineSeconds = 900) => {
    try {
      requireRoom({ tenant, all }, perSecond, deadlineSeconds);
      return 'taken';
    } catch (error) {
      const { slug, retryAfterS, facts } = error as { slug: string; retryAfterS: number; facts: object };
      return { slug, retryAfterS, facts };
    }
  };

  test('is half of what can be finished within a deadline, and half of that for one tenant', () => {
    expect(asked(224, 449)).toBe('taken');
    expect(asked(225, 225)).toMatchObject({ slug: 'queue_full', facts: { limit: 225 } });
    expect(asked(0, 450)).toMatchObject({ slug: 'unavailable', facts: { limit: 450 } });
  });
  test('is a few reports, however slow they are', () => {
    expect(asked(9, 19, 0.001)).toBe('taken');
    expect(asked(10, 10, 0.001)).toMatchObject({ slug: 'queue_full', retryAfterS: 300 });
  });
  test('is ten templates, and five for one tenant, as long as each may take a minute', () => {
    expect(() => requireRoom({ tenant: 4, all: 9 }, 1 / 60, 900, 'template')).not.toThrow();
    expect(() => requireRoom({ tenant: 5, all: 5 }, 1 / 60, 900, 'template')).toThrow('5 of your reports');
    expect(() => requireRoom({ tenant: 0, all: 10 }, 1 / 60, 900, 'template')).toThrow('Try again later');
  });
  test('is available again when the excess is worked off', () => {
    expect(asked(225, 225, 1)).toMatchObject({ retryAfterS: 1 });
    expect(asked(334, 334, 1)).toMatchObject({ retryAfterS: 110 });
  });
});
