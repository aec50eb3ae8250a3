import { expect, it } from 'vitest';
import { type ControlFacts, verdictOf } from '../src/verdict.js';

const NOTHING: ControlFacts = {
  directFindings: 0,
  findings: 0,
  failedEvaluations: 0,
  findingsOutsideScope: 0,
  isApplicable: true,
  hasPassed: false,
  hasPassedWholly: false,
};

/** Each fact alone and its verdict, the strongest first. */
const BY_RANK: readonly (readonly [facts: Partial<ControlFacts>, verdict: string])[] = [
  [{ directFindings: 1, findings: 1 }, 'finding'],
  [{ failedEvaluations: 1 }, 'finding_outside_scope'],
  [{ findingsOutsideScope: 1 }, 'finding_outside_scope'],
  [{ isApplicable: false }, 'not_applicable'],
  [{ findings: 1 }, 'indicated'],
  [{ hasPassed: true, hasPassedWholly: true }, 'clean'],
  [{ hasPassed: true }, 'partly_tested'],
  [{}, 'not_tested'],
];

it.each(BY_RANK)('%j alone is %s', (facts, verdict) => {
  expect(verdictOf({ ...NOTHING, ...facts })).toBe(verdict);
});

it('the first verdict that fits wins, whatever else is known', () => {
  for (const [rank, [facts, verdict]] of BY_RANK.entries()) {
    for (const [weaker] of BY_RANK.slice(rank + 1)) {
      const both = { ...NOTHING, ...weaker, ...facts };
      expect(verdictOf(both), JSON.stringify(both)).toBe(verdict);
    }
  }
});
