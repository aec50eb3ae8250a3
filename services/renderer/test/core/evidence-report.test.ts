import {
  assertDocument,
  exampleOf,
  type MappingSnapshot,
  type ScopedFinding,
  type ScopeSnapshot,
} from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { describe, expect, it } from 'vitest';
import { evidenceReportOf, type ReportSources } from '../../src/core/evidence-report.js';

const scopeSha256 = 'a'.repeat(64);
const mappingSha256 = 'b'.repeat(64);
const crosswalk = { version: '2026-11-23', sha256: 'c'.repeat(64) };

const finding = (id: string, severity: ScopedFinding['severity']): ScopedFinding => ({
  id,
  scanId: 'scan_1',
  endpointId: 'ep_chat_prod',
  title: `Finding ${id}`,
  severity,
  severityOriginal: severity,
  status: 'open',
  discoveredAt: '2026-05-20T09:00:00.000Z',
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
    crosswalk,
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

function sources(): ReportSources {
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
      counts: { findings: 2, refs: 3, overlaps: 0 },
    },
    scope,
    mapping,
    signature: { keyId: 'k1', algorithm: 'RS256', developmentKey: true },
    publicUrl: 'https://evidence.example',
    rendererVersion: '1',
  };
}

describe('evidenceReportOf', () => {
  it('makes a report that its contract accepts', () => {
    expect(() => assertDocument('EvidenceReport.v1', evidenceReportOf(sources()))).not.toThrow();
  });

  it('dates the report by its data, not by a clock', () => {
    expect(evidenceReportOf(sources()).generated_at).toBe('2026-05-22T10:35:00.000Z');
  });

  it('counts each included severity, keeps zeros and leaves the others out', () => {
    expect(evidenceReportOf(sources()).summary).toEqual({ total_open: 2, critical: 1, high: 0, medium: 1 });
  });

  it('includes all severities, worst first, when the request names none', () => {
    const all = sources();
    all.request.scope.includeSeverities = [];
    const report = evidenceReportOf(all);
    expect(report.scope.include_severities).toEqual(['critical', 'high', 'medium', 'low', 'info']);
    expect(report.summary).toEqual({ total_open: 2, critical: 1, high: 0, medium: 1, low: 0, info: 0 });
  });

  it('orders requested severities worst first', () => {
    const some = sources();
    some.request.scope.includeSeverities = ['medium', 'critical'];
    expect(evidenceReportOf(some).scope.include_severities).toEqual(['critical', 'medium']);
  });

  it('says null for dates that do not bound the scope', () => {
    const unbounded = sources();
    unbounded.request.scope = { endpointIds: ['ep_chat_prod'], includeSeverities: [] };
    expect(evidenceReportOf(unbounded).scope).toMatchObject({ from: null, to: null });
  });

  it('puts direct refs first and says why each stands there', () => {
    const [first] = evidenceReportOf(sources()).findings;
    expect(first?.framework_refs).toEqual(['OWASP_LLM01', 'NIST_AI_600_1_2_9']);
    expect(first?.mappings.map(({ ref, basis }) => [ref, basis])).toEqual([
      ['OWASP_LLM01', 'direct'],
      ['NIST_AI_600_1_2_9', 'derived'],
    ]);
  });

  it('links each finding, whatever its id holds', () => {
    const odd = sources();
    for (const part of [odd.scope.findings[0], odd.mapping.findings[0]]) if (part) part.id = 'a/b?c#d';
    expect(evidenceReportOf(odd).findings.map(({ url }) => url)).toEqual([
      'https://evidence.example/api/v2/findings/a%2Fb%3Fc%23d',
      'https://evidence.example/api/v2/findings/fnd_2',
    ]);
  });

  it('mends a title that has no canonical JSON form', () => {
    const broken = sources();
    broken.request.title = 'Q2 \ud800 pack';
    expect(evidenceReportOf(broken).title).toBe('Q2 \ufffd pack');
  });

  it('gives equal reports for equal sources', () => {
    expect(evidenceReportOf(sources())).toEqual(evidenceReportOf(sources()));
  });

  it('reports no findings as zeros', () => {
    const none = sources();
    none.scope.findings = [];
    none.mapping.findings = [];
    none.mapping.coverage = none.mapping.coverage.map((c) => ({ ...c, controls: [] }));
    none.mapping.countsByBasis = { direct: 0, official: 0, published: 0, derived: 0 };
    none.scope.counts = { considered: 0, included: 0, excluded: {} };
    none.scoped.counts = { considered: 0, included: 0, excluded: {}, scans: 0 };
    none.mapped.counts = { findings: 0, refs: 0, overlaps: 0 };
    expect(evidenceReportOf(none).summary).toEqual({ total_open: 0, critical: 0, high: 0, medium: 0 });
  });
});

describe('evidenceReportOf refuses figures that disagree', () => {
  const breaches: Record<string, (s: ReportSources) => void> = {
    'an event of another report': (s) => (s.scoped.reportId = 'rpt_2026_other'),
    'a snapshot of another tenant': (s) => (s.scope.tenant = 'globex'),
    'a mapping made from another scope': (s) => (s.mapping.scopeSnapshotSha256 = 'e'.repeat(64)),
    'a mapping made by another policy': (s) => (s.mapping.policy = 'official'),
    'another edition than requested': (s) => (s.mapping.coverage[0]!.edition = '2023'),
    'more included than rows': (s) => (s.scope.counts.included = s.scoped.counts.included = 3),
    'the event and the snapshot count exclusions differently': (s) =>
      (s.scoped.counts.excluded = { severity_not_included: 1, status_accepted: 2 }),
    'a finding dropped in silence': (s) => (s.scope.counts.considered = s.scoped.counts.considered = 6),
    'one finding twice': (s) => (s.scope.findings[1]!.id = s.mapping.findings[1]!.id = 'fnd_1'),
    'a severity that was not requested': (s) => (s.scope.findings[1]!.severity = 'low'),
    'a finding that was closed': (s) => (s.scope.findings[1]!.status = 'fixed'),
    'a mapping of another finding': (s) => (s.mapping.findings[1]!.id = 'fnd_9'),
    'a finding without its mapping': (s) => (s.mapped.counts.findings = s.mapping.findings.splice(1).length),
    'a wrong total of refs': (s) => (s.mapped.counts.refs = 4),
    'a wrong count by basis': (s) => (s.mapping.countsByBasis = { direct: 1, official: 1, published: 0, derived: 1 }),
    'a control that counts other findings than carry it': (s) => (s.mapping.coverage[0]!.controls[0]!.findingCount = 1),
    'a control called clean that has findings': (s) => (s.mapping.coverage[0]!.controls[0]!.verdict = 'clean'),
    'more overlaps in the event than listed': (s) => (s.mapped.counts.overlaps = 1),
  };

  it.each(Object.entries(breaches))('%s', (_, breach) => {
    const broken = sources();
    breach(broken);
    expect(refusalOf(broken)?.code).toBe('figures_disagree');
  });

  it('a control called clean that nobody tested', () => {
    const untested = sources();
    untested.mapping.coverage[0]!.controls.push({
      ref: 'OWASP_LLM02',
      nativeId: 'LLM02:2025',
      title: 'Sensitive Information Disclosure',
      verdict: 'clean',
      findingCount: 0,
      directCount: 0,
      evaluations: { total: 0, passed: 0, failed: 0 },
    });
    expect(refusalOf(untested)?.facts).toEqual({
      figure: 'verdict on OWASP_LLM02',
      stated: 'clean',
      found: 'not_tested',
    });
  });

  it('an overlap larger than either of its refs', () => {
    const inflated = sources();
    inflated.mapping.overlaps = [{ refA: 'OWASP_LLM01', refB: 'NIST_AI_600_1_2_9', findingCount: 2, directCount: 0 }];
    inflated.mapped.counts.overlaps = 1;
    expect(refusalOf(inflated)?.facts).toMatchObject({ stated: 2, found: 1 });
  });
});

function refusalOf(broken: ReportSources): Refusal | undefined {
  try {
    evidenceReportOf(broken);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
