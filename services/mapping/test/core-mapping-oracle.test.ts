import type { Basis } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bruteForce } from './core-mapping-oracle.js';
import { asked, direct, finding, frameworks, map, probe, scan, scope, verdicts } from './core-mapping-samples.js';

describe('against nested loops over everything', () => {
  const recordable = [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `OWASP_LLM0${number}`),
    'OWASP_LLM10',
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
    .array(fc.record({ refs, passed: fc.nat(3), failed: fc.nat(1) }), { maxLength: 3 })
    .map((drawn) => drawn.map((each) => ({ ...probe(verdicts(each.passed, each.failed)), refs: each.refs })));
  const policies = fc.constantFrom<Basis>('direct', 'official', 'published', 'derived');

  it('finds the same refs, verdicts and overlaps, in whatever order the input comes', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(refs, { maxLength: 3 }), probes, requests, policies, (drawn, tested, requested, policy) => {
        const findings = drawn.map((each, index) => finding(`fnd_${index}`, each));
        const snapshot = scope(findings, [scan(...tested)]);
        const mapping = map(snapshot, requested, policy);
        const expected = bruteForce(snapshot, requested, policy, frameworks);

        const carried = mapping.findings.map(({ mappings }) =>
          mappings.map(({ ref, basis }) => [ref, basis]).sort(byEntry),
        );
        expect(carried).toEqual(expected.findings.map((found) => [...found].sort(byEntry)));
        const coverage = mapping.coverage.map(({ controls }) =>
          controls.map(({ ref, verdict, findingCount, evaluations }) => ({
            ref,
            verdict,
            findingCount,
            total: evaluations.total,
          })),
        );
        expect(coverage).toEqual(expected.coverage);
        const overlaps = mapping.overlaps.map(({ refA, refB, findingCount, directCount }) => [
          `${refA} ${refB}`,
          [findingCount, directCount],
        ]);
        expect(new Map(overlaps as [string, [number, number]][])).toEqual(expected.overlaps);

        const turned = findings.map((each) => ({ ...each, refs: each.refs.toReversed() })).toReversed();
        const again = map(scope(turned, [scan(...tested.toReversed())]), requested, policy);
        expect({ ...again, findings: again.findings.toReversed() }).toEqual(mapping);
      }),
      { seed: 20261123, numRuns: 2000 },
    );
  });
});

const byEntry = (a: unknown[], b: unknown[]): number => byCodeUnits(String(a[0]), String(b[0]));
