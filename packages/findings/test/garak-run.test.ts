import { describe, expect, it } from 'vitest';
import { completion, digest, evaluation, importRows, init, setup } from './garak-file.js';

const probe = 'dan.Dan_11_0';
const detector = 'dan.DAN';

describe('the run', () => {
  const passed = evaluation(probe, detector, 5, 0);

  it.each<[string, string, readonly unknown[]]>([
    ['completed', 'with an entry for its end', [setup, init, passed, completion]],
    [
      'not_stated',
      'with only a digest, like an aggregated one',
      [init, passed, digest(probe, detector, { passed: 5, total: 5 })],
    ],
    ['not_stated', 'whose file has no head of a report', [passed]],
    ['failed', 'without its end', [setup, init, passed]],
  ])('is %s %s', async (outcome, _, rows) => {
    const { scan, warnings } = await importRows(...rows);
    expect(scan.run.outcome).toBe(outcome);
    expect(scan.run.problems).toHaveLength(outcome === 'failed' ? 1 : 0);
    expect(warnings.map(({ code }) => code)).toEqual(outcome === 'failed' ? ['run_failed'] : []);
  });

  it('of an early-stopping harness counts as failed, and keeps its hits with all detectors that agreed', async () => {
    const summaries = [
      { entry_type: 'harness_stub_summary', intent: 'S001', accepted: true, successful_probe: 'baseline' },
      { entry_type: 'harness_summary', total_stubs: 1, accepted: 1 },
    ];
    const { scan } = await importRows(init, passed, ...summaries, completion);
    expect(scan).toMatchObject({
      run: { outcome: 'failed', problems: [expect.stringContaining('stopped early')] },
      counts: { in: 2, recorded: 0, skipped: { early_stop_summary: 2 } },
    });
    const hit = {
      goal: 'g',
      prompt: {},
      output: { text: 'Yes.' },
      score: 1,
      probe: 'baseline',
      detector: ['a.A', 'b.B'],
    };
    const hits = await importRows(hit);
    expect(hits.findings).toMatchObject([{ probe: 'baseline', detector: 'a.A, b.B', evidence: { hits: 1 } }]);
  });
});
