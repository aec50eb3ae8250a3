import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completion, digest, evaluation, init } from './garak-file.js';
import { asLines, frameworks, imported, inChunks, refusalOf } from './importing.js';

const caseOf = (name: string, more: object = {}) =>
  imported(createReadStream(new URL(`cases/${name}`, import.meta.url)), { format: 'garak', ...more });

describe('a probe that garak does not ship', () => {
  it('has no known edition: its OWASP tag is listed with its possible meanings, and is not a ref', async () => {
    const { scan, findings } = await caseOf('garak-custom-probe-2025-a.report.jsonl');
    for (const each of [findings[0], scan.probes[0]]) {
      expect(each?.refs).toEqual([]);
      expect(each?.unresolvedTags).toEqual([
        'cwe:1395',
        expect.stringMatching(/^owasp:llm04 \(could be OWASP_LLM04 or /),
      ]);
    }
  });

  it.each([
    ['2025', 'OWASP_LLM04'],
    ['2023', 'OWASP_LLM_2023_04'],
  ])('has the edition that is stated at the import: %s', async (owaspLlmEdition, ref) => {
    const { findings } = await caseOf('garak-custom-probe-2025-a.report.jsonl', { owaspLlmEdition });
    const [stated] = findings[0]?.refs ?? [];
    const recorded = frameworks.meaningOf(ref);
    expect(stated?.ref).toBe(recorded.kind === 'ref' && recorded.ref);
    expect(stated?.source).toContain(`of the edition ${owaspLlmEdition}, as stated at the import`);
    expect(findings[0]?.unresolvedTags).toEqual(['cwe:1395']);
  });

  it('does not change the edition of the probes that garak ships', async () => {
    const { findings } = await imported(
      inChunks(asLines(digest('lmrc.Profanity', 'a.A', { passed: 0, total: 1 }, { probe_tags: ['owasp:llm06'] }))),
      { owaspLlmEdition: '2025' },
    );
    expect(findings[0]?.refs).toMatchObject([{ ref: 'OWASP_LLM02', native: 'owasp:llm06' }]);
  });

  it('applies the stated edition to SARIF tags, except tags that name theirs', async () => {
    const tags = ['owasp/LLM06', 'LLM06:2026', 'ASI01'];
    const log = { version: '2.1.0', runs: [{ results: [{ ruleId: 'R', message: {}, properties: { tags } }] }] };
    const { findings } = await imported(inChunks(JSON.stringify(log)), { format: 'sarif', owaspLlmEdition: '2025' });
    expect(findings[0]?.refs.map(({ ref }) => ref)).toContain('OWASP_LLM06');
    expect(findings[0]?.refs.find(({ native }) => native === 'LLM06:2026')?.ref).not.toBe('OWASP_LLM06');
    expect(findings[0]?.unresolvedTags).toEqual([]);
  });

  it('is refused with an edition that does not exist, and the refusal lists the others', async () => {
    const refused = caseOf('garak-custom-probe-2025-a.report.jsonl', { owaspLlmEdition: '2024' });
    expect(await refusalOf(refused)).toMatchObject({
      code: 'edition_unknown',
      facts: { value: '2024', allowed: ['2023', '2025', '2026'] },
    });
  });
});

it('spellings of the AI Act on a garak probe mean its articles', async () => {
  const { findings } = await caseOf('garak-euai.report.jsonl');
  expect(findings[0]?.refs.map(({ ref, native }) => [ref, native])).toEqual([
    ['EU_AI_ACT_Art15', 'euai:art15'],
    ['EU_AI_ACT_Art5', 'euai:art5'],
    ['OWASP_LLM01', 'owasp:llm01'],
  ]);
  expect(findings[0]?.unresolvedTags).toEqual([]);
});

describe('a tool newer than our table of its tags', () => {
  const failed = {
    ...{ success: false, failureReason: 1, response: { output: 'Sure.' } },
    gradingResult: { pass: false, reason: 'r' },
  };
  const evalOf = (promptfooVersion: string, pluginId: string) =>
    JSON.stringify({
      ...{ evalId: 'e', metadata: { promptfooVersion } },
      results: { version: 3, results: [{ ...failed, metadata: { pluginId } }] },
    });
  const garakOf = (garak_version: string, probe: string) =>
    asLines({ ...init, garak_version }, evaluation(probe, 'd.D', 0, 1), completion);

  it.each([
    ['promptfoo', evalOf('0.124.0', 'pii:direct'), true],
    ['promptfoo', evalOf('0.123.1', 'pii:direct'), false],
    ['promptfoo', evalOf('0.124.0', 'own:plugin'), false],
    ['garak', garakOf('0.18.0', 'dan.Dan_11_0'), true],
    ['garak', garakOf('0.16.1', 'dan.Dan_11_0'), false],
    ['garak', garakOf('0.18.0', 'own.Probe'), false],
  ])('of %s is read with the newest table, with a warning: %s', async (format, text, isTold) => {
    const { warnings } = await imported(inChunks(text), { format, strict: true });
    expect(warnings.map(({ code }) => code)).toEqual(isTold ? ['tags_of_newer_version'] : []);
  });
});
