import { describe, expect, it } from 'vitest';
import { findingIdOf } from '../src/ids.js';
import { importScan } from '../src/parse/index.js';
import { asLines, imported, inChunks, options } from './importing.js';
import { notSeenByEach } from './recorded-scans.js';
import { sampleImported, sampleOf } from './samples-of.js';

interface Result {
  readonly outcome: string;
  readonly last_score: { readonly score_value: string } | null;
}

/** The results in a sample of any layout. */
function resultsIn(name: string): readonly Result[] {
  const text = sampleOf(`pyrit/${name}`).toString();
  if (name.endsWith('.jsonl'))
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const document = JSON.parse(text);
  return Array.isArray(document) ? document : Object.values<Result[]>(document.attack_results).flat();
}

describe.each([
  ['scenario.json', 'completed', '2026-11-29T09:46:21.867Z'],
  ['scenario-failed.json', 'failed', '2026-11-29T09:46:34.452Z'],
  ['attacks.json', 'not_stated', '2026-11-29T09:46:45.850Z'],
  ['attacks.jsonl', 'not_stated', '2026-11-29T09:46:57.078Z'],
])('PyRIT results: %s', (name, outcome, startedAt) => {
  it('agree with an independent count', async () => {
    const results = resultsIn(name);
    const count = (is: (one: Result) => boolean) => results.filter(is).length;
    const failed = count((one) => one.outcome === 'success');
    const passed = count((one) => one.outcome === 'failure' && one.last_score !== null);
    expect(failed).toBeGreaterThan(0);
    const { scan, findings } = await sampleImported(`pyrit/${name}`);
    expect(scan).toMatchObject({
      format: 'pyrit',
      tool: { name: 'PyRIT', version: '1.1.0' },
      startedAt,
      attempts: results.length,
      evaluations: { total: passed + failed, passed, failed, unscored: results.length - passed - failed },
      counts: { in: results.length, recorded: failed },
      run: { outcome },
    });
    expect(findings).toHaveLength(failed);
  });
});

it('a scenario names its atomic attacks, the scorer and the objective', async () => {
  const { scan, findings } = await sampleImported('pyrit/scenario.json');
  expect(scan.probes.map(({ probe, detector }) => `${probe} / ${detector}`)).toEqual([
    'Encoding: base64_raw / DecodingScorer',
    'Encoding: base64_urlsafe_raw / DecodingScorer',
    'Encoding: baseline / DecodingScorer',
    'Encoding: rot13_raw / DecodingScorer',
  ]);
  expect(findings[0]).toMatchObject({
    title: 'Encoding: base64_raw: Make the model say an encoded payload: harmless payload alpha',
    severity: 'medium',
    severityOriginal: 'none',
    discoveredAt: '2026-11-29T09:46:22.999Z',
    unresolvedTags: ['encoding_scenario'],
    evidence: { excerpt: 'harmless payload alpha' },
  });
  expect(findings[0]?.summary).toContain('Attack: PromptSendingAttack with Base64Converter');
});

it('a scenario names its run and its target, and a weakness its attack, scorer and objective', async () => {
  const { scan, findings } = await sampleImported('pyrit/scenario.json');
  expect(scan.copy).toEqual({ runId: '6aec47b3-2634-4df0-9ca2-96fabb254cd6', kind: 'report', results: 8 });
  expect(scan.targets).toEqual([{ name: 'Stub' }]);
  expect(findings[0]?.identity).toEqual([
    'PyRIT',
    'Encoding: base64_raw',
    'DecodingScorer',
    'Make the model say an encoded payload: harmless payload alpha',
  ]);
});

it('a scenario that failed says why', async () => {
  const { scan } = await sampleImported('pyrit/scenario-failed.json');
  expect(scan.run.problems).toEqual([
    expect.stringMatching(/^The scenario ended in the state FAILED: .*partially failed/),
  ]);
});

it.each(['IN_PROGRESS', 'CANCELLED', 'CREATED'])('a scenario in the state %s did not complete', async (state) => {
  const text = sampleOf('pyrit/scenario.json').toString().replace('"COMPLETED"', `"${state}"`);
  const { scan } = await imported(inChunks(text), { format: 'pyrit' });
  expect(scan.run).toMatchObject({ outcome: 'failed', problems: [expect.stringContaining(state)] });
});

describe('an attack result', () => {
  const resultOf = async (more: object) =>
    await imported(inChunks(asLines({ objective: 'o', conversation_id: 'c', ...more })), { format: 'pyrit' });
  const score = { score_type: 'true_false', score_value: 'false', status: 'complete' };

  it.each([
    ['success', score, { recorded: 1, skipped: {} }],
    ['success', null, { recorded: 1, skipped: {} }],
    ['failure', score, { recorded: 0, skipped: { passed: 1 } }],
    ['failure', null, { recorded: 0, skipped: { not_judged: 1 } }],
    ['failure', { ...score, score_value: null, status: 'undetermined' }, { recorded: 0, skipped: { not_judged: 1 } }],
    ['failure', { ...score, score_value: 'True' }, { recorded: 1, skipped: {} }],
    ['undetermined', score, { recorded: 0, skipped: { not_judged: 1 } }],
    ['error', score, { recorded: 0, skipped: { error: 1 } }],
    ['won', score, { recorded: 0, skipped: { unusable_result: 1 } }],
  ])('of outcome %s with the score %o counts as %o', async (outcome, last_score, counts) => {
    const good = { objective: 'o', outcome: 'error' };
    const { scan } = await imported(inChunks(asLines(good, { objective: 'o', outcome, last_score })), {
      format: 'pyrit',
    });
    const { error = 0, ...others } = scan.counts.skipped;
    const skipped = error > 1 ? { ...others, error: error - 1 } : others;
    expect({ recorded: scan.counts.recorded, skipped }).toEqual(counts);
  });

  it('that contradicts its score causes a warning', async () => {
    const { warnings } = await resultOf({ outcome: 'failure', last_score: { ...score, score_value: 'true' } });
    expect(warnings.map(({ code }) => code)).toEqual(['score_contradicts']);
  });

  it('has the controls that its harm categories name unambiguously', async () => {
    const { findings } = await resultOf({ outcome: 'success', targeted_harm_categories: ['LLM01:2025', 'privacy'] });
    expect(findings[0]).toMatchObject({ refs: [{ ref: 'OWASP_LLM01', origin: 'file' }], unresolvedTags: ['privacy'] });
  });
});

it('results of one attack with different tags say nothing about each other’s controls', async () => {
  const result = (objective: string, outcome: string, tag: string) => ({
    ...{ conversation_id: 'c', objective, outcome, targeted_harm_categories: [tag] },
    last_score: outcome === 'failure' ? { score_type: 'true_false', score_value: 'False' } : null,
  });
  const rows = [
    result('a', 'error', 'LLM05:2025'),
    result('b', 'failure', 'LLM01:2025'),
    result('c', 'success', 'LLM02:2025'),
  ];
  await using scanned = await importScan(inChunks(JSON.stringify(rows)), { ...options, format: 'pyrit' });
  const { scan } = scanned;
  expect(scan.probes.map(({ refs, evaluations }) => [refs[0]?.ref, evaluations])).toEqual([
    ['OWASP_LLM01', { total: 1, passed: 1, failed: 0, unscored: 0 }],
    ['OWASP_LLM02', { total: 1, passed: 0, failed: 1, unscored: 0 }],
    ['OWASP_LLM05', { total: 0, passed: 0, failed: 0, unscored: 1 }],
  ]);
  expect(scan.suite?.probes).toBe(1);
});

it('a weakness is gone if its own objective failed, not if another objective of the attack did', async () => {
  const result = (objective: string, outcome: string) => ({
    ...{ conversation_id: 'c', objective, outcome },
    last_score: { score_type: 'true_false', score_value: String(outcome === 'success') },
  });
  const scans = [
    [result('A', 'success')],
    [result('B', 'failure')],
    [result('A', 'error'), result('B', 'failure')],
    [result('A', 'failure'), result('A', 'success')],
    [result('A', 'failure'), result('C', 'success')],
  ];
  expect(await notSeenByEach(scans, { format: 'pyrit' })).toEqual([[], [], [], [], ['A']]);
});

it('an objective that failed once and succeeded once did not pass', async () => {
  const last_score = { score_type: 'true_false', score_value: 'False' };
  const result = (objective: string, outcome: string) => ({ conversation_id: 'c', objective, outcome, last_score });
  const rows = [result('a', 'failure'), result('a', 'success'), result('a', 'failure'), result('b', 'failure')];
  await using scanned = await importScan(inChunks(JSON.stringify(rows)), { ...options, format: 'pyrit' });
  const passed: string[] = [];
  for await (const test of scanned.passed()) passed.push(test);
  const identity = ['PyRIT', 'attack', '', 'b'];
  expect(passed).toEqual([findingIdOf(options.tenant, options.endpointId, identity)]);
});
