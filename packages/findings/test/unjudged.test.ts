import { describe, expect, it } from 'vitest';
import { importScan } from '../src/parse/index.js';
import { attempt, completion, evaluation, importRows, init } from './garak-file.js';
import { asLines, inChunks, options } from './importing.js';
import { notSeenByEach } from './recorded-scans.js';

const [probe, detector] = ['dan.Dan_11_0', 'dan.DAN'];
const judged = attempt(probe, { [detector]: [0] }, ['no']);
const isJudged = evaluation(probe, detector, 1, 0);

describe('an attempt that garak sent and did not score', () => {
  it.each([
    ['an attempt that was never completed', attempt(probe, {}, [], 1), attempt(probe, {}, [], 1), judged],
    ['a completed attempt that the detector left out', judged, attempt(probe, {}, ['x'])],
    ['outputs of an attempt beyond its scores', attempt(probe, { [detector]: [0] }, ['no', null])],
    ['an attempt without an output', judged, attempt(probe, { [detector]: [] }, [])],
  ])('is unscored: %s', async (_, ...attempts) => {
    const { scan } = await importRows(init, ...attempts, isJudged, completion);
    expect(scan.evaluations).toEqual({ total: 1, passed: 1, failed: 0, unscored: 1 });
  });

  it('is counted as unscored only once', async () => {
    const halfJudged = attempt(probe, { [detector]: [0, null] }, ['no', null]);
    const { scan } = await importRows(init, halfJudged, { ...isJudged, nones: 1, total_evaluated: 1 }, completion);
    expect(scan.evaluations.unscored).toBe(1);
  });

  it('does not exist if every output has its score', async () => {
    const { scan } = await importRows(init, attempt(probe, {}, ['no'], 1), judged, isJudged, completion);
    expect(scan.evaluations).toEqual({ total: 1, passed: 1, failed: 0, unscored: 0 });
  });

  it('may have got through, so the scan does not show that a weakness is gone', async () => {
    const gone = async (...rows: readonly object[]) => {
      await using scan = await importScan(inChunks(asLines(init, ...rows, isJudged, completion)), options);
      const tests: string[] = [];
      for await (const test of scan.passed()) tests.push(test);
      return tests.length;
    };
    expect(await gone(judged)).toBe(1);
    expect(await gone(judged, attempt(probe, {}, ['x']))).toBe(0);
  });
});

describe('a test that passed once and had no verdict once does not show that a weakness is gone', () => {
  it('of promptfoo', async () => {
    const row = (outcome: 'pass' | 'fail' | 'error') => ({
      ...{ provider: 'p', vars: { q: 'name' }, success: outcome === 'pass', response: { output: 'o' } },
      failureReason: { pass: 0, fail: 1, error: 2 }[outcome],
      testCase: { vars: { q: 'name' }, assert: [{ type: 'contains' }] },
      gradingResult: { pass: outcome === 'pass', reason: 'r' },
    });
    const files = [['fail'], ['pass', 'error'], ['pass', 'pass']].map((outcomes, index) => ({
      ...{ evalId: `e${index}` },
      results: { version: 3, results: outcomes.map((outcome) => row(outcome as 'pass')) },
    }));
    const notSeen = await notSeenByEach(files, { format: 'promptfoo' });
    expect(notSeen.map(({ length }) => length)).toEqual([0, 0, 1]);
  });

  it('of SARIF', async () => {
    const files = [['fail'], ['pass', 'open'], ['pass', 'pass']].map((kinds) => ({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 't' } },
          results: kinds.map((kind) => ({ ruleId: 'A', kind, message: { text: 'm' }, fingerprints: { f: '1' } })),
        },
      ],
    }));
    expect(await notSeenByEach(files, { format: 'sarif' })).toEqual([[], [], ['f=1']]);
  });
});
