import type { Discrepancy, Evaluations } from '@evidence/contracts';

/** How many evaluations passed, failed, and got no verdict. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly unscored: number;
  /** The source lists failures only: the number of passes is unknown, and `failed` is a lower bound. */
  readonly failuresOnly: boolean;
}

export const NO_TALLY: Tally = { passed: 0, failed: 0, unscored: 0, failuresOnly: false };

export const totalOf = ({ passed, failed }: Tally): number => passed + failed;

export const sumOf = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  unscored: a.unscored + b.unscored,
  failuresOnly: a.failuresOnly || b.failuresOnly,
});

export const evaluationsOf = ({ passed, failed, unscored, failuresOnly }: Tally): Evaluations =>
  failuresOnly ? { total: null, passed: null, failed, unscored } : { total: passed + failed, passed, failed, unscored };

/** A sum with an unknown term is unknown. */
export const sumOfEvaluations = (each: Iterable<Evaluations>): Evaluations => {
  const sum: Evaluations = { total: 0, passed: 0, failed: 0, unscored: 0 };
  for (const { total, passed, failed, unscored } of each) {
    sum.total = sum.total === null || total === null ? null : sum.total + total;
    sum.passed = sum.passed === null || passed === null ? null : sum.passed + passed;
    sum.failed += failed;
    sum.unscored += unscored;
  }
  return sum;
};

/** One entry for each of `passed` and `failed` that differ. */
export function contradictions(subject: string, stated: Tally, counted: Tally): Discrepancy[] {
  return (['passed', 'failed'] as const)
    .filter((member) => stated[member] !== counted[member])
    .map((member) => ({ subject: `${subject}: ${member}`, stated: stated[member], counted: counted[member] }));
}
