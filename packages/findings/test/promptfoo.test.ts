import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import table from '../../frameworks/data/tags/promptfoo.json' with { type: 'json' };
import { refsOfAttack, refsOfPlugin } from '../src/parse/promptfoo/tags.js';
import { asLines, checkScan, frameworks, imported, inChunks, refusalOf } from './importing.js';

const assertionOf = (type: string, pass: boolean, reason: string, more: object = {}) => ({
  ...{ pass, score: Number(pass), reason, assertion: { type } },
  ...more,
});
const passed = {
  ...{ success: true, failureReason: 0 },
  gradingResult: { pass: true, componentResults: [assertionOf('not-contains', true, 'Assertion passed')] },
};
const failed = {
  success: false,
  failureReason: 1,
  error: 'Expected output to not contain "stereotypes"',
  gradingResult: { pass: false, reason: 'Expected output to not contain "stereotypes"' },
  response: { output: 'Sure, write to jane@example.com' },
  provider: { id: 'openai:gpt-5', label: '' },
  testCase: { assert: [{ type: 'not-contains' }, { type: 'llm-rubric' }] },
  metadata: {
    pluginId: 'harmful:hate',
    strategyId: 'jailbreak',
    severity: 'Critical',
    harmCategory: 'Hate',
    goal: 'Hate',
  },
};
const errored = { success: false, failureReason: 2, error: 'API error: 504', gradingResult: null };

const evalOf = (results: readonly unknown[], more: object = {}) => ({
  evalId: 'eval-1',
  results: { version: 3, timestamp: '2026-06-23T17:14:06.067Z', prompts: [], results, ...more },
  metadata: { promptfooVersion: '0.118.0', evaluationCreatedAt: '2026-06-23T17:00:00.000Z' },
});
const read = (document: unknown) => imported(inChunks(JSON.stringify(document), 100), { format: 'promptfoo' });

describe('a promptfoo eval', () => {
  it('gives one finding for each failed result, and counts passes, and errors as not judged', async () => {
    const file = await read(evalOf([passed, failed, failed, errored]));
    checkScan(file);
    expect(file.scan).toMatchObject({
      tool: { name: 'promptfoo', version: '0.118.0' },
      startedAt: '2026-06-23T17:00:00.000Z',
      attempts: 4,
      evaluations: { total: 3, passed: 1, failed: 2, unscored: 1 },
      counts: { in: 4, recorded: 2, skipped: { passed: 1, error: 1 } },
    });
    expect(file.findings[0]).toMatchObject({
      title: 'Hate (harmful:hate): Expected output to not contain "stereotypes"',
      severity: 'critical',
      severityOriginal: 'Critical',
      probe: 'harmful:hate',
      detector: 'llm-rubric, not-contains',
      evidence: { excerpt: 'Sure, write to [redacted: email]', hits: 1, evaluations: 1 },
    });
    expect(file.findings[0]?.summary).toContain('Strategy: jailbreak');
    expect(file.warnings).toEqual([]);
  });

  it('has the 2025 refs of the plugin’s tags in promptfoo, and lists unknown tags', async () => {
    const { findings, scan } = await read(evalOf([failed]));
    expect(findings[0]?.refs.map(({ ref, native }) => [ref, native])).toEqual([
      ['EU_AI_ACT_AnnexIII', 'eu:ai-act:annex3:migration-border'],
      ['NIST_AI_600_1_MS_2_11', 'nist:ai:measure:2.11'],
      ['OWASP_LLM04', 'owasp:llm:04'],
    ]);
    expect(findings[0]?.unresolvedTags).toEqual([
      'iso:42001:fairness (a theme of promptfoo, not a number of ISO/IEC 42001)',
      "owasp:llm:redteam:runtime (a phase of OWASP's red teaming guide, which has no controls)",
    ]);
    expect(scan.probes[0]?.refs.map(({ ref }) => ref)).toEqual(findings[0]?.refs.map(({ ref }) => ref));
    const unknown = await read(evalOf([{ ...failed, metadata: { pluginId: 'own:plugin' } }]));
    expect(unknown.findings[0]).toMatchObject({ refs: [], unresolvedTags: [], probe: 'own:plugin' });
  });

  it.each([
    [undefined, 'medium', 'none'],
    ['informational', 'info', 'informational'],
    ['P1', 'medium', 'P1'],
    [2, 'medium', '2'],
  ])('with the severity %o is %s', async (severity, expected, severityOriginal) => {
    const { findings, warnings } = await read(evalOf([{ ...failed, metadata: { severity } }]));
    expect(findings[0]).toMatchObject({ severity: expected, severityOriginal });
    expect(warnings.map(({ code }) => code)).toEqual(/\d/.test(severityOriginal) ? ['severity_unknown'] : []);
  });

  it.each([
    [{}, ['promptfoo:redteam:pii'], 'pii'],
    [{}, ['llm-rubric', 'promptfoo:redteam:harmful:hate'], 'harmful:hate'],
    [{}, ['promptfoo:redteam:pii', 'promptfoo:redteam:rbac'], 'assertions'],
    [{ pluginId: 'promptfoo:redteam:rbac' }, ['promptfoo:redteam:pii'], 'rbac'],
  ])('of a red team whose metadata are %o, judged by %o, is of the plugin %s', async (metadata, types, plugin) => {
    const testCase = { assert: types.map((type) => ({ type })) };
    const { findings } = await read(evalOf([{ ...failed, metadata, testCase }]));
    expect(findings[0]?.probe).toBe(plugin);
    expect(findings[0]?.refs.length).toBe(refsOfPlugin(plugin, frameworks).refs.length);
  });

  it('without a plugin is told apart by its assertions', async () => {
    const { scan, findings } = await read(evalOf([{ ...failed, metadata: {}, description: 'Greets politely' }]));
    expect(findings[0]).toMatchObject({ probe: 'assertions', detector: 'llm-rubric, not-contains', refs: [] });
    expect(findings[0]?.title).toMatch(/^Greets politely \(assertions\): /);
    expect(scan.probes).toHaveLength(1);
  });

  it('whose judge failed has no verdict', async () => {
    const componentResults = [{ pass: false, metadata: { graderError: true } }];
    const { scan } = await read(evalOf([{ ...failed, gradingResult: { pass: false, componentResults } }]));
    expect(scan).toMatchObject({ evaluated: false, counts: { in: 1, recorded: 0, skipped: { error: 1 } } });
  });

  it('without results is not evaluated', async () => {
    const { scan, findings } = await read(evalOf([]));
    expect(scan).toMatchObject({ evaluated: false, attempts: 0, probes: [], counts: { in: 0, recorded: 0 } });
    expect(findings).toEqual([]);
  });

  it('with rows without a verdict skips and names them', async () => {
    const { scan, warnings } = await read(evalOf([passed, {}, 'text', null, { success: 'yes' }]));
    expect(scan.counts).toEqual({ in: 5, recorded: 0, skipped: { passed: 1, unusable_result: 4 } });
    expect(warnings[0]).toMatchObject({ code: 'unusable_result', message: expect.stringMatching(/^Result 2 /) });
  });

  it('whose totals contradict its results records both', async () => {
    const stats = { successes: 3, failures: 1, errors: 0 };
    const { scan } = await read(evalOf([passed, failed], { stats }));
    expect(scan.discrepancies).toEqual([{ subject: 'stats: successes', stated: 3, counted: 1 }]);
    const old = await read(evalOf([passed, failed, errored], { stats: { successes: 1, failures: 2 } }));
    expect(old.scan.discrepancies).toEqual([]);
    const prompts = [1, 2].map((count) => ({ metrics: { testPassCount: count, testFailCount: 0, testErrorCount: 0 } }));
    const metered = await read(evalOf([passed, failed], { prompts }));
    expect(metered.scan.discrepancies).toEqual([
      { subject: 'prompts: successes', stated: 3, counted: 1 },
      { subject: 'prompts: failures', stated: 0, counted: 1 },
    ]);
  });
});

describe('older and other layouts', () => {
  const old = {
    success: false,
    error: 'Expected x',
    response: { output: 'y' },
    prompt: { raw: 'p', display: 'p' },
    vars: {},
  };
  const oldError = { success: false, error: '429 Too Many Requests', prompt: { raw: 'p' } };

  it.each([
    ['what evaluate() returns', { version: 2, results: [passed, old, oldError], stats: { successes: 1, failures: 2 } }],
    ['a list', [passed, old, oldError]],
    [
      'the records of a shared eval',
      { results: [passed, { ...old, response: undefined, providerResponse: old.response }, oldError] },
    ],
    ['results within results', { results: { version: 1, results: [passed, old, oldError] }, config: {} }],
  ])('%s: with an output it is a failure, without one an error', async (_, document) => {
    const { scan } = await read(document);
    expect(scan.counts).toEqual({ in: 3, recorded: 1, skipped: { passed: 1, error: 1 } });
    expect(scan.discrepancies).toEqual([]);
  });

  it('JSON Lines: a broken line is named and the rest is kept, or all is refused under strict', async () => {
    const lines = asLines(passed, '{"success":', failed, '[]', '');
    const { scan, warnings } = await imported(inChunks(lines, 10), { format: 'promptfoo' });
    expect(scan.counts).toEqual({ in: 4, recorded: 1, skipped: { passed: 1, not_json: 1, not_an_object: 1 } });
    expect(warnings.map(({ line }) => line)).toEqual([2, 4]);
    const strictly = imported(inChunks(lines), { format: 'promptfoo', strict: true });
    expect(await refusalOf(strictly)).toMatchObject({
      code: 'not_flawless',
      message: expect.stringContaining('line 2'),
    });
    const clean = imported(inChunks(asLines(passed, failed)), { format: 'promptfoo', strict: true });
    expect(await refusalOf(clean)).toBeUndefined();
  });
});

describe('a table of results', () => {
  const test = { metadata: { pluginId: 'pii', severity: 'high' }, assert: [{ type: 'is-json' }] };
  const cells = [
    { pass: true, score: 1, text: 'No.', prompt: 'p' },
    { pass: false, score: 0, text: 'Not JSON\n---\nSure, it is 42.', prompt: 'p', provider: 'openai:gpt-5' },
    { pass: false, score: 0, text: '429 Too Many Requests\n---\n', prompt: 'p' },
  ];
  const table = { head: { prompts: [{ raw: 'p' }], vars: ['q'] }, body: [{ outputs: cells, vars: ['v'], test }] };
  const stats = { successes: 1, failures: 2 };

  it.each([
    ['within results', { version: 2, results: { stats, table } }],
    ['alone', { table, stats }],
    ['in addition to an empty list', { results: { version: 2, results: [], table, stats } }],
    ['as returned by promptfoo’s server', { data: { version: 2, results: { stats, table } } }],
  ])('%s replaces the list: a row has the test, a cell the verdict', async (_, document) => {
    const file = await read(document);
    checkScan(file);
    expect(file.scan).toMatchObject({
      evaluations: { total: 2, passed: 1, failed: 1, unscored: 1 },
      counts: { in: 3, recorded: 1, skipped: { passed: 1, error: 1 } },
      discrepancies: [],
    });
    expect(file.findings).toMatchObject([
      {
        ...{ title: 'pii: Not JSON', severity: 'high', probe: 'pii', detector: 'is-json' },
        evidence: { excerpt: 'Sure, it is 42.' },
      },
    ]);
  });

  it('in addition to the list is not counted twice, whichever comes first', async () => {
    for (const results of [
      { version: 2, results: [passed, failed], table },
      { version: 2, table, results: [passed, failed] },
    ]) {
      const file = await read({ results });
      expect(file.scan.counts).toEqual({ in: 2, recorded: 1, skipped: { passed: 1 } });
      expect(file.findings).toMatchObject([{ probe: 'harmful:hate' }]);
    }
  });

  it('of the first versions has verdicts in the text, and cells without one are named', async () => {
    const body = [{ outputs: ['[PASS] Hello', '[FAIL] Expected x\n---\ny', 'z', 7], vars: [] }, 'odd'];
    const { scan, findings, warnings } = await read({ version: 1, results: { table: { head: {}, body } } });
    expect(scan.counts).toEqual({ in: 5, recorded: 1, skipped: { unscored: 1, unusable_result: 3 } });
    expect(findings).toMatchObject([{ title: 'assertions: Expected x', evidence: { excerpt: 'y' } }]);
    expect(warnings[0]?.message).toMatch(/^Result 3 /);
  });
});

it('every tag that promptfoo assigns to a plugin is resolved, except its own themes and phases, and other lists', () => {
  const plugins = Object.keys(table.probes);
  expect(plugins).toHaveLength(61);
  const unresolved = plugins.flatMap((plugin) => refsOfPlugin(plugin, frameworks).unresolvedTags);
  expect(unresolved.filter((tag) => !/^(iso:42001|owasp:api|owasp:llm:redteam):/.test(tag))).toEqual([]);
});

it('an attack has the refs of its plugin, and says which of them its strategy also has', () => {
  const sourceOf = (strategy: string) =>
    Object.fromEntries(refsOfAttack('bfla', strategy, frameworks).refs.map(({ ref, source }) => [ref, source]));
  const ofPlugin = sourceOf('own-strategy');
  const shared = expect.stringMatching(/^tags of the plugin and the strategy /);
  expect(sourceOf('jailbreak')).toEqual({
    ...ofPlugin,
    MITRE_ATLAS_AML_TA0012: shared,
    OWASP_AGENTIC_ASI03: shared,
    OWASP_LLM06: shared,
  });
  expect(sourceOf('base64')).toEqual(ofPlugin);
});

it('the refs of every plugin agree with an independent reading of promptfoo’s source', ({ skip }) => {
  const path = fileURLToPath(new URL('../../../../shared/data/frameworks/probe_tags.json', import.meta.url));
  if (!existsSync(path)) skip(`${path} is not here; it is not part of the repository`);
  const { promptfoo } = JSON.parse(readFileSync(path, 'utf8')) as {
    promptfoo: { probes: Record<string, { refs: string[]; group_refs?: string[] }> };
  };
  for (const [plugin, { refs, group_refs: tactics = [] }] of Object.entries(promptfoo.probes)) {
    const read = refsOfPlugin(plugin, frameworks).refs.map(({ ref }) => ref);
    expect([plugin, read]).toEqual([plugin, [...refs, ...tactics].toSorted()]);
  }
});
