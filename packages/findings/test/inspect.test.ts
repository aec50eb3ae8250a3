import { readFileSync } from 'node:fs';
import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { imported, inChunks, refusalOf } from './importing.js';
import { notSeenByEach } from './recorded-scans.js';
import { sampleImported, sampleOf } from './samples-of.js';
import { zipOf } from './zip-file.js';

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
  it('gives what an independent count gives, and judges nothing by itself', async () => {
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
  it('without one the import says how many scores it did not judge, and strict refuses the file', async () => {
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

  it('the caller’s comes before the task’s', async () => {
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
    '"%s" is none',
    async (passWhen) => {
      const importing = imported(inChunks(sampleOf('inspect/facts.eval')), { format: undefined, passWhen });
      expect(await refusalOf(importing)).toMatchObject({ code: 'pass_rule_malformed' });
    },
  );

  it('a malformed one of the task is warned of, and judges nothing', async () => {
    const text = sampleOf('inspect/secured.json').toString().replace('"attack_blocked=C"', '"blocked?"');
    const { scan, warnings } = await imported(inChunks(text), { format: 'inspect' });
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 0, skipped: { meaning_unknown: 3 } });
    expect(warnings.map(({ code }) => code)).toEqual(['pass_rule_malformed', 'meaning_unknown']);
  });

  it('is for Inspect logs alone', async () => {
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

it('a weakness is a sample under a scorer, whatever the epoch', async () => {
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
    ['failing.eval', /status error: .*stub tool broke/],
    ['cancelled.eval', /status cancelled/],
    ['killed.eval', /had not ended/],
  ])('that did not succeed says why: %s', async (name, why) => {
    const { scan } = await sampleImported(`inspect/${name}`, { passWhen: 'includes=C' });
    expect(scan.run).toEqual({ outcome: 'failed', problems: [expect.stringMatching(why)] });
  });

  it('whose samples broke has them unscored', async () => {
    const { scan } = await sampleImported('inspect/errors.eval', { passWhen: 'includes=I' });
    expect(rowsOf(scan)).toEqual({ in: 3, recorded: 0, skipped: { passed: 2, error: 1 } });
    expect(scan.evaluations).toEqual({ total: 2, passed: 2, failed: 0, unscored: 1 });
  });

  it('with fewer samples than it counts has both figures on record', async () => {
    const { scan } = await sampleImported('inspect/cancelled.eval');
    expect(scan.discrepancies).toEqual([{ subject: 'results: total_samples', stated: 3, counted: 2 }]);
  });

  it('of several epochs has a row for each', async () => {
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
    [{ ...log, invalidated: true }, 'declared invalid'],
    [{ ...log, results: { ...log.results, early_stopping: { manager: 'm' } } }, 'stopped early'],
    [{ ...log, status: 'started' }, 'had not ended'],
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

describe('an archive', () => {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const header = { name: 'header.json', bytes: json({ eval: { task: 't' }, status: 'success' }) };
  const sample = json({ id: 1, epoch: 1, scores: { s: { value: 0 } } });
  const importing = (bytes: Uint8Array, more: object = {}) =>
    imported(inChunks(bytes), { format: 'inspect', passWhen: 's=1', ...more });
  const name = 'samples/1_epoch_1.json';

  it.each([
    ['stored', {}],
    ['deflated', { method: 8, packed: deflateRawSync(sample) }],
    ['packed with zstd', { method: 93, packed: zstdCompressSync(sample) }],
  ])('may be %s', async (_, more) => {
    const { scan } = await importing(zipOf(header, { name, bytes: sample, ...more }));
    expect(rowsOf(scan)).toEqual({ in: 1, recorded: 1, skipped: {} });
  });

  it('has the last of entries of the same name', async () => {
    const again = { name, bytes: json({ id: 1, epoch: 1, scores: { s: { value: 1 } } }) };
    const { scan } = await importing(zipOf(header, { name, bytes: sample }, again));
    expect(rowsOf(scan)).toEqual({ in: 1, recorded: 0, skipped: { passed: 1 } });
  });

  it('that is no log of Inspect is refused as what it is', async () => {
    const entry = (name: string) => ({ name, bytes: Buffer.from('x') });
    const other = zipOf(...['a.txt', 'b/c.csv', 'd', 'e', 'f'].map(entry));
    expect(await refusalOf(importing(other))).toMatchObject({
      code: 'not_this_format',
      message: expect.stringMatching(/header\.json.*, but a\.txt, b\/c\.csv, d and 2 others\./),
    });
    const unnamed = imported(inChunks(other), { format: undefined });
    expect(await refusalOf(unnamed)).toMatchObject({ code: 'compressed' });
    const elsewhere = imported(inChunks(sampleOf('inspect/facts.eval')), { format: 'garak' });
    expect(await refusalOf(elsewhere)).toMatchObject({ code: 'not_this_format', facts: { looksLike: 'inspect' } });
  });

  it('cut off anywhere is refused', async () => {
    const whole = sampleOf('inspect/killed.eval');
    for (let length = 4; length < whole.byteLength; length += 211) {
      const refusal = await refusalOf(importing(whole.subarray(0, length)));
      expect({ length, code: refusal?.code }).toEqual({ length, code: 'malformed' });
    }
  });

  it('with a broken entry, or one that is not what its header says, is refused', async () => {
    const packed = zstdCompressSync(sample);
    for (const more of [
      { method: 93, packed: packed.subarray(0, packed.byteLength - 6) },
      { method: 93, packed: Buffer.from('nothing of zstd') },
      { method: 8, packed: Buffer.from([7, 7, 7]) },
      { method: 93, packed, sizeBytes: sample.byteLength + 1 },
      {
        method: 93,
        packed: Buffer.concat([zstdCompressSync(sample.subarray(0, 9)), zstdCompressSync(sample.subarray(9))]),
      },
      { bytes: Buffer.from('{"id": ') },
    ])
      expect(await refusalOf(importing(zipOf(header, { name, bytes: sample, ...more })))).toMatchObject({
        code: 'malformed',
      });
  });

  it('packed in a way that nobody unpacks is refused with what to do', async () => {
    const refusal = await refusalOf(importing(zipOf(header, { name, bytes: sample, method: 99 })));
    expect(refusal).toMatchObject({ code: 'compressed', message: expect.stringContaining('convert') });
  });

  it('that unpacks to a thousand times its size is refused before it has', async () => {
    const bomb = Buffer.concat([
      Buffer.from('{"id": 1, "x": "'),
      Buffer.alloc(64 * 1024 * 1024, 'x'),
      Buffer.from('"}'),
    ]);
    for (const more of [
      { method: 93, packed: zstdCompressSync(bomb) },
      { method: 8, packed: deflateRawSync(bomb) },
      { method: 93, packed: zstdCompressSync(bomb), sizeBytes: 20 },
      { method: 93, packed: zstdCompressSync(sample), sizeBytes: 201 * 1024 * 1024 },
    ])
      expect(await refusalOf(importing(zipOf(header, { name, bytes: bomb, ...more })))).toMatchObject({
        code: 'archive_too_large',
      });
  });

  it('of prose, or of another JSON, has samples that cannot be used', async () => {
    const { scan } = await importing(
      zipOf(header, { name, bytes: json(['odd']) }, { name: 'samples/2.json', bytes: sample }),
    );
    expect(rowsOf(scan)).toEqual({ in: 2, recorded: 1, skipped: { unusable_sample: 1 } });
    expect(await refusalOf(importing(zipOf({ ...header, bytes: json({ odd: 1 }) })))).toMatchObject({
      code: 'not_this_format',
    });
  });
});

it('a weakness is gone when its own sample passed in all epochs, not when another sample of the task did', async () => {
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
