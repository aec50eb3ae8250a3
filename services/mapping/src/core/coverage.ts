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
 * finding was since closed or filtered out. `clean`: probes that carry the ref **directly** got verdicts in runs that did not fail, and all
 * passed. `not_tested`: neither. An unknown number counts as nothing. So bad news travels along the crosswalk and good news does not: that
 * a probe of a related control passed is no evidence that this control was tested, and missing evidence never improves a verdict.
 * Evaluations are counted on the same direct probes only.
 */
export function coverageOf({ catalogs, controls, groups, scans, mapRefs }: CoverageQuestion): FrameworkCoverage[] {
  const findingCounts = new Uint32Array(controls.refs.length);
  const directCounts = new Uint32Array(controls.refs.length);
  for (const { controls: carried, findings } of groups) {
    for (const number of carried.all) findingCounts[number] = (findingCounts[number] as number) + findings;
    for (const number of carried.direct) directCounts[number] = (directCounts[number] as number) + findings;
  }
  const tested = testedOf(scans, controls, mapRefs);
  let number = 0;
  return catalogs.map(({ framework, edition, name, controls: own }) => ({
    framework,
    edition,
    name,
    controls: own.map(({ ref, nativeId, title }) => {
      const { evaluations, hasPassed } = tested[number] as Tested;
      const counts = {
        findingCount: findingCounts[number] as number,
        directCount: directCounts[number] as number,
        evaluations,
      };
      number += 1;
      return { ref, nativeId, title, verdict: verdictOf(counts, hasPassed), ...counts };
    }),
  }));
}

/** The evaluations of the probes that carry a control directly. */
interface Tested {
  readonly evaluations: ControlCoverage['evaluations'];
  /** At least one of them is known to have passed, in a run that did not fail. */
  hasPassed: boolean;
}

/** By control. */
function testedOf(scans: readonly ScopedScan[], controls: Controls, mapRefs: CoverageQuestion['mapRefs']): Tested[] {
  const tested: Tested[] = controls.refs.map(() => ({
    evaluations: { total: 0, passed: 0, failed: 0 },
    hasPassed: false,
  }));
  for (const { run, probes } of scans) {
    for (const { evaluations, refs } of probes) {
      for (const number of mapRefs(refs).controls.direct) {
        const control = tested[number] as Tested;
        add(control.evaluations, evaluations);
        control.hasPassed ||= run.outcome !== 'failed' && (evaluations.passed ?? 0) > 0;
      }
    }
  }
  return tested;
}

/** A sum with an unknown member is unknown. */
function add(sum: Tested['evaluations'], { total, passed, failed }: Evaluations): void {
  sum.total = sum.total === null || total === null ? null : sum.total + total;
  sum.passed = sum.passed === null || passed === null ? null : sum.passed + passed;
  sum.failed += failed;
}

function verdictOf(
  { findingCount, evaluations }: Pick<ControlCoverage, 'findingCount' | 'evaluations'>,
  hasPassed: boolean,
): ControlCoverage['verdict'] {
  if (findingCount > 0 || evaluations.failed > 0) return 'finding';
  return hasPassed ? 'clean' : 'not_tested';
}
