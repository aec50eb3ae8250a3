import { describe, expect, it } from 'vitest';
import { firstOf, result, run } from './sarif-file.js';

describe('a SARIF result', () => {
  it('has the refs that its tags and taxa name beyond doubt; the rest is listed', async () => {
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

  it('says of a paragraph of the AI Act that we do not know that it was not checked', async () => {
    const finding = await firstOf(run([result({ properties: { tags: ['Art. 15(4)', 'Article 50(9)'] } })]));
    expect(finding?.refs.map(({ ref, native, source }) => [ref, native, source])).toEqual([
      ['EU_AI_ACT_Art15', 'Art. 15(4)', 'tags and taxa in the SARIF file'],
      ['EU_AI_ACT_Art50', 'Article 50(9)', 'tags and taxa in the SARIF file; paragraph not checked'],
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
  ])('is of the taxonomy that its taxon %o names, and of no other', async (taxon, ref) => {
    const finding = await firstOf(run([result({ taxa: [taxon] })]));
    expect(finding?.refs.map((each) => each.ref)).toEqual(ref === undefined ? [] : [ref]);
    expect(finding?.unresolvedTags).toHaveLength(ref === undefined ? 1 : 0);
  });
});
