import type {
  ControlCoverage,
  CountsByReason,
  DirectRef,
  Evaluations,
  FrameworkCoverage,
  IndicatedBy,
  OutsideFindings,
  RefMapping,
  ScopedScan,
} from '@evidence/contracts';
import type { Catalog, Control } from '@evidence/frameworks';
import { type Assessment, applicabilityOf, statedApplicability, whyNotApplicable } from './applicability.js';
import { type Controls, directAmong } from './controls.js';
import { byEvidence, type MappedRefs, type UsedMapping } from './refs.js';
import { verdictOf } from './verdict.js';

export interface CoverageQuestion {
  /** In the order of the request. */
  readonly catalogs: readonly Catalog[];
  /** Those of `catalogs`. */
  readonly controls: Controls;
  readonly used: readonly UsedMapping[];
  readonly scans: readonly ScopedScan[];
  readonly outside: readonly OutsideFindings[];
  readonly assessment: Assessment;
  /** Those of `catalogs` that were not compared with their publisher for too long. */
  readonly stale: readonly Catalog[];
  readonly mapRefs: (refs: readonly DirectRef[]) => MappedRefs;
}

/**
 * What is known about every control of the requested frameworks, and what the verdict rests on. Evaluations and findings outside the scope
 * count for the controls that they are tagged with directly; findings in scope count for all that they reach.
 */
export function coverageOf(question: CoverageQuestion): FrameworkCoverage[] {
  const { catalogs, assessment, stale } = question;
  const found = findingsByControl(question);
  const tested = testsByControl(question);
  const outside = outsideByControl(question);
  let number = 0;
  return catalogs.map((catalog) => ({
    framework: catalog.framework,
    edition: catalog.edition,
    name: catalog.name,
    comparedAt: catalog.comparedAt,
    stale: stale.includes(catalog),
    ...(catalog.notice !== undefined && { notice: catalog.notice }),
    controls: catalog.controls.map((control) => {
      const evidence: ControlEvidence = {
        findingCount: found.all[number] as number,
        directCount: found.direct[number] as number,
        indicatedBy: found.best.get(number),
        outsideScope: outside.get(number),
        ...(tested[number] as ControlTests),
      };
      number += 1;
      return controlCoverage(control, evidence, catalog.controls, assessment);
    }),
  }));
}

interface ControlEvidence extends ControlTests, Pick<ControlCoverage, 'findingCount' | 'directCount'> {
  readonly indicatedBy: RefMapping | undefined;
  readonly outsideScope: ControlCoverage['outsideScope'] | undefined;
}

function controlCoverage(
  control: Control,
  { findingCount, directCount, evaluations, hasPassed, indicatedBy, outsideScope }: ControlEvidence,
  siblings: readonly Control[],
  assessment: Assessment,
): ControlCoverage {
  const applicability = applicabilityOf(control, siblings);
  const notApplicable = applicability && whyNotApplicable(applicability, assessment);
  const verdict = verdictOf({
    directFindings: directCount,
    findings: findingCount,
    failedEvaluations: evaluations.failed,
    findingsOutsideScope: outsideScope === undefined ? 0 : total(outsideScope.closed) + total(outsideScope.unrequested),
    isApplicable: notApplicable === undefined,
    hasPassed,
  });
  const wasSeen = verdict === 'finding' || verdict === 'finding_outside_scope';
  return {
    ref: control.ref,
    nativeId: control.nativeId,
    title: control.title,
    verdict,
    findingCount,
    directCount,
    evaluations,
    ...(indicatedBy && { indicatedBy: reasonOf(indicatedBy) }),
    ...(outsideScope && { outsideScope }),
    ...(applicability && { applicability: statedApplicability(applicability) }),
    ...(notApplicable && { notApplicable }),
    ...(notApplicable &&
      wasSeen && {
        note: `What was found is tagged with a control that does not apply to the system as described. ${notApplicable.text}`,
      }),
    ...(control.appliesToEvery !== undefined && { appliesToEvery: control.appliesToEvery }),
  };
}

const reasonOf = ({ basis, strength = 'primary', via = '', source }: RefMapping): IndicatedBy => ({
  basis,
  strength,
  via,
  source,
});

const total = (counts: CountsByReason): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** By control: open findings in scope, those tagged directly, and the best reason of those that the crosswalk leads to. */
function findingsByControl({ used, controls }: CoverageQuestion) {
  const all = new Uint32Array(controls.refs.length);
  const direct = new Uint32Array(controls.refs.length);
  const best = new Map<number, RefMapping>();
  for (const { mapping, findings } of used) {
    const number = controls.numberOf(mapping.ref);
    if (number === undefined) continue;
    all[number] = (all[number] as number) + findings;
    if (mapping.basis === 'direct') {
      direct[number] = (direct[number] as number) + findings;
      continue;
    }
    const other = best.get(number);
    if (!other || byEvidence(mapping, other) < 0) best.set(number, mapping);
  }
  return { all, direct, best };
}

/** The evaluations of the probes that are tagged with a control directly. */
interface ControlTests {
  readonly evaluations: ControlCoverage['evaluations'];
  /** At least one of them is known to have passed, in a run that did not fail. */
  readonly hasPassed: boolean;
}

function testsByControl({ scans, controls, mapRefs }: CoverageQuestion): ControlTests[] {
  const tests = controls.refs.map(() => ({ evaluations: { total: 0, passed: 0, failed: 0 }, hasPassed: false }));
  for (const { run, probes } of scans) {
    for (const { evaluations, refs } of probes) {
      for (const number of directAmong(mapRefs(refs).controls)) {
        const control = tests[number] as (typeof tests)[number];
        add(control.evaluations, evaluations);
        control.hasPassed ||= run.outcome !== 'failed' && (evaluations.passed ?? 0) > 0;
      }
    }
  }
  return tests;
}

/** A sum with an unknown member is unknown. */
function add(sum: ControlCoverage['evaluations'], { total, passed, failed }: Evaluations): void {
  sum.total = sum.total === null || total === null ? null : sum.total + total;
  sum.passed = sum.passed === null || passed === null ? null : sum.passed + passed;
  sum.failed += failed;
}

/** By number, for the controls that have any. */
function outsideByControl({
  outside,
  mapRefs,
}: CoverageQuestion): ReadonlyMap<number, { closed: CountsByReason; unrequested: CountsByReason }> {
  const counts = new Map<number, { closed: CountsByReason; unrequested: CountsByReason }>();
  for (const { severity, status, refs, findings } of outside) {
    const isOpen = status === 'open' || status === 'triaged';
    for (const number of directAmong(mapRefs(refs).controls)) {
      const own = counts.get(number) ?? { closed: {}, unrequested: {} };
      counts.set(number, own);
      if (isOpen) own.unrequested[severity] = (own.unrequested[severity] ?? 0) + findings;
      else own.closed[status] = (own.closed[status] ?? 0) + findings;
    }
  }
  return counts;
}
