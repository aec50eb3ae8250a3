import { Refusal } from '@evidence/decider';
import { describe, expect, test } from 'vitest';
import { control, evidenceReportOf, rules, type Sources, sources } from './report-sources.js';

describe('evidenceReportOf refuses figures that disagree', () => {
  const breaches: Record<string, (s: Sources) => void> = {
    'an event of another report': (s) => (s.scoped.reportId = 'rpt_2026_other'),
    'a snapshot of another tenant': (s) => (s.scope.tenant = 'globex'),
    'a mapping made from another scope': (s) => (s.mapping.scopeSnapshotSha256 = 'e'.repeat(64)),
    'a mapping made with another policy': (s) => (s.mapping.policy = 'official'),
    'a mapping with another strength': (s) => (s.mapping.strength = 'supporting'),
    'a mapping by rules other than those in its event': (s) => (s.mapping.rules = { ...rules, sha256: 'e'.repeat(64) }),
    'a control with the verdict finding that only the crosswalk links to': (s) =>
      s.mapping.coverage[0]!.controls.push(control({ verdict: 'finding', findingCount: 1 })),
    'a control with the verdict indicated that nothing links to': (s) =>
      s.mapping.coverage[0]!.controls.push(control({ verdict: 'indicated', ref: 'OWASP_LLM02', findingCount: 0 })),
    'another edition than requested': (s) => (s.mapping.coverage[0]!.edition = '2023'),
    'more included findings than rows': (s) => (s.scope.counts.included = s.scoped.counts.included = 3),
    'exclusions that differ between event and snapshot': (s) =>
      (s.scoped.counts.excluded = { severity_not_included: 1, status_accepted: 2 }),
    'a finding that was silently dropped': (s) => (s.scope.counts.considered = s.scoped.counts.considered = 6),
    'the same finding twice': (s) => {
      s.scope.findings[1]!.id = s.mapping.findings[1]!.id = 'fnd_1';
      s.scope.findings[1]!.severity = 'critical';
    },
    'the same finding under two severities': (s) => {
      s.scope.findings[1]!.id = s.mapping.findings[1]!.id = 'fnd_1';
      s.scope.findings[0]!.severity = 'critical';
    },
    'findings out of order': (s) => {
      s.scope.findings.reverse();
      s.mapping.findings.reverse();
    },
    'a severity that was not requested': (s) => (s.scope.findings[1]!.severity = 'low'),
    'a finding that was closed': (s) => (s.scope.findings[1]!.status = 'fixed'),
    'a mapping of another finding': (s) => (s.mapping.findings[1]!.id = 'fnd_9'),
    'a finding without its mapping': (s) => (s.mapped.counts.findings = s.mapping.findings.splice(1).length),
    'a wrong total of refs': (s) => (s.mapped.counts.refs = 4),
    'a wrong count by basis': (s) => (s.mapping.countsByBasis = { direct: 1, official: 1, published: 0, derived: 1 }),
    'a control whose count differs from the findings mapped to it': (s) =>
      (s.mapping.coverage[0]!.controls[0]!.findingCount = 1),
    'a control with the verdict clean that has findings': (s) =>
      (s.mapping.coverage[0]!.controls[0]!.verdict = 'clean'),
    'more overlaps in the event than in the list': (s) => (s.mapped.counts.overlaps = 1),
  };

  test.each(Object.entries(breaches))('%s', (_, breach) => {
    const broken = sources();
    breach(broken);
    expect(refusalOf(broken)?.code).toBe('figures_disagree');
  });

  test('a control with the verdict clean that was not tested', () => {
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

  test('an overlap larger than either of its refs', () => {
    const inflated = sources();
    inflated.mapping.overlaps = [{ refA: 'OWASP_LLM01', refB: 'NIST_AI_600_1_2_9', findingCount: 2, directCount: 0 }];
    inflated.mapped.counts.overlaps = 1;
    expect(refusalOf(inflated)?.facts).toMatchObject({ stated: 2, found: 1 });
  });
});

function refusalOf(broken: Sources): Refusal | undefined {
  try {
    evidenceReportOf(broken);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
