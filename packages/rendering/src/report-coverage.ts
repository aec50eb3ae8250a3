import type {
  ControlCoverage,
  FrameworkCoverage,
  MappedPair,
  Mapping,
  Overlap,
  RefTitle,
  ReportControlCoverage,
  ReportFrameworkCoverage,
  ReportOverlap,
  ReportPair,
  ReportRefTitle,
  Verdict,
} from '@evidence/contracts';

/** One framework of the report, with its controls counted by verdict. */
export function reportFramework(
  { framework, edition, name, comparedAt, stale = false, notice, controls }: FrameworkCoverage,
  mapping: Pick<Mapping, 'rules'>,
): ReportFrameworkCoverage {
  const reported = controls.map((control) => reportControl(control, mapping));
  // In the order of canonical JSON, as is every row below, because there are hundreds of them.
  return {
    ...(comparedAt !== undefined && { compared_at: comparedAt }),
    controls: reported,
    counts: countsOf(reported),
    edition,
    framework,
    name,
    ...(notice !== undefined && { notice }),
    stale,
  };
}

function countsOf(controls: readonly ReportControlCoverage[]): ReportFrameworkCoverage['counts'] {
  const counts = {
    applies_to_every: controls.filter((control) => control.applies_to_every !== undefined).length,
    clean: 0,
    controls: controls.length,
    finding: 0,
    finding_outside_scope: 0,
    indicated: 0,
    not_applicable: 0,
    not_tested: 0,
    partly_tested: 0,
  };
  for (const { verdict } of controls) counts[verdict] += 1;
  return counts;
}

/**
 * The verdict in current terms. Before rules had versions, `finding` was also used for a control that only the crosswalk led to, and for one
 * whose probes failed although no finding in scope is tagged with it.
 */
export function verdictOn(
  { verdict, findingCount, directCount }: ControlCoverage,
  { rules }: Pick<Mapping, 'rules'>,
): Verdict {
  if (rules !== undefined || verdict !== 'finding' || directCount > 0) return verdict;
  return findingCount > 0 ? 'indicated' : 'finding_outside_scope';
}

function reportControl(control: ControlCoverage, mapping: Pick<Mapping, 'rules'>): ReportControlCoverage {
  const { indicatedBy, outsideScope, applicability, notApplicable, note, appliesToEvery } = control;
  return {
    ...(applicability && { applicability }),
    ...(appliesToEvery !== undefined && { applies_to_every: appliesToEvery }),
    direct_count: control.directCount,
    evaluations: reportEvaluations(control.evaluations),
    finding_count: control.findingCount,
    ...(indicatedBy && { indicated_by: indicatedBy }),
    native_id: control.nativeId,
    ...(notApplicable && { not_applicable: notApplicable }),
    ...(note !== undefined && { note }),
    ...(outsideScope && { outside_scope: outsideScope }),
    ref: control.ref,
    title: control.title,
    verdict: verdictOn(control, mapping),
  };
}

const reportEvaluations = ({
  failed,
  failedOfUnknownTotal: unknown,
  ...evaluations
}: ControlCoverage['evaluations']): ReportControlCoverage['evaluations'] => ({
  failed,
  ...(unknown !== undefined && { failed_of_unknown_total: unknown }),
  ...evaluations,
});

export const reportOverlap = (overlap: Overlap): ReportOverlap => ({
  ...(overlap.basisA && { basis_a: overlap.basisA }),
  ...(overlap.basisB && { basis_b: overlap.basisB }),
  direct_count: overlap.directCount,
  // Before ends were distinguished, only findings with two direct ends were counted.
  direct_ends: overlap.directEnds ?? (overlap.directCount > 0 ? 2 : 0),
  finding_count: overlap.findingCount,
  ref_a: overlap.refA,
  ref_b: overlap.refB,
});

export const reportRefTitle = ({ nativeId, ...title }: RefTitle): ReportRefTitle => ({ ...title, native_id: nativeId });

export function reportPair({ refA, refB, asserted, reviewedBy, independentSources, ...pair }: MappedPair): ReportPair {
  return {
    ...pair,
    ref_a: refA,
    ref_b: refB,
    ...(asserted && { asserted: { ref_a: asserted.refA, ref_b: asserted.refB, basis: asserted.basis } }),
    reviewed_by: reviewedBy,
    independent_sources: independentSources,
  };
}
