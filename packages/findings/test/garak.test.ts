import { assertEventSchema } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { attempt, completion, digest, evaluation, importRows, init, setup } from './garak-file.js';
import { asLines, imported, inChunks, options } from './importing.js';

const probe = 'dan.Dan_11_0';
const detector = 'dan.DAN';

describe('a report', () => {
  it('gives one finding for each probe and detector that failed, and counts passes', async () => {
    const { scan, findings } = await importRows(
      setup,
      init,
      attempt(probe, {}, ['…'], 1),
      attempt(probe, {}, ['…'], 1),
      attempt(probe, { [detector]: [0.0, 1.0] }, [{ text: 'No.' }, { text: 'Sure, here it is.' }]),
      attempt(probe, { [detector]: [1.0, null] }, [{ text: 'Also this.' }, null]),
      evaluation(probe, detector, 1, 2, { nones: 1 }),
      attempt('lmrc.Profanity', { 'lmrc.Profanity': [0.0] }, [{ text: 'Hello.' }]),
      evaluation('lmrc.Profanity', 'lmrc.Profanity', 1, 0),
      { entry_type: 'completion', end_time: '2026-10-05T09:10:00' },
    );
    expect(scan).toMatchObject({
      tool: { name: 'garak', version: '0.13.3' },
      startedAt: '2026-10-05T09:00:00.123Z',
      attempts: 3,
      evaluated: true,
      evaluations: { total: 4, passed: 2, failed: 2, unscored: 1 },
      counts: { in: 1, recorded: 1, skipped: {} },
      discrepancies: [],
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      probe,
      detector,
      title: 'dan.Dan_11_0: 2 of 3 evaluations failed, according to dan.DAN',
      status: 'open',
      discoveredAt: '2026-10-05T09:00:00.123Z',
      severity: 'high',
      severityOriginal: 'none; pass rate 0.333',
      evidence: { excerpt: 'Sure, here it is.', hits: 2, evaluations: 3 },
    });
    expect(() => assertEventSchema('ScanRecorded.v1', scan)).not.toThrow();
    for (const finding of findings) expect(() => assertEventSchema('FindingRecorded.v1', finding)).not.toThrow();
  });

  it('that was aggregated keeps the time of the scan, and sums repeated evaluations', async () => {
    const aggregated = { ...init, orig_start_time: '2026-08-28T14:06:53.103753+02:00' };
    const { scan } = await importRows(aggregated, evaluation(probe, detector, 2, 1), evaluation(probe, detector, 3, 0));
    expect(scan).toMatchObject({
      startedAt: '2026-08-28T12:06:53.103Z',
      evaluations: { total: 6, passed: 5, failed: 1 },
    });
  });

  it('of an older version has other names and a total without failures', async () => {
    const old = { entry_type: 'eval', probe: 'probes.dan.Dan_11_0', detector: 'detector.dan.DAN', passed: 3, total: 5 };
    const { findings } = await importRows(attempt('dan.Dan_11_0', { 'dan.DAN': [0.9] }, ['As a plain string.']), old);
    expect(findings).toMatchObject([
      { probe, detector, evidence: { excerpt: 'As a plain string.', hits: 2, evaluations: 5 } },
    ]);
  });

  it('uses the threshold of the run', async () => {
    const { scan } = await importRows(
      { ...setup, 'run.eval_threshold': 0.9 },
      attempt(probe, { [detector]: [0.8, 0.95] }, ['a', 'b']),
      evaluation(probe, detector, 1, 1),
    );
    expect(scan.discrepancies).toEqual([]);
  });

  it('whose detector returns booleans has scores of 1 and 0', async () => {
    const { scan, findings } = await importRows(
      attempt(probe, { [detector]: [false, true, null] }, ['a', 'b', null]),
      evaluation(probe, detector, 1, 1, { nones: 1 }),
    );
    expect(scan.discrepancies).toEqual([]);
    expect(findings[0]?.evidence).toMatchObject({ excerpt: 'b', hits: 1 });
  });

  it('that states no time has none, and its findings say so', async () => {
    const { scan, findings } = await importRows(evaluation(probe, detector, 1, 1));
    expect(scan.startedAt).toBeNull();
    expect(findings[0]).toMatchObject({ discoveredAt: options.importedAt, timeNotStated: true });
  });
});

describe('a run without evaluations', () => {
  it('is not evaluated: it has no findings and nothing is clean, although there are scores', async () => {
    const { scan, findings } = await importRows(
      init,
      attempt(probe, {}, ['x'], 1),
      attempt('lmrc.Profanity', { 'lmrc.Profanity': [0.0, 1.0] }, ['x', 'y']),
    );
    expect(scan).toMatchObject({
      evaluated: false,
      attempts: 2,
      evaluations: { total: 0, passed: 0, failed: 0, unscored: 3 },
    });
    expect(scan.probes.map(({ probe, detector, evaluations }) => [probe, detector, evaluations.unscored])).toEqual([
      ['lmrc.Profanity', 'lmrc.Profanity', 2],
      ['dan.Dan_11_0', '', 1],
    ]);
    expect(findings).toEqual([]);
  });

  it('without any attempts is not evaluated either', async () => {
    const { scan } = await importRows(init, { entry_type: 'digest', meta: {}, eval: {} });
    expect(scan).toMatchObject({ evaluated: false, attempts: 0, probes: [] });
  });
});

it('a hitlog alone gives findings from its hits, and no pass rate', async () => {
  const hit = { goal: 'g', prompt: {}, output: { text: 'Yes.' }, score: 1.0, attempt_id: 'a', probe, detector };
  const { scan, findings } = await importRows(hit, { ...hit, output: { text: 'Again.' } });
  expect(scan).toMatchObject({ evaluated: true, evaluations: { total: null, passed: null, failed: 2 } });
  expect(findings[0]).toMatchObject({
    title: 'dan.Dan_11_0: 2 evaluations failed, according to dan.DAN',
    severity: 'medium',
    severityOriginal: 'none; the file lists only hits',
    evidence: { excerpt: 'Yes.', hits: 2 },
  });
});

describe('totals that contradict each other', () => {
  it('evaluations count over the digest, and both are recorded', async () => {
    const { scan, findings } = await importRows(
      evaluation(probe, detector, 11, 1),
      digest(probe, detector, { passed: 12, total: 12 }),
    );
    expect(scan.discrepancies).toEqual([
      { subject: 'dan.Dan_11_0/dan.DAN in the digest: passed', stated: 12, counted: 11 },
      { subject: 'dan.Dan_11_0/dan.DAN in the digest: failed', stated: 0, counted: 1 },
    ]);
    expect(findings[0]?.evidence).toMatchObject({ hits: 1, evaluations: 12 });
  });

  it('complete scores count over evaluations', async () => {
    const { scan, findings } = await importRows(
      attempt(probe, { [detector]: [0, 1] }, ['a', 'b']),
      evaluation(probe, detector, 2, 0),
    );
    expect(scan.discrepancies).toHaveLength(2);
    expect(findings[0]?.evidence).toMatchObject({ excerpt: 'b', hits: 1, evaluations: 2 });
  });

  it('incomplete scores do not make an evaluation look better, but worse ones count', async () => {
    const fewer = await importRows(attempt(probe, { [detector]: [0] }, ['a']), evaluation(probe, detector, 3, 2));
    expect(fewer.findings[0]?.evidence).toMatchObject({ hits: 2, evaluations: 5 });
    expect(fewer.scan.discrepancies).not.toEqual([]);
    const worse = await importRows(attempt(probe, { [detector]: [1] }, ['a']), evaluation(probe, detector, 5, 0));
    expect(worse.findings[0]?.evidence).toMatchObject({ hits: 1 });
  });

  it('within one evaluation, and between a probe and its detectors, are listed', async () => {
    const { scan } = await importRows(evaluation(probe, detector, 3, 2, { total_evaluated: 9 }), {
      entry_type: 'probe_summary',
      probe,
      detection_counts: { detectors: [detector], passed: 4, fails: 2, nones: 0 },
    });
    expect(scan.discrepancies).toEqual([
      { subject: 'dan.Dan_11_0/dan.DAN: total', stated: 9, counted: 5 },
      { subject: 'dan.Dan_11_0: passed', stated: 4, counted: 3 },
    ]);
  });

  it('a result that only the digest has is kept, and listed if there are evaluations', async () => {
    const { scan, findings } = await importRows(
      evaluation('lmrc.Profanity', 'lmrc.Profanity', 1, 0),
      digest(probe, detector, { passed: 1, total: 3 }),
    );
    expect(findings).toHaveLength(1);
    expect(scan.discrepancies.map(({ stated, counted }) => [stated, counted])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });
});

it('counts attempts that were sent, not those that a resumable run has only made', async () => {
  const [made, sent, judged] = [0, 1, 2].map((status) => attempt(probe, {}, [], status));
  expect((await importRows(init, made, sent, judged, made)).scan).toMatchObject({ attempts: 1, evaluated: false });
  expect((await importRows(init, made, made)).scan).toMatchObject({ attempts: 0, probes: [] });
});

it('reads Python’s NaN and Infinity as unknown scores, and leaves texts unchanged', async () => {
  const told = JSON.stringify(
    attempt(probe, { [detector]: ['#', '#', 1] }, ['-Infinity is \\"NaN\\"', 'b', 'c']),
    null,
    1,
  );
  const ofPython = told.replace('"#"', 'NaN').replace('"#"', '-Infinity').replaceAll('\n', '');
  const { scan, findings } = await importRows(init, ofPython, evaluation(probe, detector, 0, 1, { nones: 2 }));
  expect(scan).toMatchObject({ attempts: 1, evaluations: { failed: 1, unscored: 2 }, counts: { skipped: {} } });
  expect(findings).toMatchObject([{ evidence: { excerpt: 'c', hits: 1 } }]);
  const { scan: broken } = await importRows(init, '{"entry_type": NaN, "a', evaluation(probe, detector, 0, 1));
  expect(broken.counts.skipped).toEqual({ not_json: 1 });
});

describe('lines that cannot be used', () => {
  it('are skipped and counted by reason, with their numbers', async () => {
    const { scan, findings, warnings } = await importRows(
      init,
      '{"entry_type": "eval", "probe": ',
      '[1]',
      { entry_type: 'eval', probe, detector, passed: -1, fails: 1 },
      { entry_type: 'eval', probe, detector, passed: 9, total_evaluated: 3 },
      { entry_type: 'attempt' },
      { something: 'else' },
      { entry_type: 'future_summary', attack_success_rate: 0.5 },
      { entry_type: 'future_summary', attack_success_rate: 0.5 },
      '',
      evaluation(probe, detector, 0, 1),
      completion,
    );
    expect(scan.counts).toEqual({
      in: 9,
      recorded: 1,
      skipped: {
        not_json: 1,
        not_an_object: 1,
        unusable_eval: 2,
        unusable_attempt: 1,
        no_entry_type: 1,
        unknown_entry_type: 2,
      },
    });
    expect(findings).toHaveLength(1);
    expect(warnings.map(({ code, line }) => [code, line])).toEqual([
      ['not_json', 2],
      ['not_an_object', 3],
      ['unusable_eval', 4],
      ['unusable_eval', 5],
      ['unusable_attempt', 6],
      ['no_entry_type', 7],
      ['unknown_entry_type', 8],
    ]);
    expect(warnings.at(-1)?.message).toContain('“future_summary”');
  });

  it.each(['config', 'payload_init', 'plugin_cache', 'tree_data', 'completion', 'completed'])(
    'do not include entries of type %s, which have no results',
    async (entry_type) => {
      const { scan, warnings } = await importRows({ entry_type }, evaluation(probe, detector, 0, 1));
      expect(scan.counts).toEqual({ in: 1, recorded: 1, skipped: {} });
      expect(warnings).toEqual([]);
    },
  );

  it('may be the first one', async () => {
    const { scan } = await importRows('{"entry_type": "start_run se', evaluation(probe, detector, 0, 1));
    expect(scan.counts).toEqual({ in: 2, recorded: 1, skipped: { not_json: 1 } });
  });

  it('may be invalid UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from(asLines(init)),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(asLines(evaluation(probe, detector, 0, 1))),
    ]);
    const { scan } = await imported(inChunks(bytes));
    expect(scan.counts.skipped).toEqual({ not_utf8: 1 });
  });

  it('cannot reach the prototype through their names', async () => {
    const { scan } = await importRows(
      { entry_type: '__proto__' },
      { entry_type: 'constructor' },
      evaluation('__proto__', 'constructor', 0, 1),
    );
    expect(scan.counts).toEqual({ in: 3, recorded: 1, skipped: { unknown_entry_type: 2 } });
    expect(scan.probes[0]).toMatchObject({ probe: '__proto__', detector: 'constructor' });
  });
});
