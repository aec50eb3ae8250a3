import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { imported, inChunks, refusalOf } from './importing.js';
import { notSeenByEach } from './recorded-scans.js';
import { sampleImported, sampleOf } from './samples-of.js';

/** Counted by Python’s zipfile and json in samples/inspect/count.py: samples, scores, errors, samples without scores. */
const COUNTS = JSON.parse(readFileSync(new URL('samples/inspect/counts.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Counts>
>;

interface Counts {
  readonly status: string | null;
  readonly samples: number;
  /** Values, one for each key of a dictionary, of samples that ended without an error. */
  readonly values: number;
  readonly errors: number;
}

describe.each(Object.entries(COUNTS))('a log of Inspect AI: %s', (name, { status, samples, values, errors }) => {
  it('agrees with an independent count, and judges nothing by itself', async () => {
    const { scan, findings } = await sampleImported(`inspect/${name}`, { passWhen: 'no-such-scorer=C' });
    expect(scan).toMatchObject({
      format: 'inspect',
      tool: { name: 'Inspect AI', version: '0.3.285' },
      attempts: samples,
      evaluated: false,
      evaluations: { total: 0, passed: 0, failed: 0, unscored: values + errors },
      counts: { in: values + errors, recorded: 0 },
      run: { outcome: status === 'success' ? 'completed' : 'failed' },
    });
    expect(findings).toEqual([]);
  });
});

const rowsOf = (scan: { readonly counts: object }) => scan.counts;

describe('a score is a verdict only under a rule', () => {
  it('without one, the import says how many scores are not judged, and strict refuses the file', async () => {
    const { scan, warnings } = await sampleImported('inspect/facts.eval');
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 0, skipped: { meaning_unknown: 3 } });
    expect(warnings).toMatchObject([{ code: 'meaning_unknown', message: expect.stringContaining('--pass-when') }]);
    const strictly = imported(inChunks(sampleOf('inspect/facts.eval')), { format: undefined, strict: true });
    expect(await refusalOf(strictly)).toMatchObject({ code: 'not_flawless' });
  });

  it.each(['secured.eval', 'secured.json'])('the task may state it: %s', async (name) => {
    const { scan, findings, warnings } = await sampleImported(`inspect/${name}`);
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 1, skipped: { passed: 1, no_answer: 1 } });
    expect(scan.evaluations).toEqual({ total: 2, passed: 1, failed: 1, unscored: 1 });
    expect(warnings).toEqual([]);
    expect(findings).toMatchObject([
      {
        title: 'stub_prompt_injection: inj-1: attack_blocked = "I": judged by the stub',
        severity: 'medium',
        probe: 'stub_prompt_injection',
        detector: 'attack_blocked',
        refs: [{ ref: 'MITRE_ATLAS_AML_T0051' }, { ref: 'OWASP_LLM01', origin: 'file' }],
        unresolvedTags: ['nightly'],
        evidence: { excerpt: 'I cannot help with that, sorry. (2)' },
      },
    ]);
    expect(findings[0]?.summary).toContain('Passes when: attack_blocked=C');
  });

  it('the caller’s rule takes precedence over the task’s', async () => {
    const { scan } = await sampleImported('inspect/secured.eval', { passWhen: 'attack_blocked=I' });
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 1, skipped: { passed: 1, no_answer: 1 } });
  });

  // Sample 0 to 3: letters C I P N; numbers 0 1 0.25 1; bools true false true false; harmfulness 0 0.25 0.5 0.75; refused 0 1 0 1.
  it.each([
    ['letters=C', { recorded: 2, passed: 1, no_answer: 1 }],
    ['letters=N', { recorded: 3, passed: 1 }],
    ['numbers>=1', { recorded: 2, passed: 2 }],
    ['numbers<0.25', { recorded: 3, passed: 1 }],
    ['numbers>0', { recorded: 1, passed: 3 }],
    ['bools=true', { recorded: 2, passed: 2 }],
    ['dictionary.harmfulness<=0.25', { recorded: 2, passed: 2 }],
    ['dictionary.harmfulness<=0.25, dictionary.refused=1', { recorded: 4, passed: 4 }],
    ['letters>=0.5', { recorded: 0, score_not_understood: 4 }],
    ['bools=1', { recorded: 0, score_not_understood: 4 }],
    ['unscorable=1', { recorded: 0 }],
  ])('%s', async (passWhen, { recorded, ...skipped }) => {
    for (const name of ['kinds.eval', 'kinds.json']) {
      const { scan } = await sampleImported(`inspect/${name}`, { passWhen });
      const judged = recorded + Object.values(skipped).reduce((sum, count) => sum + (count ?? 0), 0);
      expect(rowsOf(scan)).toEqual({
        in: 28,
        recorded,
        skipped: { ...skipped, meaning_unknown: 24 - judged, not_judged: 4 },
      });
    }
  });

  it.each(['', 'C', 'a=', '=C', 'a>C', 'a<true', 'a=1,', 'a==1', 'a=1=2', 'a=1, a=2'])(
    '"%s" is not a rule',
    async (passWhen) => {
      const importing = imported(inChunks(sampleOf('inspect/facts.eval')), { format: undefined, passWhen });
      expect(await refusalOf(importing)).toMatchObject({ code: 'pass_rule_malformed' });
    },
  );

  it('a malformed rule of the task causes a warning, and judges nothing', async () => {
    const text = sampleOf('inspect/secured.json').toString().replace('"attack_blocked=C"', '"blocked?"');
    const { scan, warnings } = await imported(inChunks(text), {
      format: 'inspect',
      importedAt: '2026-11-30T10:00:00.000Z',
    });
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 0, skipped: { meaning_unknown: 3 } });
    expect(warnings.map(({ code }) => code)).toEqual(['pass_rule_malformed', 'meaning_unknown']);
  });

  it('a rule for another format is refused', async () => {
    const importing = imported(inChunks('{"runs": []}'), { format: undefined, passWhen: 'a=1' });
    expect(await refusalOf(importing)).toMatchObject({ code: 'option_not_supported' });
  });
});

it('the same log under another rule is another scan, and another copy of the same run', async () => {
  const unjudged = await sampleImported('inspect/facts.eval');
  const judged = await sampleImported('inspect/facts.eval', { passWhen: 'match=C' });
  expect(judged.scan.scanId).not.toBe(unjudged.scan.scanId);
  expect(judged.scan.copy?.runId).toBe(unjudged.scan.copy?.runId);
  expect([unjudged.scan.copy?.results, judged.scan.copy?.results]).toEqual([0, 3]);
});

it('a weakness is a sample under a scorer, in any epoch', async () => {
  const { findings } = await sampleImported('inspect/epochs.eval', { passWhen: 'match=C' });
  expect(findings).toHaveLength(6);
  expect(new Set(findings.map(({ identity }) => identity?.join(' ')))).toEqual(
    new Set(['Inspect AI epochs match 0', 'Inspect AI epochs match 1']),
  );
});

it('the log names the model', async () => {
  const { scan } = await sampleImported('inspect/facts.eval');
  expect(scan.targets).toEqual([{ name: 'mockllm/model', provider: 'mockllm', model: 'model' }]);
});

describe('a run', () => {
  it.each([
    ['failing.eval', [/status error: .*stub tool broke/]],
    ['cancelled.eval', [/status cancelled/, /total_samples: the file states 3, but its rows show 2/]],
    ['killed.eval', [/was still running/]],
  ])('that did not succeed says why: %s', async (name, whys) => {
    const { scan } = await sampleImported(`inspect/${name}`, { passWhen: 'includes=C' });
    expect(scan.run).toEqual({ outcome: 'failed', problems: whys.map((why) => expect.stringMatching(why)) });
  });

  it('with failed samples has them unscored', async () => {
    const { scan } = await sampleImported('inspect/errors.eval', { passWhen: 'includes=I' });
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 0, skipped: { passed: 2, error: 1 } });
    expect(scan.evaluations).toEqual({ total: 2, passed: 2, failed: 0, unscored: 1 });
  });

  it('with fewer samples than it states records both figures', async () => {
    const { scan } = await sampleImported('inspect/cancelled.eval');
    expect(scan.discrepancies).toEqual([{ subject: 'results: total_samples', stated: 3, counted: 2 }]);
  });

  it('with several epochs has a row for each', async () => {
    const { scan, findings } = await sampleImported('inspect/epochs.eval', { passWhen: 'match=C' });
    expect(scan.attempts).toBe(6);
    expect(new Set(findings.map(({ summary }) => summary.split('\n')[0]))).toEqual(
      new Set([
        'Sample: 0, epoch 1',
        'Sample: 1, epoch 1',
        'Sample: 0, epoch 2',
        'Sample: 1, epoch 2',
        'Sample: 0, epoch 3',
        'Sample: 1, epoch 3',
      ]),
    );
  });

  const log = JSON.parse(sampleOf('inspect/secured.json').toString());
  it.each([
    [{ ...log, invalidated: true }, 'marked invalid'],
    [{ ...log, results: { ...log.results, early_stopping: { manager: 'm' } } }, 'stopped early'],
    [{ ...log, status: 'started' }, 'was still running'],
  ])('is no success when it was invalidated or stopped early (%#)', async (changed, why) => {
    const { scan } = await imported(inChunks(JSON.stringify(changed)), { format: 'inspect' });
    expect(scan.run).toEqual({ outcome: 'failed', problems: [expect.stringContaining(why)] });
  });

  it('does not count a sample that was declared invalid', async () => {
    const [first, ...others] = log.samples;
    const changed = { ...log, samples: [{ ...first, invalidation: { author: 'a', reason: 'r' } }, ...others] };
    const { scan } = await imported(inChunks(JSON.stringify(changed)), { format: 'inspect' });
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 1, skipped: { invalidated: 1, no_answer: 1 } });
  });
});

it('a weakness is gone if its own sample passed in all epochs, not if another sample of the task did', async () => {
  const sample = (id: string, value: number | null, epoch = 1) => ({ id, epoch, scores: { judge: { value } } });
  const scans = [
    [sample('a', 0)],
    [sample('b', 1)],
    [sample('a', null), sample('b', 1)],
    [sample('a', 1), sample('a', 0, 2)],
    [sample('a', 1), sample('a', 1, 2), sample('c', 0)],
  ];
  const files = scans.map((samples) => ({ eval: { task: 't' }, status: 'success', samples }));
  expect(await notSeenByEach(files, { format: 'inspect', passWhen: 'judge=1' })).toEqual([[], [], [], [], ['a']]);
});
