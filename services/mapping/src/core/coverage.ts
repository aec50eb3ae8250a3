import type { ControlCoverage, FrameworkCoverage, RefMapping, ScopedScan } from '@evidence/contracts';
import type { Catalog } from '@evidence/frameworks';
import type { MappedRefs } from './refs.js';

/** A combination of refs, and how many findings have it. */
export interface RefGroup {
  readonly mappings: readonly RefMapping[];
  readonly findings: number;
}

interface Tally {
  findingCount: number;
  directCount: number;
  total: number;
  passed: number;
  failed: number;
}

export interface CoverageQuestion {
  /** In the order of the request. */
  readonly catalogs: readonly Catalog[];
  readonly groups: readonly RefGroup[];
  readonly scans: readonly ScopedScan[];
  readonly mapRefs: (refs: ScopedScan['probes'][number]['refs']) => MappedRefs;
}

/**
 * What is known about every control of the requested frameworks.
 *
 * `finding`: an open finding in scope carries the ref, on any accepted basis, or a probe that carries it directly failed, even if its
 * finding was since closed or filtered out. `clean`: probes that carry the ref **directly** got verdicts, and all passed. `not_tested`:
 * neither. So bad news travels along the crosswalk and good news does not: that a probe of a related control passed is no evidence that
 * this control was tested, and missing evidence never improves a verdict. Evaluations are counted on the same direct probes only.
 */
export function coverageOf({ catalogs, groups, scans, mapRefs }: CoverageQuestion): FrameworkCoverage[] {
  const tallies = new Map<string, Tally>();
  const tallyOf = (ref: string): Tally => {
    let tally = tallies.get(ref);
    if (!tally) {
      tally = { findingCount: 0, directCount: 0, total: 0, passed: 0, failed: 0 };
      tallies.set(ref, tally);
    }
    return tally;
  };
  for (const { mappings, findings } of groups) {
    for (const { ref, basis } of mappings) {
      const tally = tallyOf(ref);
      tally.findingCount += findings;
      if (basis === 'direct') tally.directCount += findings;
    }
  }
  for (const { evaluations, refs } of scans.flatMap((scan) => scan.probes)) {
    for (const { ref, basis } of mapRefs(refs).mappings) {
      if (basis !== 'direct') break; // direct ones come first
      const tally = tallyOf(ref);
      tally.total += evaluations.total;
      tally.passed += evaluations.passed;
      tally.failed += evaluations.failed;
    }
  }
  return catalogs.map(({ framework, edition, name, controls }) => ({
    framework,
    edition,
    name,
    controls: controls.map(({ ref, nativeId, title }) => controlCoverage({ ref, nativeId, title }, tallies.get(ref))),
  }));
}

function controlCoverage(
  control: Pick<ControlCoverage, 'ref' | 'nativeId' | 'title'>,
  tally: Tally | undefined,
): ControlCoverage {
  const { findingCount = 0, directCount = 0, total = 0, passed = 0, failed = 0 } = tally ?? {};
  const verdict = findingCount > 0 || failed > 0 ? 'finding' : total > 0 ? 'clean' : 'not_tested';
  return { ...control, verdict, findingCount, directCount, evaluations: { total, passed, failed } };
}
