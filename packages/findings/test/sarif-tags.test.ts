import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkScan, imported } from './importing.js';
import { firstOf, result, run } from './sarif-file.js';

describe('a SARIF result', () => {
  it('has the refs that its tags and taxa name unambiguously; the rest is listed', async () => {
    const properties = { tags: ['LLM01:2025', 'owasp:llm06', 'LLM06', 'security', 'external/cwe/cwe-079'] };
    const taxa = [...['79', 'CWE-120'].map((id) => ({ id, toolComponent: { name: 'CWE' } })), { id: 'AML.T0051' }];
    const relationships = [{ target: { id: 'A.6.2.8', toolComponent: { name: 'ISO 42001' } } }];
    const finding = await firstOf(run([result({ taxa })], { rules: [{ id: 'R1', properties, relationships }] }));
    expect(finding?.refs.map(({ ref }) => ref)).toEqual(['ISO_42001_A_6_2_8', 'MITRE_ATLAS_AML_T0051', 'OWASP_LLM01']);
    expect(finding?.unresolvedTags).toEqual([
      'CWE-120',
      'CWE-79',
      'LLM06 (could be OWASP_LLM06 or OWASP_LLM_2023_06 or OWASP_LLM_2026_06)',
      'external/cwe/cwe-079',
      'owasp:llm06 (could be OWASP_LLM06 or OWASP_LLM_2023_06 or OWASP_LLM_2026_06)',
      'security',
    ]);
  });

  it('marks an unknown paragraph of the AI Act as not checked', async () => {
    const finding = await firstOf(run([result({ properties: { tags: ['Art. 15(4)', 'Article 50(9)'] } })]));
    expect(finding?.refs.map(({ ref, native, source }) => [ref, native, source])).toEqual([
      ['EU_AI_ACT_Art15', 'Art. 15(4)', 'tags, properties and taxa in the SARIF file'],
      ['EU_AI_ACT_Art50', 'Article 50(9)', 'tags, properties and taxa in the SARIF file; paragraph not checked'],
    ]);
  });

  it.each([
    [{ id: 'LLM01', toolComponent: { name: 'OWASP Top 10 for LLM Applications 2025' } }, 'OWASP_LLM01'],
    [{ id: 'LLM01:2025', toolComponent: { name: 'our own list' } }, 'OWASP_LLM01'],
    [{ id: 'AML.T0051', toolComponent: { index: 0 } }, 'MITRE_ATLAS_AML_T0051'],
    [{ id: 'A.6.2.2', toolComponent: { name: 'ISO/IEC 42001' } }, 'ISO_42001_A_6_2_2'],
    [{ id: 'A.6.2.2', toolComponent: { name: 'ISO/IEC 27001:2013' } }, undefined],
    [{ id: 'A.6.2.2', toolComponent: { index: 0 } }, undefined],
    [{ id: 'Article 15', toolComponent: { name: 'GDPR' } }, undefined],
    [{ id: 'Article 15', toolComponent: { name: 'EU AI Act' } }, 'EU_AI_ACT_Art15'],
  ])('belongs to the taxonomy that its taxon %o names, and to no other', async (taxon, ref) => {
    const finding = await firstOf(run([result({ taxa: [taxon] })]));
    expect(finding?.refs.map((each) => each.ref)).toEqual(ref === undefined ? [] : [ref]);
    expect(finding?.unresolvedTags).toHaveLength(ref === undefined ? 1 : 0);
  });
});

const refsOf = (finding: Awaited<ReturnType<typeof firstOf>>) => finding?.refs.map(({ ref }) => ref);

describe('a property bag', () => {
  it.each<[object, readonly string[], readonly string[]]>([
    [{ owasp_asi_id: 'ASI01' }, ['OWASP_AGENTIC_ASI01'], []],
    [{ owasp: ['LLM01', 'LLM02:2025'] }, ['OWASP_LLM01', 'OWASP_LLM02'], []],
    [{ mitre_atlas: 'AML.T0051', mitre: ['AML.T0054'] }, ['MITRE_ATLAS_AML_T0051', 'MITRE_ATLAS_AML_T0054'], []],
    [{ frameworks: { owasp_llm: ['LLM01'], 'EU AI Act': ['Article 15'] } }, ['EU_AI_ACT_Art15', 'OWASP_LLM01'], []],
    [{ owasp: { id: 'LLM01', name: 'Prompt Injection', url: 'https://genai.owasp.org' } }, ['OWASP_LLM01'], []],
    [{ owasp_llm_2025: 'LLM06' }, ['OWASP_LLM06'], []],
    [{ nist_ai_rmf: 'MEASURE 2.7' }, ['NIST_AI_600_1_MS_2_7'], []],
    [{ iso_42001: 'A.6.2.2', iso_27001: 'A.6.2.2' }, ['ISO_42001_A_6_2_2'], ['iso_27001 A.6.2.2']],
    [{ cwe: 79, cwe_id: 'CWE-74', cwes: ['89'] }, [], ['CWE-74', 'CWE-79', 'cwes-89']],
    [{ category: 'ASI02', note: 'see the manual', score: 3 }, ['OWASP_AGENTIC_ASI02'], []],
    [{ gdpr_compliance: 'Article 15' }, [], ['gdpr_compliance Article 15']],
    [{ atlassian_key: 'SEC-1', administrator: 'root', confidence: 'HIGH' }, [], []],
    [{ owasp: true, mitre_atlas: null, cwe: {} }, [], []],
  ])('%o names %o, and the rest that looks like an id is listed', async (properties, refs, unresolved) => {
    for (const file of [run([result({ properties })]), run([result()], { rules: [{ id: 'R1', properties }] })]) {
      const finding = await firstOf(file);
      expect(refsOf(finding)).toEqual(refs);
      expect(finding?.unresolvedTags).toEqual(unresolved);
    }
  });

  it('with an id of several editions lists it with its possible meanings', async () => {
    const finding = await firstOf(run([result({ properties: { owasp: 'LLM06' } })]));
    expect(refsOf(finding)).toEqual([]);
    expect(finding?.unresolvedTags).toEqual([expect.stringMatching(/^owasp LLM06 \(could be OWASP_LLM06 or /)]);
  });

  it.each<[object, object, string, string]>([
    [{ cvss_score: 9.5 }, {}, 'critical', 'cvss_score 9.5'],
    [{ cvss_score: '7.0' }, {}, 'high', 'cvss_score 7'],
    [{ 'security-severity': '3.1', cvss_score: 9.5 }, {}, 'low', 'security-severity 3.1'],
    [{ severity: 'CRITICAL' }, {}, 'critical', 'severity CRITICAL'],
    [{}, { severity: 'Critical' }, 'critical', 'severity Critical of the rule'],
    [{ severity: 'info' }, { 'security-severity': '9.8' }, 'info', 'severity info'],
    [{ severity: 9, cvss_score: 11 }, { cvss_score: 4 }, 'medium', 'cvss_score 4 of the rule'],
    [{ severity: 'error' }, {}, 'high', 'level error'],
  ])('%o, with %o of the rule, has the severity %s', async (ofResult, ofRule, severity, severityOriginal) => {
    const rules = [{ id: 'R1', properties: ofRule }];
    const finding = await firstOf(run([result({ level: 'error', properties: ofResult })], { rules }));
    expect(finding).toMatchObject({ severity, severityOriginal });
  });
});

describe('a taxonomy of the run', () => {
  const taxonomies = (version?: string) => [
    { name: 'OWASP Top 10 for LLM Applications', guid: 'A1', ...(version && { version }), taxa: [{ id: 'LLM06' }] },
  ];
  it.each<[string, object, string | undefined, readonly string[]]>([
    ['an index', { index: 0, toolComponent: { index: 0 } }, '2025', ['OWASP_LLM06']],
    ['an id', { id: 'LLM06', toolComponent: { name: 'OWASP Top 10 for LLM Applications' } }, '2025', ['OWASP_LLM06']],
    ['a guid', { id: 'LLM02', toolComponent: { guid: 'a1' } }, '2023', ['OWASP_LLM05']],
    ['no edition', { id: 'LLM06', toolComponent: { index: 0 } }, undefined, []],
    [
      'no edition, for an entry that all editions have',
      { id: 'LLM01', toolComponent: { index: 0 } },
      undefined,
      ['OWASP_LLM01'],
    ],
    ['an unknown edition', { id: 'LLM06', toolComponent: { index: 0 } }, 'v9', []],
  ])('gives a taxon its edition: %s', async (_, taxon, version, refs) => {
    const finding = await firstOf(run([result({ taxa: [taxon] })], {}, { taxonomies: taxonomies(version) }));
    expect(refsOf(finding)).toEqual(refs);
    expect(finding?.unresolvedTags).toHaveLength(refs.length === 0 ? 1 : 0);
  });
});

describe('the file', () => {
  const caseOf = (name: string) =>
    imported(createReadStream(new URL(`cases/${name}`, import.meta.url)), { format: 'sarif' });

  it('sarif-property-bag-a has the refs, the severity and the CWE of its property bags', async () => {
    const file = await caseOf('sarif-property-bag-a.sarif');
    checkScan(file);
    expect(file.findings).toHaveLength(1);
    expect(refsOf(file.findings[0])).toEqual(['OWASP_AGENTIC_ASI01']);
    expect(file.findings[0]).toMatchObject({ severity: 'critical', unresolvedTags: ['CWE-74'] });
    expect(file.scan.probes[0]?.refs).toMatchObject([{ ref: 'OWASP_AGENTIC_ASI01', native: 'ASI01' }]);
  });

  it('sarif-llm01-bare-a means Prompt Injection, the LLM01 of every edition', async () => {
    const file = await caseOf('sarif-llm01-bare-a.sarif');
    expect(file.findings.map(refsOf)).toEqual([['OWASP_LLM01'], ['OWASP_LLM01']]);
    expect(file.findings.map(({ unresolvedTags }) => unresolvedTags)).toEqual([['prompt_injection'], []]);
  });

  it('ziran-form has refs only for ids that mean the same in every edition, and lists the rest', async () => {
    const file = await caseOf('ziran-form.sarif');
    expect(file.scan.counts).toEqual({ in: 26, recorded: 26, skipped: {} });
    expect(new Set(file.findings.flatMap((finding) => refsOf(finding) ?? []))).toEqual(new Set(['OWASP_LLM01']));
    expect(file.findings.filter((finding) => refsOf(finding)?.length === 1)).toHaveLength(16);
    const listed = file.findings.flatMap(({ unresolvedTags }) => unresolvedTags);
    expect(listed.filter((tag) => /^owasp\/LLM0[26789] \(could be /.test(tag))).toHaveLength(25);
  });
});

it.each<[string, (ids: readonly string[]) => object, object?]>([
  ['tags of the result', (tags) => ({ properties: { tags } })],
  ['a member of its property bag', (cwe) => ({ properties: { cwe } })],
  ['nested members', (ids) => ({ properties: { frameworks: { cwe: { ids } } } })],
  ['taxa', (ids) => ({ taxa: ids.map((id) => ({ id, toolComponent: { name: 'CWE' } })) })],
])('excess %s are counted, never silently lost', async (_, of) => {
  const ids = Array.from({ length: 1500 }, (_each, index) => `CWE-${index + 1}`);
  const few = (await firstOf(run([result(of(ids.slice(0, 70)))])))?.unresolvedTags ?? [];
  expect([few.length, few.at(-1)]).toEqual([64, '(left out: at least 7 further tags)']);
  const many = (await firstOf(run([result(of(ids))])))?.unresolvedTags ?? [];
  expect([many.length, many.at(-1)]).toEqual([64, '(left out: at least 1437 further tags)']);
});

it('a control after 64 other tags is found', async () => {
  const tags = [...Array.from({ length: 100 }, (_, index) => `CWE-${index + 1}`), 'OWASP_LLM01'];
  expect((await firstOf(run([result({ properties: { tags } })])))?.refs).toMatchObject([{ ref: 'OWASP_LLM01' }]);
});

it('a taxon that only another file has is told', async () => {
  const taxa = [{ index: 3, toolComponent: { name: 'OWASP', index: 0 } }];
  const found = await firstOf(run([result({ taxa })]));
  expect(found?.unresolvedTags).toEqual(['OWASP taxon 3, which is not in the file']);
});
