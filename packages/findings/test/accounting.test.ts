import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completion, evaluation, init } from './garak-file.js';
import { asLines, checkScan, imported, inChunks, refusalOf } from './importing.js';

const native = { format: 'evidence-findings/v1', tool: { name: 'own' } };
const row = { title: 't', severity: 'low', probe: 'p' };
const sarif = (results: readonly unknown[]) =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results }] });
const promptfoo = (results: readonly unknown[], more: object = {}) =>
  JSON.stringify({ evalId: 'e', results: { version: 3, results, ...more } });
const deepTeamCase = { vulnerability: 'Bias', vulnerability_type: 'race', score: 0 };
const deepTeam = (test_cases: readonly unknown[], ...results: readonly object[]) =>
  JSON.stringify({ overview: { vulnerability_type_results: results }, test_cases });
const inspectSample = { id: 1, scores: { s: { value: 'I' } } };
const inspect = (samples: readonly unknown[], more: object = {}) =>
  JSON.stringify({ status: 'success', eval: { task: 't', metadata: { evidence_pass_when: 's=C' } }, ...more, samples });
const failed = { success: false, failureReason: 1, response: { output: 'Sure.' } };

/** By format, a file with one good finding and a row that cannot be used, and the reason under which the row is counted. */
const WITH_A_BROKEN_ROW: Readonly<Record<string, readonly [file: string, skipped: Readonly<Record<string, number>>]>> =
  {
    garak: [asLines(init, '{"entry_type": "eval", "pro', evaluation('p.P', 'd.D', 0, 1), completion), { not_json: 1 }],
    promptfoo: [promptfoo([failed, { vars: {} }]), { unusable_result: 1 }],
    deepteam: [deepTeam([deepTeamCase, { score: 0 }]), { unusable_test_case: 1 }],
    pyrit: [
      asLines({ objective: 'o', outcome: 'success' }, { objective: 'o', outcome: 'won' }),
      { unusable_result: 1 },
    ],
    inspect: [inspect([inspectSample, { epoch: 1 }]), { unusable_sample: 1 }],
    sarif: [sarif([{ ruleId: 'R', message: { text: 'm' } }, 'odd']), { unusable_result: 1 }],
    native: [asLines(native, row, { severity: 'low' }), { unusable_finding: 1 }],
  };

/** By format, a file whose totals contradict its rows. SARIF 2.1.0 and PyRIT have no totals. */
const WITH_WRONG_TOTALS: Readonly<Record<string, readonly [file: string, subjects: readonly string[]]>> = {
  garak: [asLines(init, evaluation('p.P', 'd.D', 1, 1, { total_evaluated: 3 }), completion), ['p.P/d.D: total']],
  promptfoo: [promptfoo([failed], { stats: { successes: 0, failures: 2, errors: 0 } }), ['stats: failures']],
  deepteam: [
    deepTeam([deepTeamCase], { vulnerability: 'Bias', vulnerability_type: 'race', passing: 1, failing: 1 }),
    ['overview: Bias: race: passing'],
  ],
  inspect: [inspect([inspectSample], { results: { total_samples: 4 } }), ['results: total_samples']],
  native: [JSON.stringify({ ...native, totals: { findings: 9 }, findings: [row] }), ['totals: findings']],
};

describe.each(Object.entries(WITH_A_BROKEN_ROW))(
  'a %s file with a row that cannot be used',
  (format, [file, skipped]) => {
    it('loses the row, says so, and keeps the rest', async () => {
      const read = await imported(inChunks(file), { format });
      checkScan(read);
      expect(read.scan.counts).toEqual({ in: 2, recorded: 1, skipped });
      expect(read.warnings.map(({ code }) => code)).toEqual(Object.keys(skipped));
    });

    it('is incomplete, so that nothing in it is clean', async () => {
      const { run } = (await imported(inChunks(file), { format })).scan;
      const reason = Object.keys(skipped).join();
      expect(run).toEqual({ outcome: 'incomplete', problems: [`1 row was not read completely: ${reason}.`] });
    });

    it('is refused under strict', async () => {
      const strictly = imported(inChunks(file), { format, strict: true });
      expect(await refusalOf(strictly)).toMatchObject({ code: 'not_flawless' });
    });
  },
);

describe.each(Object.entries(WITH_WRONG_TOTALS))(
  'a %s file whose totals contradict its rows',
  (format, [file, subjects]) => {
    it('records both figures, and is refused under strict', async () => {
      const { scan } = await imported(inChunks(file), { format });
      expect(scan.discrepancies.map(({ subject }) => subject)).toEqual(subjects);
      for (const { stated, counted } of scan.discrepancies) expect(stated).not.toBe(counted);
      const strictly = imported(inChunks(file), { format, strict: true });
      expect(await refusalOf(strictly)).toMatchObject({ code: 'not_flawless', facts: { discrepancies: [{}] } });
    });
  },
);

it('the same rows in another order, or reformatted, are another scan of the same weaknesses', async () => {
  const rows = [evaluation('p.P', 'd.D', 0, 1), evaluation('q.Q', 'd.D', 0, 1)];
  const first = await imported(inChunks(asLines(init, ...rows)));
  const turned = await imported(inChunks(asLines(init, ...rows.toReversed())));
  expect(turned.scan.scanId).not.toBe(first.scan.scanId);
  const ids = [...first.findings, ...turned.findings].map(({ findingId }) => findingId);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(2);
});

/** The failures of an evaluation count even if its passes are unusable. */
it('every row of a garak report is a failed probe and detector, a passed one, or a line skipped for a reason', async () => {
  const name = fc.constantFrom('a.A', 'b.B', 'c.C');
  const lines = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('eval'), probe: name, detector: name, passed: fc.nat(3), fails: fc.nat(2) }),
      fc.record({ kind: fc.constant('broken'), text: fc.constantFrom('{', '[1]', '"x"', '{"no": "type"}') }),
      fc.record({ kind: fc.constant('unusable'), passed: fc.constantFrom(-1, 'x', null) }),
    ),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 1, max: 300 }), async (drawn, chunkBytes) => {
      const failing = new Set<string>();
      let skipped = 0;
      const written = drawn.map((line) => {
        if (!('probe' in line)) skipped++;
        else if (line.fails > 0) failing.add(`${line.probe} ${line.detector}`);
        if ('passed' in line && !('probe' in line)) failing.add('a.A a.A');
        if ('text' in line) return line.text;
        return JSON.stringify(
          'probe' in line
            ? evaluation(line.probe, line.detector, line.passed, line.fails)
            : { entry_type: 'eval', probe: 'a.A', detector: 'a.A', passed: line.passed, fails: 1 },
        );
      });
      const read = await imported(inChunks(asLines(init, ...written), chunkBytes));
      checkScan(read);
      expect(read.scan.counts).toMatchObject({ in: failing.size + skipped, recorded: failing.size });
      expect(new Set(read.findings.map(({ probe, detector }) => `${probe} ${detector}`))).toEqual(failing);
    }),
    { seed: 20261126, numRuns: 300 },
  );
});
