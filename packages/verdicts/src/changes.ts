import type { FrameworkCoverage, Verdict } from '@evidence/contracts';

/** A control whose verdict has changed. `before` or `after` is null if the control was not, or is no longer, in the edition. */
export interface VerdictChange {
  readonly ref: string;
  readonly before: Verdict | null;
  readonly after: Verdict | null;
}

/** In the order of `after`, then those that only `before` has. */
export function verdictChanges(
  before: readonly FrameworkCoverage[],
  after: readonly FrameworkCoverage[],
): VerdictChange[] {
  const old = verdictsOf(before);
  const now = verdictsOf(after);
  return [...new Set([...now.keys(), ...old.keys()])]
    .map((ref) => ({ ref, before: old.get(ref) ?? null, after: now.get(ref) ?? null }))
    .filter((change) => change.before !== change.after);
}

const verdictsOf = (coverage: readonly FrameworkCoverage[]): ReadonlyMap<string, Verdict> =>
  new Map(coverage.flatMap(({ controls }) => controls.map(({ ref, verdict }) => [ref, verdict])));
