import type { StageProgress } from '@evidence/bus';
import { expect, test } from 'vitest';
import { HeardProgress } from '../../../src/shell/reports/heard-progress.js';

const of = (n: number, percent: number, stage: StageProgress['stage'] = 'rendering') => ({
  ...{ tenant: 'acme', reportId: `rpt_${n}`, stage, percent },
});

test('the progress of a stage never decreases, in whatever order messages arrive', () => {
  const heard = new HeardProgress();
  for (const percent of [10, 40, 30, 40, 45]) heard.take(of(1, percent, 'mapping'));
  expect(heard.percentOf(of(1, 0), 'mapping')).toBe(45);
  heard.take(of(1, 5));
  heard.take(of(1, 90, 'mapping'));
  expect(heard.percentOf(of(1, 0), 'rendering')).toBe(5);
  expect(heard.percentOf(of(1, 0), 'mapping')).toBe(0);
  expect(heard.percentOf(of(2, 0), 'rendering')).toBe(0);
});

test('with too many reports, those without progress for the longest time are forgotten', () => {
  const heard = new HeardProgress();
  for (let n = 0; n < 1_000; n++) heard.take(of(n, 50));
  heard.take(of(0, 60));
  heard.take(of(1_000, 50));
  expect([0, 1, 2, 1_000].map((n) => heard.percentOf(of(n, 0), 'rendering'))).toEqual([60, 0, 50, 50]);
});
