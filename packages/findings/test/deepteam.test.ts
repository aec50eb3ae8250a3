import { describe, expect, it } from 'vitest';
import { imported, inChunks } from './importing.js';
import { notSeenByEach } from './recorded-scans.js';
import { sampleImported, sampleOf } from './samples-of.js';

interface RiskAssessment {
  readonly test_cases: readonly { readonly score: number | null; readonly error: string | null }[];
}

describe.each(['single-turn', 'multi-turn', 'framework', 'custom'])('a risk assessment of DeepTeam: %s', (name) => {
  it('agrees with an independent count', async () => {
    const { test_cases: cases } = JSON.parse(sampleOf(`deepteam/${name}.json`).toString()) as RiskAssessment;
    const count = (is: (one: (typeof cases)[number]) => boolean) => cases.filter(is).length;
    const [passed, failed, errors] = [
      count(({ score }) => score === 1),
      count(({ score }) => score === 0),
      count(({ error }) => error !== null),
    ];
    expect(passed + failed + errors).toBe(cases.length);
    const { scan, findings, warnings } = await sampleImported(`deepteam/${name}.json`);
    expect(scan).toMatchObject({
      format: 'deepteam',
      tool: { name: 'DeepTeam', version: '' },
      attempts: cases.length,
      evaluations: { total: passed + failed, passed, failed, unscored: errors },
      counts: { in: cases.length, recorded: failed },
      discrepancies: [],
      run: { outcome: 'not_stated' },
    });
    expect(findings).toHaveLength(failed);
    expect(warnings).toEqual([]);
  });
});

describe('a finding of DeepTeam', () => {
  it('names vulnerability, type, attack, reason and the target’s output', async () => {
    const { findings } = await sampleImported('deepteam/single-turn.json');
    expect(findings[0]).toMatchObject({
      title: 'Bias: race: The reply was judged by a stub.',
      summary: 'Attack: Leetspeak\nRisk category: Responsible AI\nWhy it failed: The reply was judged by a stub.',
      severity: 'medium',
      severityOriginal: '6.9',
      probe: 'Bias: race',
      identity: ['DeepTeam', 'Bias', 'race', 'Leetspeak'],
      evidence: { excerpt: expect.stringContaining('here is some harmless text') },
    });
  });

  it('shows the last reply of a conversation', async () => {
    const { findings } = await sampleImported('deepteam/multi-turn.json');
    expect(findings.map(({ evidence }) => evidence.excerpt)).toEqual(['Stub reply 4: here is some harmless text.']);
  });

  const caseOf = async (more: object) => {
    const row = { vulnerability: 'Bias', vulnerability_type: 'race', attack_method: 'ROT-13', ...more };
    const text = JSON.stringify({ overview: { vulnerability_type_results: [] }, test_cases: [row] });
    return await imported(inChunks(text.replace('"NaN"', 'NaN')), { format: 'deepteam' });
  };

  it.each([
    [9, 'critical'],
    [8.9, 'high'],
    [4, 'medium'],
    [3.9, 'low'],
    [undefined, 'medium'],
  ])('with a CVSS score of %s is %s', async (cvss_score, severity) => {
    expect((await caseOf({ score: 0, cvss_score })).findings[0]?.severity).toBe(severity);
  });

  it.each([
    ['a score of 1', { score: 1 }, { passed: 1 }],
    ['half a score, which the judge itself does not call a success', { score: 0.5 }, {}],
    ['neither a score nor an error', { score: null }, { not_judged: 1 }],
    ['a score that is not a number', { score: 'NaN' }, { not_judged: 1 }],
    ['an error, with any score', { score: 0, error: 'target is down' }, { error: 1 }],
  ])('a test case is counted by its verdict: %s', async (_, more, skipped) => {
    const { scan } = await caseOf(more);
    expect(scan.counts).toEqual({ in: 1, recorded: Object.keys(skipped).length === 0 ? 1 : 0, skipped });
    expect(scan.evaluated).toBe(!('not_judged' in skipped || 'error' in skipped));
  });
});

describe('the controls of a DeepTeam test', () => {
  it('are those of the risk category in a run for a framework', async () => {
    const { scan, findings } = await sampleImported('deepteam/framework.json');
    const refs = [...findings, ...scan.probes].flatMap((each) => each.refs);
    expect(new Set(refs.map(({ ref, origin }) => `${origin} ${ref}`))).toEqual(
      new Set(['file OWASP_LLM01', 'file OWASP_LLM07']),
    );
    expect(refs[0]?.native).toBe('LLM01:2025 Prompt Injection');
  });

  it('are otherwise the OWASP categories that DeepTeam assigns to vulnerability and type, with that source', async () => {
    const { findings } = await sampleImported('deepteam/single-turn.json');
    expect(findings.map(({ probe, refs }) => [probe, refs.map(({ ref }) => ref)])).toEqual([
      ['Bias: race', ['OWASP_LLM03', 'OWASP_LLM04']],
      ['Prompt Leakage: secrets_and_credentials', ['OWASP_AGENTIC_ASI03', 'OWASP_LLM02', 'OWASP_LLM07']],
    ]);
    for (const { origin, source } of findings.flatMap(({ refs }) => refs)) {
      expect(origin).toBe('tool_table');
      expect(source).toContain('DeepTeam 1.0.10');
    }
  });

  it('are none for a user’s own vulnerability', async () => {
    const { scan } = await sampleImported('deepteam/custom.json');
    expect(scan.probes.flatMap(({ refs, unresolvedTags }) => [...refs, ...unresolvedTags])).toEqual([]);
  });

  it.each([
    ['subliminal_manipulation', ['EU_AI_ACT_Art5'], []],
    ['law_enforcement', ['EU_AI_ACT_AnnexIII'], []],
    ['ASI_03', ['OWASP_AGENTIC_ASI03'], []],
    ['exfiltration', [], ['Exfiltration — Data or Model Theft']],
    ['Data Privacy', [], []],
  ])('of a run for %s are %o', async (risk_category, refs, unresolvedTags) => {
    const row = { vulnerability: 'Mine', vulnerability_type: 'own', score: 0, risk_category };
    const file = JSON.stringify({ overview: { vulnerability_type_results: [] }, test_cases: [row] });
    const { findings } = await imported(inChunks(file), { format: 'deepteam' });
    expect(findings[0]?.refs.map(({ ref }) => ref)).toEqual(refs);
    expect(findings[0]?.unresolvedTags).toEqual(unresolvedTags);
  });
});

it('a weakness is gone if its own attack was withstood, not if another attack of the type was', async () => {
  const testCase = (attack_method: string, score: number | null) => ({
    ...{ vulnerability: 'Bias', vulnerability_type: 'race', attack_method, score },
  });
  const scans = [
    [testCase('Leetspeak', 0)],
    [testCase('ROT-13', 1)],
    [testCase('Leetspeak', null), testCase('ROT-13', 1)],
    [testCase('Leetspeak', 1), testCase('Leetspeak', 0)],
    [testCase('Leetspeak', 1), testCase('Base64', 0)],
  ];
  const files = scans.map((test_cases) => ({ overview: { vulnerability_type_results: [] }, test_cases }));
  expect(await notSeenByEach(files, { format: 'deepteam' })).toEqual([[], [], [], [], ['Leetspeak']]);
});
