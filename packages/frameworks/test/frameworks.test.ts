import { assertDocument, isValid } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { readData } from '../src/data.js';
import { crosswalkFrom, frameworksOf, loadFrameworks, RECORDED_EDITIONS } from '../src/index.js';

const frameworks = loadFrameworks();

describe('catalogs', () => {
  it('are complete, every control with a ref of the contract’s grammar and a title', () => {
    const sizes = frameworks.catalogs.map(({ framework, edition, controls }) => [
      `${framework}@${edition}`,
      controls.length,
    ]);
    expect(Object.fromEntries(sizes)).toEqual({
      'OWASP_LLM@2023': 10,
      'OWASP_LLM@2025': 10,
      'OWASP_LLM@2026': 10,
      'OWASP_AGENTIC@2026': 10,
      'MITRE_ATLAS@2026.07': 178,
      'NIST_AI_600_1@1.0': 84,
      'EU_AI_ACT@2024/1689': 126,
      'ISO_42001@2023': 81,
    });
    const controls = frameworks.catalogs.flatMap((catalog) => catalog.controls);
    expect(new Set(controls.map(({ ref }) => ref)).size).toBe(controls.length);
    for (const { ref, title } of controls) {
      expect(isValid('Vocabulary.v1', 'ControlRef', ref), ref).toBe(true);
      expect(title, ref).not.toBe('');
    }
  });

  it('know the edition of a ref, and of no other', () => {
    expect(frameworks.editionOf('OWASP_LLM06')).toEqual({ framework: 'OWASP_LLM', edition: '2025' });
    expect(frameworks.editionOf('OWASP_LLM_2026_06')).toEqual({ framework: 'OWASP_LLM', edition: '2026' });
    expect(frameworks.editionOf('OWASP_LLM11')).toBeUndefined();
  });
});

describe('a requested framework', () => {
  it('is pinned to the edition named, or to the default', () => {
    expect(frameworks.parseRequested('OWASP_LLM@2026')).toEqual({ ok: true, framework: 'OWASP_LLM', edition: '2026' });
    for (const [framework, edition] of Object.entries(RECORDED_EDITIONS)) {
      expect(frameworks.parseRequested(framework)).toEqual({ ok: true, framework, edition });
      expect(frameworks.parseRequested(`${framework}@${edition}`)).toEqual({ ok: true, framework, edition });
    }
  });

  it('follows the configured default, which must exist', () => {
    expect(loadFrameworks({ OWASP_LLM: '2026' }).parseRequested('OWASP_LLM')).toMatchObject({ edition: '2026' });
    expect(() => loadFrameworks({ OWASP_LLM: '2024' })).toThrow(/OWASP_LLM@2024/);
  });

  it('is refused with what may be asked instead', () => {
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

describe('a ref written by somebody', () => {
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
    ['AML.T0051: LLM Prompt Injection', 'MITRE_ATLAS_AML_T0051'],
    ['ISO/IEC 42001 4 - Context of the organization', 'ISO_42001_4'],
  ])('%s is %s', (text, ref) => expect(frameworks.resolveRef(text)).toBe(ref));

  it.each([
    'LLM06',
    '6.1.2',
    '2.9',
    'OWASP_LLM11',
    'Article 114',
    'Article 15 GDPR',
    'LLM01: Prompt Injection',
    'LLM06:2025 - Unbounded Consumption',
    '4 Context of the organization',
    'AML.T0051 - LLM Jailbreak',
    'AML.T9999',
    '',
    'x'.repeat(1_000_000),
  ])('is not guessed: %.20s', (text) => expect(frameworks.resolveRef(text)).toBeUndefined());

  it('resolves every native id that carries its framework’s name', () => {
    for (const { framework, controls } of frameworks.catalogs) {
      for (const { ref, nativeId } of controls) {
        expect(frameworks.resolveRef(ref)).toBe(ref);
        expect(frameworks.resolveRef(`${framework} ${nativeId}`), `${framework} ${nativeId}`).toBe(ref);
      }
    }
  });
});

describe('editions of the OWASP LLM Top 10', () => {
  it('are translated by entry, not by number', () => {
    expect(frameworks.inEdition('OWASP_LLM06', '2026')).toBe('OWASP_LLM_2026_03');
    expect(frameworks.inEdition('OWASP_LLM06', '2023')).toBe('OWASP_LLM_2023_08');
    expect(frameworks.inEdition('OWASP_LLM06', '2025')).toBe('OWASP_LLM06');
    expect(frameworks.inEdition('OWASP_LLM_2023_08', '2026')).toBe('OWASP_LLM_2026_03');
    expect(frameworks.inEdition('OWASP_LLM_2026_03', '2023')).toBe('OWASP_LLM_2023_08');
  });

  it('stay untranslated where there is none, or more than one, to choose from', () => {
    expect(frameworks.inEdition('OWASP_LLM07', '2023')).toBeUndefined();
    expect(frameworks.inEdition('OWASP_LLM10', '2023')).toBeUndefined();
    expect(frameworks.inEdition('OWASP_LLM_2023_07', '2025')).toBeUndefined();
    expect(frameworks.inEdition('OWASP_LLM01', '2024')).toBeUndefined();
    expect(frameworks.inEdition('EU_AI_ACT_Art15', '2026')).toBeUndefined();
    expect(frameworks.inEdition('NO_SUCH_REF', '2025')).toBeUndefined();
  });
});

describe('garak’s tags', () => {
  it('count in the list of 2023', () => {
    expect(frameworks.garakTag('owasp:llm02')).toBe('OWASP_LLM05');
    expect(frameworks.garakTag('owasp:llm06')).toBe('OWASP_LLM02');
    expect(frameworks.garakTag('owasp:llm08')).toBe('OWASP_LLM06');
  });

  it('stay untranslated without a successor, in a mixed edition, or from another vocabulary', () => {
    expect(frameworks.garakTag('owasp:llm07')).toBeUndefined();
    expect(frameworks.garakTag('owasp:llm05', 'ansiescape.AnsiRaw')).toBeUndefined();
    expect(frameworks.garakTag('owasp:llm05', 'packagehallucination.Python')).toBe('OWASP_LLM03');
    expect(frameworks.garakTag('payload:jailbreak')).toBeUndefined();
    expect(frameworks.garakTag('__proto__')).toBeUndefined();
  });

  it('are known for garak’s own probes', () => {
    expect(frameworks.garakProbeTags('web_injection.MarkdownXSS')).toContain('owasp:llm02');
    expect(frameworks.garakProbeTags('own.Probe')).toBeUndefined();
  });
});

describe('the crosswalk', () => {
  it('joins refs of catalogs only, and no framework with itself', () => {
    expect(frameworks.crosswalk.pairs).toHaveLength(373 + 71 + 148);
    for (const { refA, refB, source, licence } of frameworks.crosswalk.pairs) {
      const [a, b] = [frameworks.editionOf(refA), frameworks.editionOf(refB)];
      expect(a, refA).toBeDefined();
      expect(b, refB).toBeDefined();
      expect(a?.framework).not.toBe(b?.framework);
      expect(source).not.toBe('');
      expect(licence).not.toBe('');
    }
  });

  it('reads the same from both ends, the relation turned round', () => {
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

  it('has a digest that follows the pairs and not their order', () => {
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
    'of $framework@$edition holds each of its pairs once, starting from it, with source and licence',
    (of) => {
      const document = crosswalkFrom(of, frameworks);
      expect(() => assertDocument('FrameworkCrosswalk.v1', document)).not.toThrow();
      const isOurs = (ref: string) => {
        const { framework, edition } = frameworks.editionOf(ref) ?? {};
        return framework === of.framework && edition === of.edition;
      };
      const touching = frameworks.crosswalk.pairs.filter(({ refA, refB }) => isOurs(refA) || isOurs(refB));
      expect(document?.pairs).toHaveLength(touching.length);
      for (const { ref_a, ref_b, framework_b, edition_b, source, licence } of document?.pairs ?? []) {
        expect(isOurs(ref_a), ref_a).toBe(true);
        expect(frameworks.editionOf(ref_b)).toEqual({ framework: framework_b, edition: edition_b });
        expect(source).not.toBe('');
        expect(licence).not.toBe('');
      }
      expect(document?.sha256).toBe(frameworks.crosswalk.sha256);
    },
  );

  it('is of that edition only, and of none that does not exist', () => {
    const refs = (edition: string) =>
      crosswalkFrom({ framework: 'OWASP_LLM', edition }, frameworks)?.pairs.map(({ ref_a }) => ref_a);
    expect(refs('2025')).toContain('OWASP_LLM06');
    expect(refs('2025')).not.toContain('OWASP_LLM_2026_06');
    expect(refs('2026')).toContain('OWASP_LLM_2026_06');
    expect(refs('2024')).toBeUndefined();
  });
});
