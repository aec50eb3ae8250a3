import { assertDocument } from '@evidence/contracts';
import { describe, expect, test } from 'vitest';
import { control, evidenceReportOf, sources } from './report-sources.js';

describe('evidenceReportOf', () => {
  test('makes a report that conforms to its contract', () => {
    expect(() => assertDocument('EvidenceReport.v1', evidenceReportOf(sources()))).not.toThrow();
  });

  test('dates the report by its data, not by a clock', () => {
    expect(evidenceReportOf(sources()).generated_at).toBe('2026-05-22T10:35:00.000Z');
  });

  test('counts each included severity, keeps zeros and omits other severities', () => {
    expect(evidenceReportOf(sources()).summary).toEqual({ total_open: 2, critical: 1, high: 0, medium: 1 });
  });

  test('includes all severities, worst first, when the request names none', () => {
    const all = sources();
    all.request.scope.includeSeverities = [];
    const report = evidenceReportOf(all);
    expect(report.scope.include_severities).toEqual(['critical', 'high', 'medium', 'low', 'info']);
    expect(report.summary).toEqual({ total_open: 2, critical: 1, high: 0, medium: 1, low: 0, info: 0 });
  });

  test('orders requested severities worst first', () => {
    const some = sources();
    some.request.scope.includeSeverities = ['medium', 'critical'];
    expect(evidenceReportOf(some).scope.include_severities).toEqual(['critical', 'medium']);
  });

  test('uses null for missing dates of the scope', () => {
    const unbounded = sources();
    unbounded.request.scope = { endpointIds: ['ep_chat_prod'], includeSeverities: [] };
    expect(evidenceReportOf(unbounded).scope).toMatchObject({ from: null, to: null });
  });

  test('states the number of unreadable events in the receipt, or nothing if there are none', () => {
    expect(evidenceReportOf(sources()).receipt).not.toHaveProperty('unreadable_events');
    const lacking = sources();
    lacking.scope.unreadableEvents = 3;
    expect(evidenceReportOf(lacking).receipt.unreadable_events).toBe(3);
  });

  test('counts redactions in findings, decisions and the title in the receipt', () => {
    expect(evidenceReportOf(sources()).receipt.redactions).toBe(0);
    const redacted = sources();
    redacted.request.title = 'Pack of [redacted: email]';
    Object.assign(redacted.scope.findings[1] ?? {}, { redactions: 2 });
    redacted.scope.dispositions = [
      {
        ...{ findingId: 'fnd_x', title: 'Closed', severity: 'low', status: 'accepted', decidedBy: 'token:tok_1' },
        ...{
          decidedAt: '2026-06-01T00:00:00.000Z',
          firstSeenAt: null,
          lastSeenAt: null,
          observations: 1,
          redactions: 3,
        },
      },
    ];
    expect(evidenceReportOf(redacted).receipt.redactions).toBe(6);
  });

  test('puts direct refs first and says why each ref is there', () => {
    const [first] = evidenceReportOf(sources()).findings;
    expect(first?.framework_refs).toEqual(['OWASP_LLM01', 'NIST_AI_600_1_2_9']);
    const report = evidenceReportOf(sources());
    expect(first?.mappings.map((place) => report.finding_mappings[place])).toMatchObject([
      { ref: 'OWASP_LLM01', basis: 'direct', source: 'garak probe tags' },
      { ref: 'NIST_AI_600_1_2_9', basis: 'derived', via: 'OWASP_LLM01' },
    ]);
  });

  const withScan = (more: object) => {
    const all = sources();
    const evaluations = { total: 5, passed: 5, failed: 0, unscored: 0 };
    const tool = { name: 'garak', version: '0.13.3' };
    const scan = {
      ...{ id: 'scn_1', endpointId: 'ep_chat_prod', tool, format: 'garak', sourceSha256: 'a'.repeat(64) },
      ...{ startedAt: '2026-05-10T07:00:00.000Z', targets: [], attempts: 0, evaluated: true, evaluations, probes: [] },
      ...{ run: { outcome: 'completed' as const, problems: [] }, discrepancies: [] },
      ...{ counts: { in: 0, recorded: 0, skipped: {} } },
    };
    all.scope.scans = [{ ...scan, ...more }];
    all.scoped.counts.scans = 1;
    return all;
  };

  test.each([
    [{ total: 5, passed: 5, unscored: 0 }, null],
    [{ total: null, passed: null, unscored: 0 }, null],
    [{ total: 0, passed: 0, unscored: 5 }, null],
    [{ total: 0, passed: 0, unscored: 0 }, 0],
  ])('leaves the number of attempts open if the file does not state it: %j', (evaluations, attempts) => {
    const report = evidenceReportOf(withScan({ evaluations: { failed: 0, ...evaluations } }));
    expect(report.scans[0]?.attempts).toBe(attempts);
  });

  test('says if the time of a scan has no zone, and if a finding closed in a file has no date', () => {
    const all = withScan({ zoneNotStated: true });
    all.scope.dispositions = [
      {
        ...{ findingId: 'fnd_9', title: 't', severity: 'low', status: 'accepted', kind: 'external' },
        ...{ decidedAt: '2026-05-10T07:00:00.000Z', decidedAtImport: true, decidedBy: 'token:tok_1' },
        ...{ firstSeenAt: null, lastSeenAt: null, observations: 1 },
      },
    ];
    const report = evidenceReportOf(all);
    expect(report.scans[0]).toMatchObject({ zone_not_stated: true });
    expect(report.dispositions[0]).toMatchObject({ decided_at_import: true });
  });

  test('links each finding, with any characters in its id', () => {
    const odd = sources();
    for (const part of [odd.scope.findings[0], odd.mapping.findings[0]]) if (part) part.id = 'a/b?c#d';
    expect(evidenceReportOf(odd).findings.map(({ url }) => url)).toEqual([
      'https://reports.example/findings/a%2Fb%3Fc%23d',
      'https://reports.example/findings/fnd_2',
    ]);
  });

  test('shows excerpts only if they were requested, with a note on erasure', () => {
    const [plain] = [evidenceReportOf(sources())];
    expect(plain).not.toHaveProperty('evidence_notice');
    const asked = sources();
    asked.request.includeEvidence = true;
    const [finding] = asked.scope.findings;
    if (finding) finding.evidenceExcerpt = 'Sure, here it is.';
    const report = evidenceReportOf(asked);
    expect(report.evidence_notice).toContain('does not erase them from copies of this report');
    expect(report.findings.map(({ evidence_excerpt }) => evidence_excerpt)).toEqual(['Sure, here it is.', undefined]);
  });

  test('repairs a title that has no canonical JSON form', () => {
    const broken = sources();
    broken.request.title = 'Q2 \ud800 pack';
    expect(evidenceReportOf(broken).title).toBe('Q2 \ufffd pack');
  });

  test('counts the controls of a framework by verdict, and findings only if tagged directly', () => {
    const two = sources();
    const indicatedBy = { basis: 'derived', strength: 'primary', via: 'OWASP_LLM01', source: 'crosswalk' } as const;
    two.mapping.coverage[0]!.controls.push(control({ indicatedBy, appliesToEvery: 'every AI system' }));
    const [framework] = evidenceReportOf(two).coverage;
    expect(framework?.counts).toEqual({
      ...{ controls: 2, finding: 1, finding_outside_scope: 0, not_applicable: 0 },
      ...{ indicated: 1, clean: 0, partly_tested: 0, not_tested: 0, applies_to_every: 1 },
    });
    expect(framework?.controls[1]).toMatchObject({ verdict: 'indicated', indicated_by: indicatedBy });
  });

  test('translates the verdicts of a mapping without a rules version into current terms', () => {
    const old = sources();
    delete old.mapping.rules;
    delete old.mapped.rules;
    delete old.mapping.strength;
    old.mapping.overlaps = [{ refA: 'OWASP_LLM01', refB: 'NIST_AI_600_1_2_9', findingCount: 1, directCount: 0 }];
    old.mapped.counts.overlaps = 1;
    old.mapping.coverage[0]!.controls.push(
      control({ verdict: 'finding' }),
      control({
        ref: 'OWASP_LLM02',
        verdict: 'finding',
        findingCount: 0,
        evaluations: { total: 1, passed: 0, failed: 1 },
      }),
    );
    const report = evidenceReportOf(old);
    expect(report.coverage[0]?.controls.map(({ verdict }) => verdict)).toEqual([
      'finding',
      'indicated',
      'finding_outside_scope',
    ]);
    expect(report).toMatchObject({ rules: null, mapping: { strength: 'supporting' }, system: { described: false } });
    expect(report.cross_framework_overlaps[0]).toMatchObject({ direct_ends: 0 });
  });

  test('states how the system was described, and the assessment date', () => {
    const described = sources();
    described.mapping.system = { roles: ['deployer'], generalPurpose: 'none' };
    described.mapping.assessmentDate = '2026-08-02';
    expect(evidenceReportOf(described).system).toEqual({
      ...{ described: true, roles: ['deployer'], ai_act_risk_class: null, general_purpose: 'none' },
      assessment_date: '2026-08-02',
    });
  });

  test('makes equal reports from equal sources', () => {
    expect(evidenceReportOf(sources())).toEqual(evidenceReportOf(sources()));
  });

  test('reports no findings as zeros', () => {
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
