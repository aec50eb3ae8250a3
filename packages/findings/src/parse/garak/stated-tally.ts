import { countOf, type JsonObject } from '../json/values.js';
import { NO_TALLY, type Tally } from '../tally.js';

/**
 * The tally of an `eval` entry or of a detector in a digest; undefined if it has none. garak 0.14 introduced `fails` and replaced `total` by
 * `total_evaluated`; before, failures are the total minus the passes. `statedTotal` may contradict passes and failures; its excess has no
 * verdict.
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
  const leftOver = (statedTotal ?? 0) - passed - failed;
  return { tally: { ...NO_TALLY, passed, failed, unscored: Math.max(countOf(row.nones) ?? 0, leftOver) }, statedTotal };
}
