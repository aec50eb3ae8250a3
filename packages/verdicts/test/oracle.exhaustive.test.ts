import { deepStrictEqual } from 'node:assert';
import type { Basis, FindingStatus, Strength } from '@evidence/contracts';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { bruteForce, expectAgreement } from './oracle.js';
import { asked, direct, finding, frameworks, map, probe, scan, scope, verdicts } from './samples.js';

describe('against nested loops over everything', () => {
  const recordable = [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `OWASP_LLM0${number}`),
    'OWASP_LLM10',
    'OWASP_LLM_2023_06',
    'OWASP_LLM_2023_10',
    'OWASP_LLM_2026_03',
    'OWASP_AGENTIC_ASI01',
    'OWASP_AGENTIC_ASI02',
    'MITRE_ATLAS_AML_T0051',
    'MITRE_ATLAS_AML_T0057',
    'EU_AI_ACT_Art15',
    'NIST_AI_600_1_MS_2_7',
    'ISO_42001_A_6_2_4',
  ];
  const refs = fc.subarray(recordable, { maxLength: 3 }).map((some) => direct(...some));
  const small = fc.constantFrom('OWASP_LLM', 'OWASP_LLM@2023', 'OWASP_LLM@2026', 'OWASP_AGENTIC');
  const large = fc.constantFrom('MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001');
  const requests = fc
    .uniqueArray(fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: large }), {
      selector: (text) => text.split('@')[0],
      minLength: 1,
      maxLength: 3,
    })
    .map((texts) => asked(...texts));
  const probes = fc
    .array(fc.record({ refs, passed: fc.nat(3), failed: fc.nat(1) }), { maxLength: 2 })
    .map((drawn) => drawn.map((each) => ({ ...probe(verdicts(each.passed, each.failed)), refs: each.refs })));
  const rules = fc.record({
    policy: fc.constantFrom<Basis>('direct', 'official', 'published', 'derived'),
    strength: fc.constantFrom<Strength>('primary', 'supporting'),
  });
  const outside = fc.array(
    fc.record({
      severity: fc.constant('low' as const),
      status: fc.constantFrom<FindingStatus>('open', 'accepted'),
      refs,
      findings: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 2 },
  );

  const cases = fc.record({
    findings: fc
      .array(refs, { maxLength: 3 })
      .map((drawn) => drawn.map((each, index) => finding(`fnd_${index}`, each))),
    probes,
    requested: requests,
    outside,
    rules,
  });

  it('finds the same refs, verdicts and overlaps in 10,000 cases', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(cases, ({ findings, probes, requested, outside, rules }) => {
        const [first, ...others] = probes;
        const broken = { ...scan(...others), run: { outcome: 'failed' as const, problems: [] } };
        const snapshot = { ...scope(findings, [scan(...(first ? [first] : [])), broken]), outside };
        expectAgreement(map(snapshot, requested, rules), bruteForce(snapshot, requested, rules, frameworks));
      }),
      { seed: 20261123, numRuns: 10_000 },
    );
  });

  it('finds the same for any order of the input', () => {
    fc.assert(
      fc.property(cases, ({ findings, probes, requested, rules }) => {
        const mapping = map(scope(findings, [scan(...probes)]), requested, rules);
        const turned = findings.map((each) => ({ ...each, refs: each.refs.toReversed() })).toReversed();
        const again = map(scope(turned, [scan(...probes.toReversed())]), requested, rules);
        deepStrictEqual({ ...again, findings: again.findings.toReversed() }, mapping);
      }),
      { seed: 20261123, numRuns: 1_000 },
    );
  });
});
