import { assertDocument, isValid } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { crosswalkFrom, frameworksOf, RECORDED_EDITIONS } from '../src/index.js';
import { loadFrameworks, readData } from '../src/load.js';

const frameworks = loadFrameworks();

describe('catalogs', () => {
  it('are complete: every control has a title, and a ref of the contract’s grammar', () => {
    const sizes = frameworks.catalogs.map(({ framework, edition, controls, otherEntries = [] }) => [
      `${framework}@${edition}`,
      [controls.length, otherEntries.length],
    ]);
    expect(Object.fromEntries(sizes)).toEqual({
      'OWASP_LLM@2023': [10, 0],
      'OWASP_LLM@2025': [10, 0],
      'OWASP_LLM@2026': [10, 0],
      'OWASP_AGENTIC@2026': [10, 0],
      'MITRE_ATLAS@2026.07': [178, 0],
      'MITRE_ATLAS@2026.09': [16 + 120 + 88, 40],
      'NIST_AI_600_1@1.0': [84, 4 + 19 + 212],
      'EU_AI_ACT@2024/1689': [113 + 13, 0],
      'EU_AI_ACT@2024/1689@2026-07-27': [119 + 14, 0],
      'ISO_42001@2023': [81, 11],
    });
    for (const { controls, otherEntries = [] } of frameworks.catalogs) {
      const entries = [...controls, ...otherEntries];
      expect(new Set(entries.map(({ ref }) => ref)).size).toBe(entries.length);
      for (const { ref, title } of entries) {
        expect(isValid('Vocabulary.v1', 'ControlRef', ref), ref).toBe(true);
        expect(title, ref).not.toBe('');
      }
    }
  });

  it('know the editions of each ref', () => {
    expect(frameworks.frameworkOf('OWASP_LLM06')).toBe('OWASP_LLM');
    expect(frameworks.editionsOf('OWASP_LLM06')).toEqual(['2025']);
    expect(frameworks.editionsOf('OWASP_LLM_2026_06')).toEqual(['2026']);
    expect(frameworks.editionsOf('EU_AI_ACT_Art15')).toEqual(['2024/1689', '2024/1689@2026-07-27']);
    expect(frameworks.editionsOf('EU_AI_ACT_Art4a')).toEqual(['2024/1689@2026-07-27']);
    expect(frameworks.editionsOf('MITRE_ATLAS_AML_M0039')).toEqual(['2026.09']);
    expect(frameworks.frameworkOf('OWASP_LLM11')).toBeUndefined();
    expect(frameworks.editionsOf('OWASP_LLM11')).toEqual([]);
  });
});

describe('a requested framework', () => {
  it('is pinned to the edition named, or to the default', () => {
    expect(frameworks.parseRequested('OWASP_LLM@2026')).toEqual({ ok: true, framework: 'OWASP_LLM', edition: '2026' });
    expect(frameworks.parseRequested('EU_AI_ACT')).toMatchObject({ edition: '2024/1689@2026-07-27' });
    expect(frameworks.parseRequested('MITRE_ATLAS')).toMatchObject({ edition: '2026.09' });
    for (const { framework, edition } of frameworks.catalogs)
      expect(frameworks.parseRequested(`${framework}@${edition}`)).toEqual({ ok: true, framework, edition });
    for (const [framework, edition] of Object.entries(RECORDED_EDITIONS)) {
      expect(frameworks.parseRequested(framework)).toEqual({ ok: true, framework, edition });
    }
  });

  it('follows the configured default, which must exist', () => {
    expect(loadFrameworks({ OWASP_LLM: '2026' }).parseRequested('OWASP_LLM')).toMatchObject({ edition: '2026' });
    expect(() => loadFrameworks({ OWASP_LLM: '2024' })).toThrow(/OWASP_LLM@2024/);
  });

  it('is refused with the allowed values', () => {
    expect(frameworks.parseRequested('OWASP_LLMS')).toEqual({ ok: false, allowed: Object.keys(RECORDED_EDITIONS) });
    expect(frameworks.parseRequested('OWASP_LLM@2024')).toEqual({
      ok: false,
      allowed: ['OWASP_LLM@2023', 'OWASP_LLM@2025', 'OWASP_LLM@2026'],
    });
    for (const text of ['', '@', 'OWASP_LLM@', 'owasp_llm', '__proto__', 'constructor@2025']) {
      expect(frameworks.parseRequested(text).ok, text).toBe(false);
    }
  });
});

describe('a ref in somebody’s spelling', () => {
  it.each([
    ['LLM01:2025', 'OWASP_LLM01'],
    ['LLM06:2026', 'OWASP_LLM_2026_06'],
    ['LLM06:2023', 'OWASP_LLM_2023_06'],
    ['OWASP_LLM06', 'OWASP_LLM06'],
    ['ASI-02', 'OWASP_AGENTIC_ASI02'],
    ['OWASP_ASI02', 'OWASP_AGENTIC_ASI02'],
    ['AML.T0051', 'MITRE_ATLAS_AML_T0051'],
    ['aml.t0051.000', 'MITRE_ATLAS_AML_T0051_000'],
    ['MS-2.7', 'NIST_AI_600_1_MS_2_7'],
    ['MEASURE 2.7', 'NIST_AI_600_1_MS_2_7'],
    ['GAI risk 2.9', 'NIST_AI_600_1_RISK_09'],
    ['Article 15', 'EU_AI_ACT_Art15'],
    ['Art. 15(4)(b)', 'EU_AI_ACT_Art15'],
    ['EU_AI_ACT Article 15', 'EU_AI_ACT_Art15'],
    ['Annex III', 'EU_AI_ACT_AnnexIII'],
    ['A.6.2.8', 'ISO_42001_A_6_2_8'],
    ['Annex B.6.2.8', 'ISO_42001_A_6_2_8'],
    ['clause 6.1.2', 'ISO_42001_6_1_2'],
    ['ISO_42001:6.1.2', 'ISO_42001_6_1_2'],
    ['LLM01:2025 - Prompt Injection', 'OWASP_LLM01'],
    ['OWASP-LLM01:2025 - Prompt Injection', 'OWASP_LLM01'],
    ['LLM06: Excessive Agency', 'OWASP_LLM06'],
    ['LLM06: Sensitive Information Disclosure', 'OWASP_LLM_2023_06'],
    ['LLM06: Unbounded Consumption', 'OWASP_LLM_2026_06'],
    ['LLM01: Prompt Injection', 'OWASP_LLM01'],
    ['owasp/LLM01', 'OWASP_LLM01'],
    ['external/owasp/LLM05:2025', 'OWASP_LLM05'],
    ['owasp:2026:llm03', 'OWASP_LLM_2026_03'],
    ['ASI02: Tool Misuse & Exploitation', 'OWASP_AGENTIC_ASI02'],
    ['AML.TA0001', 'MITRE_ATLAS_AML_TA0001'],
    ['mitre:atlas:reconnaissance', 'MITRE_ATLAS_AML_TA0002'],
    ['mitre:atlas:ai-attack-staging', 'MITRE_ATLAS_AML_TA0001'],
    ['AML.M0020', 'MITRE_ATLAS_AML_M0020'],
    ['AML.T0019', 'MITRE_ATLAS_AML_T0115_000'],
    ['AML.T0045: ML Intellectual Property Theft', 'MITRE_ATLAS_AML_T0048_004'],
    ['AML.T0072 Reverse Shell', 'MITRE_ATLAS_AML_T0072'],
    ['AML.T0051.000: Direct', 'MITRE_ATLAS_AML_T0051_000'],
    ['MS-2.7-001', 'NIST_AI_600_1_MS_2_7_001'],
    ['GV4.3--001', 'NIST_AI_600_1_GV_4_3_001'],
    ['MEASURE 2', 'NIST_AI_600_1_MS_2'],
    ['MEASURE', 'NIST_AI_600_1_MS'],
    ['ISO/IEC 42001 A.6', 'ISO_42001_A_6'],
    ['Regulation (EU) 2024/1689 Article 15', 'EU_AI_ACT_Art15'],
    ['EU_AI_ACT@2024/1689@2026-07-27 Article 4a', 'EU_AI_ACT_Art4a'],
    ['AML.T0051: LLM Prompt Injection', 'MITRE_ATLAS_AML_T0051'],
    ['ISO/IEC 42001 4 - Context of the organization', 'ISO_42001_4'],
  ])('%s is %s', (text, ref) => expect(frameworks.resolveRef(text)).toMatchObject({ kind: 'found', ref }));

  it.each([
    'LLM06',
    '6.1.2',
    '2.9',
    'OWASP_LLM11',
    'Article 114',
    'Article 15 GDPR',
    'LLM06:2025 - Unbounded Consumption',
    '4 Context of the organization',
    'AML.T0051 - LLM Jailbreak',
    'AML.T9999',
    '',
    'x'.repeat(1_000_000),
  ])('is not guessed: %.20s', (text) => expect(frameworks.resolveRef(text).kind).not.toBe('found'));

  it('resolves every native id that carries its framework’s name', () => {
    for (const { framework, controls } of frameworks.catalogs) {
      for (const { ref, nativeId } of controls) {
        expect(frameworks.resolveRef(ref)).toEqual({ kind: 'found', ref });
        expect(frameworks.resolveRef(`${framework} ${nativeId}`), `${framework} ${nativeId}`).toEqual({
          kind: 'found',
          ref,
        });
      }
    }
  });
});

describe('a catalog', () => {
  const requested = [{ framework: 'OWASP_LLM', edition: '2025' } as const];
  const stale = (at: string) => frameworks.staleCatalogs(requested, at).map(({ edition }) => edition);

  it('is stale from the ninety-first day after its comparison', () => {
    expect(frameworks.catalog('OWASP_LLM', '2025')?.comparedAt).toBe('2026-11-23');
    expect(stale('2026-11-23T00:00:00.000Z')).toEqual([]);
    expect(stale('2027-02-21T23:59:59.000Z')).toEqual([]);
    expect(stale('2027-02-22T00:00:00.000Z')).toEqual(['2025']);
  });
});

describe('the rules', () => {
  it('have a digest that depends on catalogs, pairs, successions, tags and the version', () => {
    const data = readData();
    const sha256 = (changed: Partial<typeof data>) => frameworksOf({ ...data, ...changed }).rules.sha256;
    expect(frameworks.rules.version).toMatch(/^2026-\d\d-\d\d$/);
    expect(frameworks.rules.sha256).toBe(sha256({}));
    const [first, ...rest] = data.catalogs;
    expect(sha256({ catalogs: [{ ...first!, published: '2022' }, ...rest] })).not.toBe(sha256({}));
    expect(sha256({ pairs: data.pairs.slice(1) })).not.toBe(sha256({}));
    expect(sha256({ successions: data.successions.slice(1) })).not.toBe(sha256({}));
    expect(sha256({ tagTables: data.tagTables.slice(1) })).not.toBe(sha256({}));
    expect(sha256({ version: '2026-01-01' })).not.toBe(sha256({}));
  });
});

describe('the crosswalk', () => {
  it('reads the same from both ends, with the inverse relation', () => {
    const turned = {
      equal: 'equal',
      subset: 'superset',
      superset: 'subset',
      intersects: 'intersects',
      related: 'related',
    };
    for (const { refA, refB, relation, basis, source } of frameworks.crosswalk.pairs) {
      expect(frameworks.pairsFrom(refA)).toContainEqual(
        expect.objectContaining({ ref: refB, relation, basis, source }),
      );
      const back = { ref: refA, relation: turned[relation], basis, source };
      expect(frameworks.pairsFrom(refB)).toContainEqual(expect.objectContaining(back));
    }
    expect(frameworks.pairsFrom('NO_SUCH_REF')).toEqual([]);
  });

  it('has a digest that depends on the pairs, not on their order', () => {
    const data = readData();
    const sha256 = (pairs: typeof data.pairs) => frameworksOf({ ...data, pairs }).crosswalk.sha256;
    expect(frameworks.crosswalk.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(sha256([...data.pairs].reverse())).toBe(frameworks.crosswalk.sha256);
    expect(sha256(data.pairs.slice(1))).not.toBe(frameworks.crosswalk.sha256);
    const [first, ...rest] = data.pairs;
    expect(sha256([{ ...first!, relation: 'equal' }, ...rest])).not.toBe(frameworks.crosswalk.sha256);
  });
});

describe('the crosswalk of an edition', () => {
  it.each(frameworks.catalogs.map(({ framework, edition }) => ({ framework, edition })))(
    'of $framework@$edition has each of its pairs once, starting there, with source, licence and reason',
    (of) => {
      const document = crosswalkFrom(of, frameworks);
      expect(() => assertDocument('FrameworkCrosswalk.v1', document)).not.toThrow();
      const isOurs = (ref: string) =>
        frameworks.frameworkOf(ref) === of.framework && frameworks.editionsOf(ref).includes(of.edition);
      const touching = frameworks.crosswalk.pairs.filter(({ refA, refB }) => isOurs(refA) || isOurs(refB));
      expect(document?.pairs).toHaveLength(touching.length);
      for (const { ref_a, ref_b, framework_b, edition_b, source, licence, rationale } of document?.pairs ?? []) {
        expect(isOurs(ref_a), ref_a).toBe(true);
        expect(frameworks.frameworkOf(ref_b)).toBe(framework_b);
        expect(frameworks.editionsOf(ref_b)).toContain(edition_b);
        expect([source.publisher, source.document, licence, rationale]).not.toContain('');
      }
      expect(document?.sha256).toBe(frameworks.crosswalk.sha256);
    },
  );

  it('covers that edition only, and is undefined for one that does not exist', () => {
    const refs = (edition: string) =>
      crosswalkFrom({ framework: 'OWASP_LLM', edition }, frameworks)?.pairs.map(({ ref_a }) => ref_a);
    expect(refs('2025')).toContain('OWASP_LLM06');
    expect(refs('2025')).not.toContain('OWASP_LLM_2026_06');
    expect(refs('2026')).toContain('OWASP_LLM_2026_06');
    expect(refs('2024')).toBeUndefined();
  });
});
