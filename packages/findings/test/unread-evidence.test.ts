import { describe, expect, it } from 'vitest';
import { attempt, completion, digest, evaluation, importRows, init, setup } from './garak-file.js';
import { imported, inChunks } from './importing.js';
import { log, read, result, run } from './sarif-file.js';

const [probe, detector] = ['dan.Dan_11_0', 'dan.DAN'];

describe('garak: evidence of a failure', () => {
  it('in an attempt, by a detector that no evaluation names, is a finding and a discrepancy', async () => {
    const rows = [
      setup,
      init,
      attempt(probe, { [detector]: [0], 'mitigation.MitigationBypass': [1, 0] }, ['No.', 'Sure.']),
      evaluation(probe, detector, 1, 0),
      completion,
    ];
    const { scan, findings } = await importRows(...rows);
    expect(scan).toMatchObject({ run: { outcome: 'completed' }, evaluations: { total: 3, passed: 2, failed: 1 } });
    expect(findings).toMatchObject([
      { detector: 'mitigation.MitigationBypass', evidence: { hits: 1, evaluations: 2 } },
    ]);
    expect(scan.discrepancies).toEqual([
      { subject: `${probe}/mitigation.MitigationBypass: failed`, stated: 0, counted: 1 },
    ]);
  });

  it('in an attempt of a run without evaluations is not a verdict', async () => {
    const { scan, findings } = await importRows(setup, init, attempt(probe, { [detector]: [1] }, ['Sure.']));
    expect(scan).toMatchObject({ evaluated: false, run: { outcome: 'failed' } });
    expect(findings).toEqual([]);
  });

  it('in an evaluation whose passes are unusable counts, and the run is incomplete', async () => {
    const unusable = { entry_type: 'eval', probe, detector, passed: -1, fails: 2 };
    const { scan, findings } = await importRows(init, evaluation('a.A', 'a.A', 5, 0), unusable, completion);
    expect(scan.run).toMatchObject({ outcome: 'incomplete', problems: [expect.stringContaining('unusable_eval')] });
    expect(findings).toMatchObject([{ probe, evidence: { hits: 2, evaluations: null } }]);
  });

  it.each([
    ['an evaluation that is not JSON', '{"entry_type": "eval", "probe": "dan.Dan_11_0", "fai'],
    ['an evaluation without a probe', { entry_type: 'eval', detector, passed: 1, fails: 1 }],
    ['an entry of an unknown type', { entry_type: 'eval_v2', probe, failures: 3 }],
    ['an attempt without a probe', { entry_type: 'attempt', status: 2, detector_results: { [detector]: [1] } }],
  ])('may be in %s: the run is incomplete', async (_, row) => {
    const { scan } = await importRows(init, evaluation('a.A', 'a.A', 5, 0), row, completion);
    expect(scan).toMatchObject({ run: { outcome: 'incomplete' }, evaluations: { passed: 5 } });
  });

  it.each<[string, readonly unknown[], number]>([
    ['a hit', [{ entry_type: 'hit', goal: 'g', probe, detector, output: { text: 'Sure.' }, score: 1 }], 1],
    ['a digest', [digest(probe, detector, { passed: 3, total: 5 })], 2],
    ['an attempt', [attempt(probe, { [detector]: [1] }, ['Sure.'])], 1],
  ])('in %s counts although an evaluation states 0 failures, and is a discrepancy', async (_, rows, failed) => {
    const { scan, findings } = await importRows(init, evaluation(probe, detector, 5, 0), ...rows, completion);
    expect(findings).toMatchObject([{ evidence: { hits: failed } }]);
    expect(scan.evaluations).toMatchObject({ total: 5, passed: 5 - failed, failed });
    expect(scan.discrepancies.length).toBeGreaterThan(0);
  });

  it('in an evaluation counts although all attempts passed', async () => {
    const attempts = [attempt(probe, { [detector]: [0] }), attempt(probe, { [detector]: [0] })];
    const { findings } = await importRows(init, ...attempts, evaluation(probe, detector, 1, 1), completion);
    expect(findings).toMatchObject([{ evidence: { hits: 1, evaluations: 2 } }]);
  });

  it('is not invented: the part of a total without a verdict is unscored', async () => {
    const { scan, findings } = await importRows(
      init,
      evaluation(probe, detector, 3, 0, { total_evaluated: 10 }),
      completion,
    );
    expect(scan.evaluations).toEqual({ total: 3, passed: 3, failed: 0, unscored: 7 });
    expect(findings).toEqual([]);
  });
});

describe('SARIF: a run', () => {
  const pass = result({ kind: 'pass' });
  const invocations = [{ executionSuccessful: true }];
  const stateOf = async (results: readonly object[], more: object = {}, ofLog: object = {}) =>
    (await read({ ...log(run(results, {}, { invocations, ...more })), ...ofLog })).scan.run;

  it.each<[string, readonly object[], object, object]>([
    ['results in other files', [pass], { externalPropertyFileReferences: { results: [{ guid: '0' }] } }, {}],
    ['rules in other files', [pass], { externalPropertyFileReferences: { driver: { guid: '0' } } }, {}],
    ['its ending in other files', [pass], { externalPropertyFileReferences: { invocations: [{ guid: '0' }] } }, {}],
    ['a result of an unknown kind', [pass, result({ kind: 'odd' })], {}, {}],
    ['results outside its runs', [pass], {}, { inlineExternalProperties: [{ results: [result()] }] }],
  ])('with %s is incomplete', async (_, results, more, ofLog) => {
    const { outcome, problems } = await stateOf(results, more, ofLog);
    expect([outcome, problems.length]).toEqual(['incomplete', 1]);
  });

  it('without any of this is complete, and a failed one stays failed', async () => {
    expect(await stateOf([pass, result(), result({ kind: 'notApplicable' })])).toMatchObject({ outcome: 'completed' });
    const failed = { invocations: [{ executionSuccessful: false }] };
    expect(await stateOf([pass, result({ kind: 'odd' })], failed)).toMatchObject({
      ...{ outcome: 'failed', problems: [expect.any(String), expect.stringContaining('kind_unknown')] },
    });
  });

  it('has attempts without a verdict for open results and unknown kinds, but not for results that do not apply', async () => {
    const kinds = ['open', 'review', 'odd', 'notApplicable', 'informational'].map((kind) => result({ kind }));
    expect((await read(log(run(kinds)))).scan.evaluations).toEqual({ total: 0, passed: 0, failed: 0, unscored: 3 });
  });
});

/** More values than a row may have. If `begin` is filled with them, they come before the rest of the row. */
const filled = (row: object, begin = {}) => ({ ...begin, filler: Array.from({ length: 25_000 }, () => 0), ...row });

describe.each<[format: string, document: unknown]>([
  ['promptfoo', { evalId: 'e', results: { version: 3, results: [filled({}, passingResult())] } }],
  [
    'deepteam',
    {
      overview: { vulnerability_type_results: [] },
      test_cases: [filled({}, { vulnerability: 'Bias', vulnerability_type: 'race', score: 1 })],
    },
  ],
  [
    'pyrit',
    {
      scenario_run_state: 'COMPLETED',
      attack_results: {
        a: [filled({}, { objective: 'o', outcome: 'failure', last_score: { score_value: 'False', score_type: 'x' } })],
      },
    },
  ],
  [
    'inspect',
    {
      status: 'success',
      eval: { task: 't', metadata: { evidence_pass_when: 's=C' } },
      samples: [filled({}, { id: 1, epoch: 1, scores: { s: { value: 'C' } } })],
    },
  ],
  ['sarif', log(run([filled({}, result({ kind: 'pass' }))]))],
])('a passed %s row that is cut for its size', (format, document) => {
  it('did not pass, and leaves the scan incomplete', async () => {
    const { scan, warnings } = await imported(inChunks(JSON.stringify(document)), { format });
    expect(scan.evaluations).toEqual({ total: 0, passed: 0, failed: 0, unscored: 1 });
    expect(scan.run).toMatchObject({ outcome: 'incomplete', problems: [expect.stringContaining('row_cut')] });
    expect(warnings.map(({ code }) => code)).toContain('row_cut');
    expect(scan.counts).toMatchObject({ in: 1, recorded: 0 });
  });
});

function passingResult() {
  const gradingResult = { pass: true, reason: 'All assertions passed' };
  const testCase = { assert: [{ type: 'contains' }] };
  return { success: true, failureReason: 0, response: { output: 'No.' }, testCase, gradingResult };
}

it.each<[string, object]>([
  [
    'promptfoo',
    { evalId: 'e', results: { version: 3, results: [passingResult()], stats: { successes: 1, failures: 4 } } },
  ],
  [
    'deepteam',
    {
      overview: { vulnerability_type_results: [{ vulnerability: 'Bias', vulnerability_type: 'race', failing: 2 }] },
      test_cases: [{ vulnerability: 'Bias', vulnerability_type: 'race', score: 1 }],
    },
  ],
  [
    'native',
    {
      ...{ format: 'evidence-findings/v1', tool: { name: 'own' }, totals: { failed: 3 } },
      ...{ probes: [{ probe: 'p', passed: 1, failed: 0 }], findings: [] },
    },
  ],
])('a %s file that counts more failures than it shows is incomplete', async (format, document) => {
  const { scan } = await imported(inChunks(JSON.stringify(document)), { format });
  expect(scan.run.outcome).toBe('incomplete');
  expect(scan.discrepancies).toHaveLength(1);
});
