import {
  assertDocument,
  assertPart,
  type Disposition,
  type EvidenceReport,
  type ReportDisposition,
  type ReportFinding,
  type ReportSameRun,
  type ReportScan,
  type ReportTarget,
  type SameRun,
  type ScopedFinding,
  type ScopedScan,
  type ScopeLine,
  type ScopeTotals,
  type TestTarget,
} from '@evidence/contracts';
import { redactionsIn } from '@evidence/redaction';
import { Figures, type ReportSources, severitiesOf } from './figures.js';
import { findingMappings } from './finding-mappings.js';
import { reportFramework, reportOverlap, reportPair, reportRefTitle } from './report-coverage.js';
import { EVIDENCE_NOTICE } from './sentences.js';

/** A report without its long lists, which come line by line. */
export type ReportFacts = Omit<EvidenceReport, 'dispositions' | 'findings' | 'scans'>;

/**
 * The artifact's content, made while the lines of a scope are read; only their totals are kept. Equal sources and lines give an equal report:
 * it uses no clock, randomness or locale.
 *
 * Throws the `Refusal` `figures_disagree` when the sources contradict one another, with the figure and both values in `facts`, and
 * `ContractError` when the result breaks EvidenceReport.v1. The rows are valid only once `facts` has returned.
 */
export class ReportRows {
  readonly #figures: Figures;
  readonly #refs: readonly string[];
  readonly #urlTemplate: string;
  #totals: ScopeTotals | undefined;
  #early: ReturnType<typeof earlyMembers> | undefined;

  /** `checked`: the rows of equal sources and lines have been checked before. */
  constructor(
    private readonly sources: ReportSources,
    private readonly options: { readonly checked?: boolean } = {},
  ) {
    const { request, publicUrl, mapping } = sources;
    this.#figures = new Figures(sources);
    this.#refs = mapping.mappings.map(({ ref }) => ref);
    this.#urlTemplate = request.findingUrlTemplate ?? `${publicUrl}/findings/{id}`;
  }

  disposition(disposition: Disposition): ReportDisposition {
    return this.#checked('ReportDisposition', reportDisposition(disposition));
  }

  finding(finding: ScopedFinding): ReportFinding {
    const places = this.#figures.finding(finding);
    const refs = places.map((place) => this.#refs[place] as string);
    return this.#checked('ReportFinding', reportFinding(finding, [...places], refs, this.#urlTemplate));
  }

  scan(scan: ScopedScan): ReportScan {
    this.#figures.scan();
    return this.#checked('ReportScan', reportScan(scan));
  }

  /** Any other line. */
  other({ header, totals }: ScopeLine): void {
    if (header) this.#figures.tenant(header.tenant);
    if (totals) this.#totals = totals;
  }

  /** The members that come before the findings in canonical JSON. */
  get early() {
    this.#early ??= earlyMembers(this.sources);
    return this.#early;
  }

  /** All other members, written after the findings and before the scans. */
  late() {
    const { request, scoped, mapped, mapping, signature, rendererVersion } = this.sources;
    const totals = this.#totals;
    if (!totals) throw new Error('The totals of a scope come after its findings.');
    const severities = severitiesOf(request);
    const { considered, included, excluded, openElsewhen, unreadableEvents, redactions = 0 } = totals;
    return {
      framework_editions: request.frameworks,
      frameworks: request.frameworks.map(({ framework }) => framework),
      generated_at: scoped.dataAsOf.at,
      mapping: {
        policy: mapping.policy,
        // Before pairs had strengths, all of them were accepted.
        strength: mapping.strength ?? 'supporting',
        counts_by_basis: mapping.countsByBasis,
        findings_without_control: this.#figures.withoutControl,
      },
      receipt: {
        ...{ considered, included, excluded },
        ...(openElsewhen && { open_elsewhen: openElsewhen }),
        redactions: redactions + redactionsIn(request.title),
        ...(unreadableEvents !== undefined && { unreadable_events: unreadableEvents }),
        scope_snapshot_sha256: scoped.snapshot.sha256,
        mapping_snapshot_sha256: mapped.snapshot.sha256,
      },
      refs: (mapping.refs ?? []).map(reportRefTitle),
      renderer_version: rendererVersion,
      report_id: request.reportId,
      rules: mapping.rules ?? null,
      schema_version: 'v1',
      scope: {
        from: request.scope.from ?? null,
        to: request.scope.to ?? null,
        endpoint_ids: request.scope.endpointIds,
        include_severities: severities,
      },
      signature: {
        key_id: signature.keyId,
        algorithm: signature.algorithm,
        development_key: signature.developmentKey,
      },
      summary: {
        total_open: this.#figures.findings,
        ...Object.fromEntries(severities.map((severity) => [severity, this.#figures.ofSeverity(severity)])),
      },
      system: systemOf(this.sources),
      tenant_slug: request.tenant,
      // The one free text that comes from no canonical snapshot: a lone surrogate would have no canonical JSON (RFC 8785).
      title: request.title.toWellFormed(),
      unresolved_tags: mapping.unresolvedTags,
    } satisfies Partial<ReportFacts>;
  }

  /** After the last line: compares the totals of the lines with what the stages counted. */
  facts(): ReportFacts {
    const late = this.late();
    this.#figures.end(this.#totals as ScopeTotals);
    const facts: ReportFacts = { ...this.early, ...late };
    assertDocument('EvidenceReport.v1', { ...facts, dispositions: [], findings: [], scans: [] });
    return facts;
  }

  #checked<Row>(definition: 'ReportDisposition' | 'ReportFinding' | 'ReportScan', row: Row): Row {
    if (!this.options.checked) assertPart('EvidenceReport.v1', definition, row);
    return row;
  }
}

function earlyMembers({ mapping, scoped, request }: ReportSources) {
  return {
    coverage: mapping.coverage.map((framework) => reportFramework(framework, mapping)),
    cross_framework_overlaps: mapping.overlaps.map(reportOverlap),
    crosswalk: mapping.crosswalk,
    crosswalk_pairs: (mapping.pairs ?? []).map(reportPair),
    data_as_of: scoped.dataAsOf,
    ...(request.includeEvidence && { evidence_notice: EVIDENCE_NOTICE }),
    finding_mappings: findingMappings(mapping),
  } satisfies Partial<ReportFacts>;
}

/** As it was mapped, not as it was requested: an old mapping that did not support systems assessed none. */
function systemOf({ scoped, mapping: { system, assessmentDate } }: ReportSources): EvidenceReport['system'] {
  return {
    described: system !== undefined,
    roles: system?.roles ?? [],
    ai_act_risk_class: system?.aiActRiskClass ?? null,
    general_purpose: system?.generalPurpose ?? null,
    assessment_date: assessmentDate ?? scoped.dataAsOf.at.slice(0, 10),
  };
}

function reportFinding(finding: ScopedFinding, places: number[], refs: string[], urlTemplate: string): ReportFinding {
  const { undated, notSeenSince: since } = finding;
  // In the order of canonical JSON, because there are tens of thousands.
  return {
    detector: finding.detector,
    discovered_at: finding.timeNotStated ? null : finding.discoveredAt,
    endpoint_id: finding.endpointId,
    evaluations: finding.evaluations,
    ...(finding.evidenceExcerpt !== undefined && { evidence_excerpt: finding.evidenceExcerpt }),
    evidence_excerpt_sha256: finding.evidenceExcerptSha256,
    first_seen: finding.firstSeenAt,
    framework_refs: refs,
    hits: finding.hits,
    id: finding.id,
    last_seen: finding.lastSeenAt,
    mappings: places,
    ...(since && { not_seen_since: notSeenSince(since) }),
    observations: finding.observations,
    probe: finding.probe,
    scan_id: finding.scanId,
    ...(finding.score !== undefined && { score: finding.score }),
    severity: finding.severity,
    severity_original: finding.severityOriginal,
    status: finding.status,
    ...(finding.target !== undefined && { target: finding.target }),
    title: finding.title,
    tool: finding.tool,
    ...(undated && { undated: undatedObservations(undated) }),
    url: urlTemplate.replace('{id}', () => encodeURIComponent(finding.id)),
  };
}

const undatedObservations = ({ importedAt, observations }: NonNullable<ScopedFinding['undated']>) => ({
  imported_at: importedAt,
  observations,
});

const notSeenSince = ({ at, scanId, scans }: NonNullable<ScopedFinding['notSeenSince']>) => ({
  at,
  scan_id: scanId,
  scans,
});

const reportDisposition = (disposition: Disposition): ReportDisposition => ({
  finding_id: disposition.findingId,
  title: disposition.title,
  severity: disposition.severity,
  status: disposition.status,
  decided_at: disposition.decidedAt,
  ...(disposition.decidedAtImport && { decided_at_import: disposition.decidedAtImport }),
  decided_by: disposition.decidedBy,
  ...(disposition.reason === undefined ? {} : { reason: disposition.reason }),
  ...(disposition.kind === undefined ? {} : { kind: disposition.kind }),
  first_seen: disposition.firstSeenAt,
  last_seen: disposition.lastSeenAt,
  observations: disposition.observations,
  ...(disposition.undated && { undated: undatedObservations(disposition.undated) }),
  ...(disposition.notSeenSince && { not_seen_since: notSeenSince(disposition.notSeenSince) }),
});

const reportTarget = ({ modelVersion, systemPromptSha256, toolsSha256, ...target }: TestTarget): ReportTarget => ({
  ...target,
  ...(modelVersion !== undefined && { model_version: modelVersion }),
  ...(systemPromptSha256 !== undefined && { system_prompt_sha256: systemPromptSha256 }),
  ...(toolsSha256 !== undefined && { tools_sha256: toolsSha256 }),
});

/** Something was sent, even if the file does not say how often. */
const wasTested = ({ evaluations: { total, unscored } }: ScopedScan): boolean => total !== 0 || unscored > 0;

const reportScan = (scan: ScopedScan): ReportScan => ({
  id: scan.id,
  endpoint_id: scan.endpointId,
  tool: scan.tool,
  format: scan.format,
  source_sha256: scan.sourceSha256,
  started_at: scan.startedAt,
  ...(scan.importedAt !== undefined && { imported_at: scan.importedAt }),
  ...(scan.zoneNotStated && { zone_not_stated: scan.zoneNotStated }),
  ...(scan.runId !== undefined && { run_id: scan.runId }),
  targets: scan.targets.map(reportTarget),
  ...(scan.suite && { suite: scan.suite }),
  attempts: scan.attempts === 0 && wasTested(scan) ? null : scan.attempts,
  evaluated: scan.evaluated,
  evaluations: scan.evaluations,
  run: scan.run,
  counts: scan.counts,
  discrepancies: scan.discrepancies,
  ...(scan.sameRun && { same_run: scan.sameRun.map(reportSameRun) }),
});

const reportSameRun = ({ scanId, ...file }: SameRun): ReportSameRun => ({ scan_id: scanId, ...file });
