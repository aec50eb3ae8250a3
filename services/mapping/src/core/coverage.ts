import type { ControlCoverage, DirectRef, Evaluations, FrameworkCoverage, ScopedScan } from '@evidence/contracts';
import type { Catalog } from '@evidence/frameworks';
import type { Controls, RefGroup } from './controls.js';
import type { MappedRefs } from './refs.js';

export interface CoverageQuestion {
  /** In the order of the request. */
  readonly catalogs: readonly Catalog[];
  /** Those of `catalogs`. */
  readonly controls: Controls;
  readonly groups: readonly RefGroup[];
  readonly scans: readonly ScopedScan[];
  readonly mapRefs: (refs: readonly DirectRef[]) => MappedRefs;
}

/**
 * What is known about every control of the requested frameworks.
 *
 * `finding`: an open finding in scope carries the ref, on any accepted basis, or a probe that carries it directly failed, even if its
 * finding was since closed or filtered out. `clean`: probes that carry the ref **directly** got verdicts, and all passed. `not_tested`:
 * neither. So bad news travels along the crosswalk and good news does not: that a probe of a related control passed is no evidence that
 * this control was tested, and missing evidence never improves a verdict. Evaluations are counted on the same direct probes only.
 */
export function coverageOf({ catalogs, controls, groups, scans, mapRefs }: CoverageQuestion): FrameworkCoverage[] {
  const findingCounts = new Uint32Array(controls.refs.length);
  const directCounts = new Uint32Array(controls.refs.length);
  for (const { controls: carried, findings } of groups) {
    for (const number of carried.all) findingCounts[number] = (findingCounts[number] as number) + findings;
    for (const number of carried.direct) directCounts[number] = (directCounts[number] as number) + findings;
  }
  const evaluations = evaluationsOf(scans, controls, mapRefs);
  let number = 0;
  return catalogs.map(({ framework, edition, name, controls: own }) => ({
    framework,
    edition,
    name,
    controls: own.map(({ ref, nativeId, title }) => {
      const counts = {
        findingCount: findingCounts[number] as number,
        directCount: directCounts[number] as number,
        evaluations: evaluations[number] as ControlEvaluations,
      };
      number += 1;
      return { ref, nativeId, title, verdict: verdictOf(counts), ...counts };
    }),
  }));
}

type ControlEvaluations = ControlCoverage['evaluations'];

/** By control, the evaluations of the probes that carry it directly. */
function evaluationsOf(
  scans: readonly ScopedScan[],
  controls: Controls,
  mapRefs: CoverageQuestion['mapRefs'],
): ControlEvaluations[] {
  const sums = controls.refs.map(() => ({ total: 0, passed: 0, failed: 0 }));
  for (const { evaluations, refs } of scans.flatMap(({ probes }) => probes)) {
    for (const number of mapRefs(refs).controls.direct) add(sums[number] as ControlEvaluations, evaluations);
  }
  return sums;
}

function add(sum: ControlEvaluations, { total, passed, failed }: Evaluations): void {
  sum.total += total;
  sum.passed += passed;
  sum.failed += failed;
}

function verdictOf({
  findingCount,
  evaluations,
}: Pick<ControlCoverage, 'findingCount' | 'evaluations'>): ControlCoverage['verdict'] {
  if (findingCount > 0 || evaluations.failed > 0) return 'finding';
  return evaluations.total > 0 ? 'clean' : 'not_tested';
}
