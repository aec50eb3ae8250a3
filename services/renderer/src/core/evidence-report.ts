import {
  assertDocument,
  type Basis,
  type CountsByReason,
  type EvidenceReport,
  type MappedFinding,
  type MappingSnapshot,
  type RefMapping,
  type ReportControlCoverage,
  type ReportDisposition,
  type ReportFinding,
  type ReportMapped,
  type ReportRequested,
  type ReportScan,
  type ReportScoped,
  type ScopedFinding,
  type ScopedScan,
  type ScopeSnapshot,
  type Severity,
} from '@evidence/contracts';
import { Refusal } from '@evidence/decider';

/** Everything a report is made of. The snapshots are those that `scoped` and `mapped` name by digest, already checked against it. */
export interface ReportSources {
  readonly request: ReportRequested;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
  readonly scope: ScopeSnapshot;
  readonly mapping: MappingSnapshot;
  readonly signature: {
    readonly keyId: string;
    readonly algorithm: 'RS256' | 'ES256';
    readonly developmentKey: boolean;
  };
  /** Where the API answers, without a trailing slash. */
  readonly publicUrl: string;
  readonly rendererVersion: string;
}

/** Two sources state one figure differently: nothing is printed until the stage that wrote the wrong one is mended and run again. */
export type FiguresDisagree = Refusal<'figures_disagree'>;

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

/**
 * The artifact's content. Equal sources give an equal report: no clock, no randomness, no locale.
 *
 * Throws `FiguresDisagree` when the sources contradict one another, with the figure and both values in `facts`, and
 * `ContractError` when the result breaks EvidenceReport.v1.
 */
export function evidenceReportOf(sources: ReportSources): EvidenceReport {
  const { request, scoped, mapped, scope, mapping, signature, publicUrl, rendererVersion } = sources;
  assertFiguresAgree(sources);
  const severities = severitiesOf(request);
  const report: EvidenceReport = {
    schema_version: 'v1',
    report_id: request.reportId,
    generated_at: scoped.dataAsOf.at,
    tenant_slug: request.tenant,
    // The one free text that comes from no canonical snapshot: a lone surrogate would have no canonical JSON (RFC 8785).
    title: request.title.toWellFormed(),
    scope: {
      from: request.scope.from ?? null,
      to: request.scope.to ?? null,
      endpoint_ids: request.scope.endpointIds,
      include_severities: severities,
    },
    frameworks: request.frameworks.map(({ framework }) => framework),
    framework_editions: request.frameworks,
    data_as_of: scoped.dataAsOf,
    summary: summaryOf(severities, scope.findings),
    findings: scope.findings.map((finding, i) =>
      reportFinding(finding, mapping.findings[i]?.mappings ?? [], publicUrl),
    ),
    cross_framework_overlaps: mapping.overlaps.map((overlap) => ({
      ref_a: overlap.refA,
      ref_b: overlap.refB,
      finding_count: overlap.findingCount,
      direct_count: overlap.directCount,
    })),
    coverage: mapping.coverage.map(({ framework, edition, name, controls }) => ({
      framework,
      edition,
      name,
      controls: controls.map(reportControl),
    })),
    dispositions: scope.dispositions.map(reportDisposition),
    scans: scope.scans.map(reportScan),
    unresolved_tags: mapping.unresolvedTags,
    mapping: { policy: mapping.policy, counts_by_basis: mapping.countsByBasis },
    crosswalk: mapping.crosswalk,
    receipt: {
      ...scope.counts,
      scope_snapshot_sha256: scoped.snapshot.sha256,
      mapping_snapshot_sha256: mapped.snapshot.sha256,
    },
    signature: {
      key_id: signature.keyId,
      algorithm: signature.algorithm,
      development_key: signature.developmentKey,
    },
    renderer_version: rendererVersion,
  };
  assertDocument('EvidenceReport.v1', report);
  return report;
}

function severitiesOf({ scope }: ReportRequested): Severity[] {
  if (scope.includeSeverities.length === 0) return [...SEVERITIES];
  return SEVERITIES.filter((severity) => scope.includeSeverities.includes(severity));
}

function summaryOf(severities: readonly Severity[], findings: readonly ScopedFinding[]): EvidenceReport['summary'] {
  const summary: EvidenceReport['summary'] = { total_open: findings.length };
  for (const severity of severities) summary[severity] = findings.filter((f) => f.severity === severity).length;
  return summary;
}

function reportFinding(finding: ScopedFinding, mappings: readonly RefMapping[], publicUrl: string): ReportFinding {
  const directFirst = [
    ...mappings.filter(({ basis }) => basis === 'direct'),
    ...mappings.filter(({ basis }) => basis !== 'direct'),
  ];
  return {
    id: finding.id,
    severity: finding.severity,
    title: finding.title,
    framework_refs: directFirst.map(({ ref }) => ref),
    evidence_excerpt_sha256: finding.evidenceExcerptSha256,
    url: `${publicUrl}/api/v2/findings/${encodeURIComponent(finding.id)}`,
    mappings: directFirst,
    status: finding.status,
    endpoint_id: finding.endpointId,
    scan_id: finding.scanId,
    discovered_at: finding.discoveredAt,
    severity_original: finding.severityOriginal,
    tool: finding.tool,
    probe: finding.probe,
    detector: finding.detector,
    hits: finding.hits,
    evaluations: finding.evaluations,
  };
}

const reportControl = (control: MappingSnapshot['coverage'][number]['controls'][number]): ReportControlCoverage => ({
  ref: control.ref,
  native_id: control.nativeId,
  title: control.title,
  verdict: control.verdict,
  finding_count: control.findingCount,
  direct_count: control.directCount,
  evaluations: control.evaluations,
});

const reportDisposition = (disposition: ScopeSnapshot['dispositions'][number]): ReportDisposition => ({
  finding_id: disposition.findingId,
  title: disposition.title,
  severity: disposition.severity,
  status: disposition.status,
  decided_at: disposition.decidedAt,
  decided_by: disposition.decidedBy,
  ...(disposition.reason === undefined ? {} : { reason: disposition.reason }),
});

const reportScan = (scan: ScopedScan): ReportScan => ({
  id: scan.id,
  endpoint_id: scan.endpointId,
  tool: scan.tool,
  format: scan.format,
  source_sha256: scan.sourceSha256,
  started_at: scan.startedAt,
  attempts: scan.attempts,
  evaluated: scan.evaluated,
  evaluations: scan.evaluations,
  counts: scan.counts,
  discrepancies: scan.discrepancies,
});

/** A figure that two sources state. */
type Figure = readonly [name: string, stated: unknown, found: unknown];

/** The digests chain the snapshots to their events; every count that will be printed is taken again from the rows. */
function assertFiguresAgree(sources: ReportSources): void {
  for (const figures of [originFigures, scopeFigures, mappingFigures, coverageFigures]) {
    for (const [figure, stated, found] of figures(sources)) {
      if (stated === found) continue;
      throw new Refusal(
        'figures_disagree',
        `${figure} is stated as ${stated} and found to be ${found}. Run the stage that wrote it again.`,
        { figure, stated, found },
      );
    }
  }
}

function* originFigures({ request, scoped, mapped, scope, mapping }: ReportSources): Iterable<Figure> {
  yield ['reportId of ReportScoped', scoped.reportId, request.reportId];
  yield ['reportId of ReportMapped', mapped.reportId, request.reportId];
  yield ['tenant of the scope snapshot', scope.tenant, request.tenant];
  yield ['scope snapshot of ReportMapped', mapped.scopeSnapshot.sha256, scoped.snapshot.sha256];
  yield ['scope snapshot of the mapping snapshot', mapping.scopeSnapshotSha256, scoped.snapshot.sha256];
  yield ['crosswalk of ReportMapped', mapped.crosswalk.sha256, mapping.crosswalk.sha256];
  yield ['mapping policy', mapping.policy, request.mapping];
  yield ['frameworks covered', editions(mapping.coverage), editions(request.frameworks)];
}

const editions = (of: readonly { framework: string; edition: string }[]) =>
  of.map(({ framework, edition }) => `${framework}@${edition}`).join(', ');

function* scopeFigures({ request, scoped, scope: { counts, findings, scans } }: ReportSources): Iterable<Figure> {
  const excluded = sum(Object.values(counts.excluded));
  yield ['considered', scoped.counts.considered, counts.considered];
  yield ['included', scoped.counts.included, counts.included];
  yield ['excluded by reason', reasons(scoped.counts.excluded), reasons(counts.excluded)];
  yield ['scans', scoped.counts.scans, scans.length];
  yield ['included findings', counts.included, findings.length];
  yield ['different findings', findings.length, new Set(findings.map(({ id }) => id)).size];
  yield ['considered = included + excluded', counts.considered, counts.included + excluded];
  const severities = severitiesOf(request);
  const outside = findings.filter(({ severity }) => !severities.includes(severity)).length;
  yield ['findings of a severity that was not requested', 0, outside];
  const closed = findings.filter(({ status }) => status !== 'open' && status !== 'triaged').length;
  yield ['findings that are no longer open', 0, closed];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

const reasons = (counts: CountsByReason) =>
  Object.keys(counts)
    .sort()
    .map((reason) => `${reason} ${counts[reason]}`)
    .join(', ');

function* mappingFigures({ mapped, scope, mapping }: ReportSources): Iterable<Figure> {
  yield ['mapped findings', mapped.counts.findings, mapping.findings.length];
  yield ['mapped findings of the scope snapshot', mapping.findings.length, scope.findings.length];
  for (const [i, { id }] of mapping.findings.entries()) yield [`mapped finding ${i}`, id, scope.findings[i]?.id];
  const refs = mapping.findings.flatMap(({ mappings }) => mappings);
  yield ['refs', mapped.counts.refs, refs.length];
  for (const basis of Object.keys(mapping.countsByBasis) as Basis[]) {
    yield [`${basis} refs`, mapping.countsByBasis[basis], refs.filter((ref) => ref.basis === basis).length];
  }
  yield ['overlaps', mapped.counts.overlaps, mapping.overlaps.length];
}

function* coverageFigures({ mapping }: ReportSources): Iterable<Figure> {
  const findings = findingsByRef(mapping.findings);
  const counts = (ref: string) => findings.get(ref) ?? { all: 0, direct: 0 };
  for (const control of mapping.coverage.flatMap(({ controls }) => controls)) {
    const { ref, verdict, evaluations } = control;
    yield [`findings of ${ref}`, control.findingCount, counts(ref).all];
    yield [`direct findings of ${ref}`, control.directCount, counts(ref).direct];
    if (control.findingCount > 0) yield [`verdict on ${ref}`, verdict, 'finding'];
    if (verdict === 'clean' && evaluations.total === 0) yield [`verdict on ${ref}`, verdict, 'not_tested'];
    yield [`evaluations of ${ref}`, evaluations.total, evaluations.passed + evaluations.failed];
  }
  for (const { refA, refB, findingCount } of mapping.overlaps) {
    // Recounting each pair would cost pairs times findings; a pair can at least not outnumber its rarer ref.
    const most = Math.min(counts(refA).all, counts(refB).all);
    if (findingCount > most) yield [`findings of ${refA} and ${refB}`, findingCount, most];
  }
}

function findingsByRef(findings: readonly MappedFinding[]): ReadonlyMap<string, { all: number; direct: number }> {
  const counts = new Map<string, { all: number; direct: number }>();
  for (const { mappings } of findings) {
    for (const { ref, basis } of mappings) {
      const count = counts.get(ref) ?? { all: 0, direct: 0 };
      count.all += 1;
      if (basis === 'direct') count.direct += 1;
      counts.set(ref, count);
    }
  }
  return counts;
}
