import {
  type ControlCoverage,
  canonicalJson,
  type EvidenceReport,
  type MappingSnapshot,
  mappingOfDocument,
  type ReportDisposition,
  type ReportFinding,
  type ReportScan,
  type ScopedFinding,
  type ScopeSnapshot,
  scopeLinesOf,
} from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { ReportRows } from '../src/evidence-report.js';
import type { ReportSources } from '../src/figures.js';

/** The sources of a report, with its snapshots as documents. */
export type Sources = Omit<ReportSources, 'mapping'> & { readonly scope: ScopeSnapshot; mapping: MappingSnapshot };

/** The whole report. */
export function evidenceReportOf({ scope, mapping, ...sources }: Sources): EvidenceReport {
  const rows = new ReportRows({ ...sources, mapping: mappingOfDocument(canonicalJson(mapping)) });
  const [dispositions, findings, scans]: [ReportDisposition[], ReportFinding[], ReportScan[]] = [[], [], []];
  for (const line of scopeLinesOf(canonicalJson(scope))) {
    if (line.disposition) dispositions.push(rows.disposition(line.disposition));
    else if (line.finding) findings.push(rows.finding(line.finding));
    else if (line.scan) scans.push(rows.scan(line.scan));
    else rows.other(line);
  }
  return { ...rows.facts(), dispositions, findings, scans };
}

const scopeSha256 = 'a'.repeat(64);
const mappingSha256 = 'b'.repeat(64);
const crosswalk = { version: '2026-11-23', sha256: 'c'.repeat(64) };

export const rules = { version: '2026-11-29', sha256: 'f'.repeat(64) };

const finding = (id: string, severity: ScopedFinding['severity']): ScopedFinding => ({
  id,
  scanId: 'scan_1',
  endpointId: 'ep_chat_prod',
  title: `Finding ${id}`,
  severity,
  severityOriginal: severity,
  status: 'open',
  discoveredAt: '2026-05-20T09:00:00.000Z',
  firstSeenAt: '2026-04-02T09:00:00.000Z',
  lastSeenAt: '2026-05-20T09:00:00.000Z',
  observations: 2,
  tool: { name: 'garak', version: '0.13.3' },
  probe: 'promptinject.HijackHateHumans',
  detector: 'promptinject.AttackRogueString',
  refs: [{ ref: 'OWASP_LLM01', native: 'owasp:llm01', source: 'garak probe tags' }],
  unresolvedTags: [],
  evidenceExcerptSha256: 'd'.repeat(64),
  hits: 3,
  evaluations: 10,
});

function sampleMapping(): MappingSnapshot {
  const derived = { ref: 'NIST_AI_600_1_2_9', basis: 'derived', source: 'crosswalk', via: 'OWASP_LLM01' } as const;
  const direct = { ref: 'OWASP_LLM01', basis: 'direct', source: 'garak probe tags' } as const;
  return {
    scopeSnapshotSha256: scopeSha256,
    policy: 'derived',
    strength: 'primary',
    crosswalk,
    rules,
    findings: [
      { id: 'fnd_1', mappings: [derived, direct] },
      { id: 'fnd_2', mappings: [direct] },
    ],
    countsByBasis: { direct: 2, official: 0, published: 0, derived: 1 },
    coverage: [
      {
        framework: 'OWASP_LLM',
        edition: '2025',
        name: 'OWASP Top 10 for LLM Applications 2025',
        controls: [
          {
            ref: 'OWASP_LLM01',
            nativeId: 'LLM01:2025',
            title: 'Prompt Injection',
            verdict: 'finding',
            findingCount: 2,
            directCount: 2,
            evaluations: { total: 20, passed: 14, failed: 6 },
          },
        ],
      },
    ],
    overlaps: [],
    unresolvedTags: [],
  };
}

/** The sources of a report of two findings. */
export function sources(): Sources {
  const request = {
    ...exampleOf('ReportRequested'),
    frameworks: [{ framework: 'OWASP_LLM', edition: '2025' } as const],
  };
  const counts = { considered: 5, included: 2, excluded: { severity_not_included: 2, status_accepted: 1 } };
  const scope: ScopeSnapshot = {
    tenant: request.tenant,
    scope: request.scope,
    findings: [finding('fnd_1', 'critical'), finding('fnd_2', 'medium')],
    dispositions: [],
    scans: [],
    counts,
  };
  const mapping = sampleMapping();
  const blob = (sha256: string) => ({ sha256, sizeBytes: 1, mediaType: 'application/json' });
  return {
    request,
    scoped: {
      reportId: request.reportId,
      scopedAt: '2026-05-22T10:35:00.410Z',
      dataAsOf: { position: '1042', at: '2026-05-22T10:35:00.000Z' },
      snapshot: blob(scopeSha256),
      counts: { ...counts, scans: 0 },
    },
    mapped: {
      reportId: request.reportId,
      mappedAt: '2026-05-22T10:35:00.510Z',
      scopeSnapshot: blob(scopeSha256),
      snapshot: blob(mappingSha256),
      crosswalk,
      rules,
      counts: { findings: 2, refs: 3, overlaps: 0 },
    },
    scope,
    mapping,
    signature: { keyId: 'k1', algorithm: 'RS256', developmentKey: true },
    publicUrl: 'https://evidence.example',
    rendererVersion: '1',
  };
}

/** A control that the crosswalk links to from `fnd_1`. */
export const control = (facts: Partial<ControlCoverage>): ControlCoverage => ({
  ref: 'NIST_AI_600_1_2_9',
  nativeId: '2.9',
  title: 'Information Security',
  verdict: 'indicated',
  findingCount: 1,
  directCount: 0,
  evaluations: { total: 0, passed: 0, failed: 0 },
  ...facts,
});
