import {
  assertDocument,
  type EvidenceReport,
  type RefMapping,
  type ReportDisposition,
  type ReportFinding,
  type ReportScan,
  type ReportTarget,
  type ScopedFinding,
  type ScopedScan,
  type ScopeSnapshot,
  type Severity,
  type TestTarget,
} from '@evidence/contracts';
import { assertFiguresAgree, type ReportSources, severitiesOf } from './figures.js';
import { reportFramework, reportOverlap, reportPair, reportRefTitle } from './report-coverage.js';

/**
 * The artifact's content. Equal sources give an equal report: no clock, no randomness, no locale.
 *
 * Throws `FiguresDisagree` when the sources contradict one another, with the figure and both values in `facts`, and
 * `ContractError` when the result breaks EvidenceReport.v1.
 */
export function evidenceReportOf(sources: ReportSources): EvidenceReport {
  const { request, scoped, mapped, scope, mapping, signature, publicUrl, rendererVersion } = sources;
  assertFiguresAgree(sources);
  const { findingUrlTemplate = `${publicUrl}/findings/{id}` } = request;
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
    system: systemOf(sources),
    data_as_of: scoped.dataAsOf,
    summary: summaryOf(severities, scope.findings),
    findings: scope.findings.map((finding, i) =>
      reportFinding(finding, mapping.findings[i]?.mappings ?? [], findingUrlTemplate),
    ),
    cross_framework_overlaps: mapping.overlaps.map(reportOverlap),
    coverage: mapping.coverage.map((framework) => reportFramework(framework, mapping)),
    dispositions: scope.dispositions.map(reportDisposition),
    scans: scope.scans.map(reportScan),
    unresolved_tags: mapping.unresolvedTags,
    mapping: {
      policy: mapping.policy,
      // Before pairs had strengths, all of them were accepted.
      strength: mapping.strength ?? 'supporting',
      counts_by_basis: mapping.countsByBasis,
    },
    crosswalk: mapping.crosswalk,
    rules: mapping.rules ?? null,
    refs: (mapping.refs ?? []).map(reportRefTitle),
    crosswalk_pairs: (mapping.pairs ?? []).map(reportPair),
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
    ...(request.includeEvidence && { evidence_notice: EVIDENCE_NOTICE }),
  };
  assertDocument('EvidenceReport.v1', report);
  return report;
}

/** The excerpts are redacted, and may still be of somebody. */
const EVIDENCE_NOTICE =
  'This report shows redacted excerpts of evidence, as requested. Erasing them from the system later cannot reach copies of this report that were delivered.';

/** As it was mapped, not as it was requested: a mapping that knew no systems judged none. */
function systemOf({ scoped, mapping: { system, assessmentDate } }: ReportSources): EvidenceReport['system'] {
  return {
    described: system !== undefined,
    roles: system?.roles ?? [],
    ai_act_risk_class: system?.aiActRiskClass ?? null,
    general_purpose: system?.generalPurpose ?? null,
    assessment_date: assessmentDate ?? scoped.dataAsOf.at.slice(0, 10),
  };
}

function summaryOf(severities: readonly Severity[], findings: readonly ScopedFinding[]): EvidenceReport['summary'] {
  const summary: EvidenceReport['summary'] = { total_open: findings.length };
  for (const severity of severities) summary[severity] = findings.filter((f) => f.severity === severity).length;
  return summary;
}

function reportFinding(finding: ScopedFinding, mappings: readonly RefMapping[], urlTemplate: string): ReportFinding {
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
    ...(finding.evidenceExcerpt === undefined ? {} : { evidence_excerpt: finding.evidenceExcerpt }),
    url: urlTemplate.replace('{id}', () => encodeURIComponent(finding.id)),
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
    ...(finding.score === undefined ? {} : { score: finding.score }),
    ...(finding.target !== undefined && { target: finding.target }),
    ...reportSightings(finding),
  };
}

type Sightings = Pick<ScopedFinding, 'firstSeenAt' | 'lastSeenAt' | 'observations' | 'notSeenSince'>;

const reportSightings = ({ firstSeenAt, lastSeenAt, observations, notSeenSince: since }: Sightings) => ({
  first_seen: firstSeenAt,
  last_seen: lastSeenAt,
  observations,
  ...(since && { not_seen_since: { scan_id: since.scanId, at: since.at, scans: since.scans } }),
});

const reportDisposition = (disposition: ScopeSnapshot['dispositions'][number]): ReportDisposition => ({
  finding_id: disposition.findingId,
  title: disposition.title,
  severity: disposition.severity,
  status: disposition.status,
  decided_at: disposition.decidedAt,
  decided_by: disposition.decidedBy,
  ...(disposition.reason === undefined ? {} : { reason: disposition.reason }),
  ...(disposition.kind === undefined ? {} : { kind: disposition.kind }),
  ...reportSightings(disposition),
});

const reportTarget = ({ modelVersion, systemPromptSha256, toolsSha256, ...target }: TestTarget): ReportTarget => ({
  ...target,
  ...(modelVersion !== undefined && { model_version: modelVersion }),
  ...(systemPromptSha256 !== undefined && { system_prompt_sha256: systemPromptSha256 }),
  ...(toolsSha256 !== undefined && { tools_sha256: toolsSha256 }),
});

const reportScan = (scan: ScopedScan): ReportScan => ({
  id: scan.id,
  endpoint_id: scan.endpointId,
  tool: scan.tool,
  format: scan.format,
  source_sha256: scan.sourceSha256,
  started_at: scan.startedAt,
  ...(scan.runId !== undefined && { run_id: scan.runId }),
  targets: scan.targets.map(reportTarget),
  ...(scan.suite && { suite: scan.suite }),
  attempts: scan.attempts,
  evaluated: scan.evaluated,
  evaluations: scan.evaluations,
  run: scan.run,
  counts: scan.counts,
  discrepancies: scan.discrepancies,
});
