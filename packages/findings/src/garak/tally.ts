import type { Discrepancy, Evaluations } from '@evidence/contracts';
import { countOf, type JsonObject } from './entries.js';

/** How often a detector passed and failed an output, and how often it gave no verdict. */
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

/**
 * The tally of an `eval` entry or of a detector in a digest; undefined when it holds none. `fails` came with garak 0.14 and
 * `total_evaluated` replaced `total`; a total without `fails` gives them. `statedTotal` may contradict the two.
 */
export function statedTally(
  row: JsonObject,
): { readonly tally: Tally; readonly statedTotal: number | undefined } | undefined {
  const passed = countOf(row.passed);
  const statedTotal = countOf(row.total_evaluated ?? row.total);
  const failed =
    countOf(row.fails) ??
    (passed !== undefined && statedTotal !== undefined ? countOf(statedTotal - passed) : undefined);
  if (passed === undefined || failed === undefined) return undefined;
  return { tally: { passed, failed, unscored: countOf(row.nones) ?? 0 }, statedTotal };
}

/** One entry for each of `passed` and `failed` that differ. */
export function contradictions(subject: string, stated: Tally, counted: Tally): Discrepancy[] {
  return (['passed', 'failed'] as const)
    .filter((member) => stated[member] !== counted[member])
    .map((member) => ({ subject: `${subject}: ${member}`, stated: stated[member], counted: counted[member] }));
}
