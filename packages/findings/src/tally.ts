import type { Discrepancy, Evaluations } from '@evidence/contracts';

/** How often something passed, failed, and got no verdict. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly unscored: number;
}

export const NO_TALLY: Tally = { passed: 0, failed: 0, unscored: 0 };

export const totalOf = ({ passed, failed }: Tally): number => passed + failed;

export const sumOf = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  unscored: a.unscored + b.unscored,
});

export const evaluationsOf = ({ passed, failed, unscored }: Tally): Evaluations => ({
  total: passed + failed,
  passed,
  failed,
  unscored,
});

/** One entry for each of `passed` and `failed` that differ. */
export function contradictions(subject: string, stated: Tally, counted: Tally): Discrepancy[] {
  return (['passed', 'failed'] as const)
    .filter((member) => stated[member] !== counted[member])
    .map((member) => ({ subject: `${subject}: ${member}`, stated: stated[member], counted: counted[member] }));
}
