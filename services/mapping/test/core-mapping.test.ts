import { assertDocument, type Basis, type ScopedScan } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { frameworksOf } from '@evidence/frameworks';
import { describe, expect, it } from 'vitest';
import { mapFindings } from '../src/core/map-findings.js';
import {
  asked,
  direct,
  finding,
  frameworks,
  map,
  probe,
  scan,
  scope,
  snapshotSha256,
  verdicts,
} from './core-mapping-samples.js';

const coverageOf = (mapping: ReturnType<typeof map>, ref: string) =>
  mapping.coverage.flatMap(({ controls }) => controls).find((control) => control.ref === ref);

describe('the refs of a finding', () => {
  it('are the direct ones first, then official, published and derived ones, whatever was requested', () => {
    const mapping = map(scope([finding('fnd_1', direct('OWASP_LLM09', 'OWASP_LLM01'))]), asked('OWASP_LLM'));
    const [first, second, ...rest] = mapping.findings[0]!.mappings;
    expect([first, second]).toEqual([
      { ref: 'OWASP_LLM01', basis: 'direct', source: 'test' },
      { ref: 'OWASP_LLM09', basis: 'direct', source: 'test' },
    ]);
    const bases = rest.map(({ basis }) => basis);
    expect(bases).toEqual(
      bases.toSorted(
        (a, b) => ['official', 'published', 'derived'].indexOf(a) - ['official', 'published', 'derived'].indexOf(b),
      ),
    );
    expect(rest.map(({ ref }) => ref)).toEqual(expect.arrayContaining(['MITRE_ATLAS_AML_T0051', 'EU_AI_ACT_Art15']));
    expect(new Set(rest.map(({ ref }) => ref)).size).toBe(rest.length);
    for (const { via, relation, source } of rest) {
      expect(['OWASP_LLM01', 'OWASP_LLM09']).toContain(via);
      expect(relation).toBeDefined();
      expect(source).not.toBe('');
    }
    expect(() => assertDocument('MappingSnapshot.v1', mapping)).not.toThrow();
  });

  it.each<[Basis, Basis[]]>([
    ['direct', ['direct']],
    ['official', ['direct', 'official']],
    ['published', ['direct', 'official', 'published']],
    ['derived', ['direct', 'official', 'published', 'derived']],
  ])('are at least as strong as the policy %s', (policy, allowed) => {
    const mapping = map(scope([finding('fnd_1', direct('OWASP_LLM01'))]), asked('OWASP_LLM'), policy);
    expect(new Set(mapping.findings[0]!.mappings.map(({ basis }) => basis))).toEqual(new Set(allowed));
    for (const [basis, count] of Object.entries(mapping.countsByBasis))
      expect(count > 0).toBe(allowed.includes(basis as Basis));
  });

  it('are not followed from one pair to the next', () => {
    const source = { publisher: '', document: 'test', edition: '', locator: '', url: '' };
    const statement = { source, licence: 'test', rationale: 'Test.', reviewedBy: '', independentSources: 1 };
    const pair = { relation: 'related', basis: 'official', strength: 'primary', ...statement } as const;
    const chained = frameworksOf({
      catalogs: frameworks.catalogs,
      pairs: [
        { ...pair, refA: 'OWASP_LLM01', refB: 'MITRE_ATLAS_AML_T0051' },
        { ...pair, refA: 'MITRE_ATLAS_AML_T0051', refB: 'EU_AI_ACT_Art15' },
      ],
      successions: [],
      tagTables: [],
    });
    const snapshot = scope([finding('fnd_1', direct('OWASP_LLM01'))]);
    const mapping = mapFindings({
      snapshot,
      snapshotSha256,
      requested: asked('EU_AI_ACT'),
      policy: 'derived',
      frameworks: chained,
    });
    expect(mapping.findings[0]!.mappings.map(({ ref }) => ref)).toEqual(['OWASP_LLM01', 'MITRE_ATLAS_AML_T0051']);
    expect(coverageOf(mapping, 'EU_AI_ACT_Art15')).toMatchObject({ verdict: 'not_tested', findingCount: 0 });
  });

  it('keep a ref that no catalog has, as it is', () => {
    const mapping = map(scope([finding('fnd_1', direct('OWN_CONTROL_1'))]), asked('OWASP_LLM'));
    expect(mapping.findings[0]!.mappings).toEqual([{ ref: 'OWN_CONTROL_1', basis: 'direct', source: 'test' }]);
  });
});

describe('another edition', () => {
  const snapshot = scope(
    [finding('fnd_1', direct('OWASP_LLM06'))],
    [scan(probe(verdicts(3, 0), 'OWASP_LLM10'), probe(verdicts(1, 1), 'OWASP_LLM06'))],
  );

  it('is said by entry: Excessive Agency is LLM06 of 2025 and LLM03 of 2026', () => {
    const mapping = map(snapshot, asked('OWASP_LLM@2026', 'OWASP_AGENTIC'));
    expect(mapping.findings[0]!.mappings[0]).toMatchObject({ ref: 'OWASP_LLM_2026_03', basis: 'direct' });
    expect(mapping.findings[0]!.mappings.map(({ ref }) => ref)).not.toContain('OWASP_LLM06');
    expect(coverageOf(mapping, 'OWASP_LLM_2026_03')).toMatchObject({
      verdict: 'finding',
      directCount: 1,
      nativeId: 'LLM03:2026',
    });
    expect(coverageOf(mapping, 'OWASP_LLM_2026_06')).toMatchObject({
      verdict: 'clean',
      title: 'Unbounded Consumption',
    });
    expect(mapping.overlaps[0]).toMatchObject({ refA: 'OWASP_LLM_2026_03' });
    expect(mapping.unresolvedTags).toEqual([]);
    expect(() => assertDocument('MappingSnapshot.v1', mapping)).not.toThrow();
  });

  it('lists what it has no single entry for', () => {
    const mapping = map(scope([finding('fnd_1', direct('OWASP_LLM07', 'OWASP_LLM01'))]), asked('OWASP_LLM@2023'));
    expect(mapping.findings[0]!.mappings[0]).toMatchObject({ ref: 'OWASP_LLM_2023_01' });
    expect(mapping.unresolvedTags).toEqual([{ tag: 'OWASP_LLM07 has no single entry in edition 2023', findings: 1 }]);
  });

  it('weakens a pair that was asserted of 2025 to derived, and takes those of 2026 as they are', () => {
    const fromAgentic = scope([finding('fnd_1', direct('OWASP_AGENTIC_ASI10'))]);
    const mappings = map(fromAgentic, asked('OWASP_LLM@2026')).findings[0]!.mappings;
    const asserted = frameworks.pairsFrom('OWASP_AGENTIC_ASI10');
    for (const { ref, basis } of mappings.filter(({ ref }) => ref.startsWith('OWASP_LLM'))) {
      expect([ref, basis]).toEqual([ref, asserted.find((pair) => pair.ref === ref)?.basis ?? 'derived']);
    }
    expect(asserted).toContainEqual(expect.objectContaining({ ref: 'OWASP_LLM02', basis: 'official' }));
    expect(mappings).toContainEqual(expect.objectContaining({ ref: 'OWASP_LLM_2026_02', basis: 'derived' }));
    expect(mappings).toContainEqual(expect.objectContaining({ ref: 'OWASP_LLM_2026_07', basis: 'official' }));
  });

  it('that has no catalog is refused', () => {
    const unknown = () => map(snapshot, [{ framework: 'OWASP_LLM', edition: '2031' }]);
    expect(unknown).toThrow(Refusal);
    expect(unknown).toThrow(expect.objectContaining({ code: 'framework_unknown' }));
  });
});

describe('coverage', () => {
  it('tells finding, clean and not tested apart', () => {
    const snapshot = scope(
      [finding('fnd_1', direct('OWASP_LLM01'))],
      [
        scan(
          probe(verdicts(1, 4), 'OWASP_LLM01'),
          probe(verdicts(7, 0), 'OWASP_LLM09'),
          probe(verdicts(0, 0, 5), 'OWASP_LLM10'),
        ),
      ],
    );
    const mapping = map(snapshot, asked('OWASP_LLM'));
    expect(coverageOf(mapping, 'OWASP_LLM01')).toMatchObject({
      verdict: 'finding',
      findingCount: 1,
      evaluations: { total: 5, passed: 1, failed: 4 },
    });
    expect(coverageOf(mapping, 'OWASP_LLM09')).toMatchObject({
      verdict: 'clean',
      findingCount: 0,
      evaluations: { total: 7 },
    });
    expect(coverageOf(mapping, 'OWASP_LLM10'), 'run without a verdict').toMatchObject({ verdict: 'not_tested' });
    expect(coverageOf(mapping, 'OWASP_LLM08'), 'never run').toMatchObject({ verdict: 'not_tested' });
    expect(mapping.coverage[0]?.controls.map(({ ref }) => ref)).toEqual(
      frameworks.catalog('OWASP_LLM', '2025')?.controls.map(({ ref }) => ref),
    );
  });

  it('calls nothing clean that failed, though its finding was closed or filtered out', () => {
    const mapping = map(scope([], [scan(probe(verdicts(9, 1), 'OWASP_LLM09'))]), asked('OWASP_LLM'));
    expect(coverageOf(mapping, 'OWASP_LLM09')).toMatchObject({ verdict: 'finding', findingCount: 0 });
  });

  it('takes an unknown number neither for passed nor for failed', () => {
    const unknown = (failed: number) => ({ total: null, passed: null, failed, unscored: 0 });
    const probes = [probe(unknown(0), 'OWASP_LLM09'), probe(unknown(2), 'OWASP_LLM01')];
    const alone = map(scope([], [scan(...probes)]), asked('OWASP_LLM'));
    expect(coverageOf(alone, 'OWASP_LLM09')).toMatchObject({
      ...{ verdict: 'not_tested', evaluations: { total: null, passed: null, failed: 0 } },
    });
    expect(coverageOf(alone, 'OWASP_LLM01')).toMatchObject({
      verdict: 'finding',
      evaluations: { total: null, failed: 2 },
    });
    const together = map(scope([], [scan(...probes, probe(verdicts(3, 0), 'OWASP_LLM09'))]), asked('OWASP_LLM'));
    expect(coverageOf(together, 'OWASP_LLM09')).toMatchObject({ verdict: 'clean', evaluations: { total: null } });
  });

  it('calls nothing clean in a run that failed, and keeps what failed in it', () => {
    const broken: ScopedScan = {
      ...scan(probe(verdicts(9, 0), 'OWASP_LLM09'), probe(verdicts(8, 1), 'OWASP_LLM01')),
      run: { outcome: 'failed', problems: ['The tool crashed.'] },
    };
    const mapping = map(scope([], [broken]), asked('OWASP_LLM'));
    expect(coverageOf(mapping, 'OWASP_LLM09')).toMatchObject({ verdict: 'not_tested', evaluations: { passed: 9 } });
    expect(coverageOf(mapping, 'OWASP_LLM01')).toMatchObject({ verdict: 'finding' });
    const again = map(scope([], [broken, scan(probe(verdicts(1, 0), 'OWASP_LLM09'))]), asked('OWASP_LLM'));
    expect(coverageOf(again, 'OWASP_LLM09')).toMatchObject({ verdict: 'clean' });
  });

  it('lets bad news travel along the crosswalk and good news not', () => {
    const passed = map(scope([], [scan(probe(verdicts(9, 0), 'OWASP_LLM01'))]), asked('EU_AI_ACT', 'OWASP_LLM'));
    expect(coverageOf(passed, 'OWASP_LLM01')).toMatchObject({ verdict: 'clean' });
    expect(coverageOf(passed, 'EU_AI_ACT_Art15')).toMatchObject({ verdict: 'not_tested', evaluations: { total: 0 } });
    const failed = map(scope([finding('fnd_1', direct('OWASP_LLM01'))]), asked('EU_AI_ACT'));
    expect(coverageOf(failed, 'EU_AI_ACT_Art15')).toMatchObject({
      verdict: 'finding',
      findingCount: 1,
      directCount: 0,
    });
  });

  it('of an empty scope is all not tested', () => {
    const mapping = map(scope([]), asked('OWASP_LLM', 'ISO_42001'));
    expect(new Set(mapping.coverage.flatMap(({ controls }) => controls.map(({ verdict }) => verdict)))).toEqual(
      new Set(['not_tested']),
    );
    expect(mapping).toMatchObject({
      findings: [],
      overlaps: [],
      countsByBasis: { direct: 0, official: 0, published: 0, derived: 0 },
    });
  });
});

describe('overlaps', () => {
  it('pair refs of requested frameworks, the one requested first in front, most findings first', () => {
    const refs = direct('OWASP_LLM01', 'OWASP_AGENTIC_ASI01');
    const snapshot = scope([finding('fnd_1', refs), finding('fnd_2', refs), finding('fnd_3', direct('OWASP_LLM01'))]);
    const { overlaps } = map(snapshot, asked('OWASP_AGENTIC', 'OWASP_LLM'));
    expect(overlaps[0]).toEqual({ refA: 'OWASP_AGENTIC_ASI01', refB: 'OWASP_LLM01', findingCount: 3, directCount: 2 });
    expect(overlaps.every(({ refA, refB }) => refA.startsWith('OWASP_AGENTIC_') && refB.startsWith('OWASP_LLM'))).toBe(
      true,
    );
    expect(overlaps.map(({ findingCount }) => findingCount)).toEqual(
      overlaps.map(({ findingCount }) => findingCount).toSorted((a, b) => b - a),
    );
  });

  it('do not pair refs of one framework', () => {
    expect(map(scope([finding('fnd_1', direct('OWASP_LLM01', 'OWASP_LLM02'))]), asked('OWASP_LLM')).overlaps).toEqual(
      [],
    );
  });
});

it('counts each unresolved tag once a finding', () => {
  const tags = ['payload:jailbreak', 'payload:jailbreak', 'a:b'];
  const mapping = map(
    scope([finding('fnd_1', [], tags), finding('fnd_2', [], ['payload:jailbreak'])]),
    asked('OWASP_LLM'),
  );
  expect(mapping.unresolvedTags).toEqual([
    { tag: 'a:b', findings: 1 },
    { tag: 'payload:jailbreak', findings: 2 },
  ]);
});
