import { assertDocument, type Basis, linesOfMapping } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../src/index.js';
import { asked, direct, finding, frameworks, frameworksWith, map, pair, scope } from './samples.js';

const ALL_SIX = asked('OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001');
const one = (...refs: string[]) => scope([finding('fnd_1', direct(...refs))]);
const refsOf = (mapping: ReturnType<typeof map>) => mapping.findings[0]!.mappings.map(({ ref }) => ref);

describe('the refs of a finding', () => {
  it('are the direct ones, then those of the crosswalk by basis and strength, with the reason for each', () => {
    const crosswalk = frameworksWith(
      pair('OWASP_LLM09', 'ISO_42001_A_6_2_4', { basis: 'derived' }),
      pair('OWASP_LLM01', 'EU_AI_ACT_Art15', { strength: 'supporting' }),
      pair('OWASP_LLM01', 'MITRE_ATLAS_AML_T0051'),
    );
    const mapping = map(one('OWASP_LLM09', 'OWASP_LLM01'), ALL_SIX, { frameworks: crosswalk });
    const along = { source: 'A test, p. 1', relation: 'related', via: 'OWASP_LLM01' };
    expect(mapping.findings[0]?.mappings).toEqual([
      { ref: 'OWASP_LLM01', basis: 'direct', source: 'test', origin: 'file' },
      { ref: 'OWASP_LLM09', basis: 'direct', source: 'test', origin: 'file' },
      { ref: 'MITRE_ATLAS_AML_T0051', basis: 'official', strength: 'primary', ...along },
      { ref: 'EU_AI_ACT_Art15', basis: 'official', strength: 'supporting', ...along },
      { ...along, ref: 'ISO_42001_A_6_2_4', basis: 'derived', strength: 'primary', via: 'OWASP_LLM09' },
    ]);
    const { findings: _, ...facts } = mapping;
    for (const line of linesOfMapping({ ...facts, placesOf: () => undefined })) assertDocument('MappingLine.v1', line);
  });

  it('include direct ones of other frameworks, and crosswalk ones of requested frameworks only', () => {
    const mapping = map(one('OWASP_LLM01'), asked('MITRE_ATLAS'));
    const [first, ...others] = refsOf(mapping);
    expect(first).toBe('OWASP_LLM01');
    expect(others).toContain('MITRE_ATLAS_AML_T0051');
    expect(others.filter((ref) => !ref.startsWith('MITRE_ATLAS_'))).toEqual([]);
  });

  it.each<[Basis, Basis[]]>([
    ['direct', ['direct']],
    ['official', ['direct', 'official']],
    ['published', ['direct', 'official', 'published']],
    ['derived', ['direct', 'official', 'published', 'derived']],
  ])('are at least as strong as the policy %s', (policy, allowed) => {
    const crosswalk = frameworksWith(
      pair('OWASP_LLM01', 'MITRE_ATLAS_AML_T0051'),
      pair('OWASP_LLM01', 'EU_AI_ACT_Art15', { basis: 'published' }),
      pair('OWASP_LLM01', 'ISO_42001_A_6_2_4', { basis: 'derived' }),
    );
    const mapping = map(one('OWASP_LLM01'), ALL_SIX, { frameworks: crosswalk, policy });
    expect(mapping.findings[0]!.mappings.map(({ basis }) => basis)).toEqual(allowed);
    for (const [basis, count] of Object.entries(mapping.countsByBasis))
      expect(count > 0).toBe(allowed.includes(basis as Basis));
  });

  it('are those of primary pairs, unless the request accepts supporting ones', () => {
    const crosswalk = frameworksWith(
      pair('OWASP_LLM01', 'MITRE_ATLAS_AML_T0051'),
      pair('OWASP_LLM01', 'EU_AI_ACT_Art15', { strength: 'supporting' }),
    );
    const accepting = (strength: 'primary' | 'supporting') =>
      refsOf(map(one('OWASP_LLM01'), ALL_SIX, { frameworks: crosswalk, strength }));
    expect(accepting('primary')).toEqual(['OWASP_LLM01', 'MITRE_ATLAS_AML_T0051']);
    expect(accepting('supporting')).toEqual(['OWASP_LLM01', 'MITRE_ATLAS_AML_T0051', 'EU_AI_ACT_Art15']);
  });

  it('keep a ref that no catalog has', () => {
    const mapping = map(one('OWN_CONTROL_1'), asked('OWASP_LLM'));
    expect(refsOf(mapping)).toEqual(['OWN_CONTROL_1']);
    expect(mapping.refs).toEqual([]);
  });

  it('have titles, and their pairs are listed once, as their sources assert them', () => {
    const mapping = map(
      scope([finding('fnd_1', direct('OWASP_LLM01')), finding('fnd_2', direct('OWASP_LLM01', 'OWASP_LLM09'))]),
      asked('MITRE_ATLAS'),
      { frameworks: frameworksWith(pair('MITRE_ATLAS_AML_T0051', 'OWASP_LLM01', { relation: 'subset' })) },
    );
    expect(mapping.refs?.map(({ ref, edition, title }) => [ref, edition, title])).toEqual([
      ['MITRE_ATLAS_AML_T0051', '2026.09', 'LLM Prompt Injection'],
      ['OWASP_LLM01', '2025', 'Prompt Injection'],
      ['OWASP_LLM09', '2025', 'Misinformation'],
    ]);
    expect(mapping.pairs).toMatchObject([
      { refA: 'OWASP_LLM01', refB: 'MITRE_ATLAS_AML_T0051', relation: 'superset', basis: 'official' },
    ]);
    expect(mapping.pairs?.[0]).not.toHaveProperty('asserted');
  });
});

describe('another edition', () => {
  it('is translated by entry: Excessive Agency is LLM06 of 2025 and LLM03 of 2026', () => {
    const mapping = map(one('OWASP_LLM06'), asked('OWASP_LLM@2026'));
    expect(mapping.findings[0]!.mappings).toEqual([
      { ref: 'OWASP_LLM_2026_03', basis: 'direct', source: 'test; OWASP_LLM06 in edition 2026', origin: 'file' },
    ]);
    expect(mapping.unresolvedTags).toEqual([]);
  });

  it('keeps a ref without a single entry there, and lists it', () => {
    const mapping = map(one('OWASP_LLM07', 'OWASP_LLM01'), asked('OWASP_LLM@2023'));
    expect(refsOf(mapping)).toEqual(['OWASP_LLM07', 'OWASP_LLM_2023_01']);
    expect(mapping.unresolvedTags).toEqual([{ tag: 'OWASP_LLM07 has no single entry in edition 2023', findings: 1 }]);
  });

  it('makes the nearest entry of a retired one derived, never direct', () => {
    const retired = one('OWASP_LLM_2023_10');
    expect(map(retired, asked('OWASP_LLM')).findings[0]!.mappings).toMatchObject([
      { ref: 'OWASP_LLM_2023_10', basis: 'direct' },
      { ref: 'OWASP_LLM10', basis: 'derived', via: 'OWASP_LLM_2023_10' },
    ]);
    expect(refsOf(map(retired, asked('OWASP_LLM'), { policy: 'published' }))).toEqual(['OWASP_LLM_2023_10']);
  });

  it('follows pairs from the translated entry, and calls them derived', () => {
    const crosswalk = frameworksWith(pair('OWASP_LLM_2026_01', 'MITRE_ATLAS_AML_T0051'));
    const mapping = map(one('OWASP_LLM01'), asked('OWASP_LLM@2026', 'MITRE_ATLAS'), { frameworks: crosswalk });
    expect(mapping.findings[0]!.mappings[1]).toMatchObject({
      ...{ ref: 'MITRE_ATLAS_AML_T0051', basis: 'derived', via: 'OWASP_LLM_2026_01' },
    });
    expect(mapping.pairs?.[0]?.asserted).toEqual({
      ...{ refA: 'OWASP_LLM_2026_01', refB: 'MITRE_ATLAS_AML_T0051', basis: 'official' },
    });
    expect(refsOf(map(one('OWASP_LLM01'), asked('OWASP_LLM', 'MITRE_ATLAS'), { frameworks: crosswalk }))).toEqual([
      'OWASP_LLM01',
    ]);
  });

  it('calls a pair derived if its end was translated, and keeps the basis of its own pairs', () => {
    const crosswalk = frameworksWith(
      pair('MITRE_ATLAS_AML_T0057', 'OWASP_LLM06'),
      pair('MITRE_ATLAS_AML_T0057', 'OWASP_LLM_2026_02'),
      pair('MITRE_ATLAS_AML_T0057', 'OWASP_LLM_2023_10'),
    );
    const from = (...frameworksAsked: string[]) =>
      map(one('MITRE_ATLAS_AML_T0057'), asked(...frameworksAsked), { frameworks: crosswalk })
        .findings[0]!.mappings.slice(1)
        .map(({ ref, basis }) => `${ref} ${basis}`);
    expect(from('OWASP_LLM@2026')).toEqual(['OWASP_LLM_2026_02 official', 'OWASP_LLM_2026_03 derived']);
    expect(from('OWASP_LLM'), 'a retired entry leads nowhere').toEqual(['OWASP_LLM06 official']);
  });

  it('that has no catalog is refused', () => {
    const unknown = () => map(one('OWASP_LLM06'), [{ framework: 'OWASP_LLM', edition: '2031' }]);
    expect(unknown).toThrow(Refusal);
    expect(unknown).toThrow(expect.objectContaining({ code: 'framework_unknown' }));
  });
});

it('counts each unresolved tag once per finding', () => {
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

it('states its rules: the data, and the order of verdicts', () => {
  const { rules } = map(one('OWASP_LLM01'), asked('OWASP_LLM'));
  expect(rules).toEqual(rulesOf(frameworks));
});
