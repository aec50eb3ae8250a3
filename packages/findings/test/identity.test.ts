import type { FindingRecorded, ScanRecorded } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { findingIdOf, testIdOf } from '../src/ids.js';
import { importScan, type StatedTarget } from '../src/parse/index.js';
import { attempt, completion, evaluation, init, setup } from './garak-file.js';
import { asLines, inChunks, options } from './importing.js';
import { log, result, run } from './sarif-file.js';

interface Read {
  readonly scan: ScanRecorded;
  readonly findings: readonly FindingRecorded[];
  /** Ids of passed tests. */
  readonly passed: readonly string[];
}

async function read(format: string, text: string | object, target: StatedTarget = {}): Promise<Read> {
  const source = inChunks(typeof text === 'string' ? text : JSON.stringify(text), 100);
  await using imported = await importScan(source, { ...options, format, target });
  const findings: FindingRecorded[] = [];
  for await (const finding of imported.findings) findings.push(finding);
  const passed: string[] = [];
  for await (const id of imported.passed()) passed.push(id);
  return { scan: imported.scan, findings, passed };
}
const identitiesIn = async (...file: Parameters<typeof read>) =>
  (await read(...file)).findings.map(({ identity }) => identity);
const idOf = (identity: readonly string[]) => findingIdOf(options.tenant, options.endpointId, identity);

describe('garak', () => {
  const cutOff = [
    { ...setup, 'transient.run_id': 'r', 'plugins.model_type': 'openai', 'plugins.model_name': 'gpt-4o' },
    init,
    attempt('p.P', { 'd.D': [1] }),
    evaluation('p.P', 'd.D', 1, 1),
    evaluation('q.Q', 'd.D', 2, 0),
  ];
  const file = asLines(...cutOff, completion);

  it('identifies a weakness by probe and detector, and shows it gone if all evaluations passed', async () => {
    const { findings, passed } = await read('garak', file);
    expect(findings.map(({ identity }) => identity)).toEqual([['garak', 'p.P', 'd.D']]);
    expect(passed).toEqual([testIdOf('garak', 'q.Q', 'd.D')]);
  });

  it('shows nothing gone in a run that did not end', async () => {
    expect((await read('garak', asLines(...cutOff))).passed).toEqual([]);
  });

  it.each([
    ['a report', file, 'report', 'r'],
    ['a hitlog', asLines({ probe: 'p.P', detector: 'd.D', run_id: 'r1', generator: 'openai gpt-4o' }), 'hitlog', 'r1'],
    ['a digest', asLines({ entry_type: 'digest', meta: { run_uuid: 'r2' }, eval: {} }), 'digest', 'r2'],
  ] as const)('names the run of %s, and its target', async (_, text, kind, runId) => {
    const { copy, targets } = (await read('garak', text)).scan;
    expect(copy).toMatchObject({ kind, runId });
    const model = { report: 'gpt-4o', hitlog: 'openai gpt-4o', digest: undefined }[kind];
    expect(targets?.[0]?.model).toBe(model);
  });

  it('has no run or target if the file names none', async () => {
    const { scan } = await read('garak', asLines(evaluation('p.P', 'd.D', 1, 1)));
    expect(scan).not.toHaveProperty('copy');
    expect(scan.targets).toEqual([]);
  });
});

describe('promptfoo', () => {
  const row = (vars: object, success: boolean, more: object = {}) => ({
    ...{ success, failureReason: success ? 0 : 1, gradingResult: { pass: success, reason: 'Because.' } },
    ...{ response: { output: 'Sure.' }, provider: { id: 'openai:gpt-5', label: '' }, prompt: { label: '{{q}}' } },
    ...{ testCase: { vars, assert: [{ type: 'not-contains', value: 'Sure' }] }, metadata: { strategyId: 'jailbreak' } },
    ...more,
  });
  const evalOf = (...results: object[]) => ({ evalId: 'eval-1', results: { version: 3, results } });

  it('identifies a weakness by test, strategy and provider, regardless of its position and the output', async () => {
    const [one, two] = [row({ q: 'a' }, false), row({ q: 'b' }, false)];
    const first = await identitiesIn('promptfoo', evalOf(one, two));
    const answer = { response: { output: 'Gladly.' }, gradingResult: { pass: false, reason: 'Otherwise.' } };
    const later = await identitiesIn('promptfoo', evalOf({ ...two, ...answer }, one));
    expect(later).toEqual(first.toReversed());
    expect(new Set(first.map((identity) => identity?.join())).size).toBe(2);
    const others = await identitiesIn(
      'promptfoo',
      evalOf(
        ...[row({ q: 'a' }, false, { provider: { id: 'openai:gpt-6' } })],
        row({ q: 'a' }, false, { metadata: { strategyId: 'base64' } }),
        row({ q: 'a' }, false, { testCase: { vars: { q: 'a' }, assert: [{ type: 'not-contains', value: 'OK' }] } }),
        row({ q: 'a' }, false, { prompt: { label: 'Be kind. {{q}}' } }),
      ),
    );
    expect(new Set([first[0], ...others].map((identity) => identity?.join())).size).toBe(5);
  });

  it('shows a weakness gone if the very same test passed', async () => {
    const [found] = (await read('promptfoo', evalOf(row({ q: 'a' }, false)))).findings;
    const { passed } = await read('promptfoo', evalOf(row({ q: 'a' }, true), row({ q: 'z' }, true)));
    expect(passed).toContain(found?.findingId);
    expect(passed).toHaveLength(2);
  });

  it('has a target for each provider, with its evaluations, and findings that name their target', async () => {
    const other = { provider: { id: 'ollama:chat:llama3', label: 'local' } };
    const rows = [row({ q: 'a' }, false), row({ q: 'a' }, true, other), row({ q: 'b' }, true)];
    const { scan, findings } = await read('promptfoo', evalOf(...rows), { modelVersion: '1' });
    const evaluations = (passed: number, failed: number) => ({ total: passed + failed, passed, failed, unscored: 0 });
    expect(scan.targets).toEqual([
      { name: 'openai:gpt-5', provider: 'openai', model: 'gpt-5', modelVersion: '1', evaluations: evaluations(1, 1) },
      { name: 'local', provider: 'ollama', model: 'chat:llama3', modelVersion: '1', evaluations: evaluations(1, 0) },
    ]);
    expect(findings.map(({ target }) => target)).toEqual(['openai:gpt-5']);
    expect(scan.copy).toMatchObject({ runId: 'eval-1', kind: 'report', results: 3 });
  });
});

describe('SARIF', () => {
  const at = (uri: string, startLine: number) => ({
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
  });

  it.each([
    [
      'fingerprints',
      { fingerprints: { 'b/v1': 'y', 'a/v1': 'x' }, ...at('a.py', 1) },
      ['fingerprints', 'a/v1=x', 'b/v1=y'],
    ],
    [
      'partial fingerprints, in their file',
      { partialFingerprints: { hash: '1' }, ...at('a.py', 1) },
      ['partialFingerprints', 'a.py', 'hash=1'],
    ],
    ['its place', at('a.py', 1), ['location', 'a.py:1']],
    ['its message', {}, ['message', 'Bad.']],
  ])('tells a weakness by rule and %s', async (_, more, within) => {
    expect(await identitiesIn('sarif', log(run([result(more)])))).toEqual([['scanner', 'R1', ...within]]);
  });

  it('keeps the tools of a file apart, and shows weaknesses gone that passed or are absent from the baseline', async () => {
    const runs = [
      run([result(at('a.py', 1)), result({ kind: 'pass', level: 'none', ...at('b.py', 2) })]),
      run([result(at('a.py', 1)), result({ baselineState: 'absent', ...at('c.py', 3) })], { name: 'other' }),
    ];
    const { findings, passed } = await read('sarif', log(...runs));
    expect(findings.map(({ identity }) => identity?.[0])).toEqual(['scanner', 'other']);
    expect(passed).toEqual([
      idOf(['scanner', 'R1', 'location', 'b.py:2']),
      idOf(['other', 'R1', 'location', 'c.py:3']),
    ]);
  });

  it('shows nothing gone in a run that failed', async () => {
    const failed = { invocations: [{ executionSuccessful: false }] };
    const results = [result({ kind: 'pass', level: 'none', ...at('b.py', 2) })];
    expect((await read('sarif', log(run(results, {}, failed)))).passed).toEqual([]);
  });

  it('names its run if the file has one', async () => {
    const guid = { automationDetails: { guid: 'run-1' } };
    expect((await read('sarif', log(run([result()], {}, guid)))).scan.copy).toMatchObject({ runId: 'run-1' });
    const other = { automationDetails: { guid: 'run-2' } };
    const [both, turned] = [log(run([], {}, guid), run([], {}, other)), log(run([], {}, other), run([], {}, guid))];
    const { copy } = (await read('sarif', both)).scan;
    expect(copy?.runId).toMatch(/^sha256:/);
    expect((await read('sarif', turned)).scan.copy).toEqual(copy);
    expect((await read('sarif', log(run([], {}, guid), run([])))).scan).not.toHaveProperty('copy');
  });

  it('keeps the file’s own words about a suppression', async () => {
    const suppression = {
      ...{ kind: 'external', justification: 'Behind a proxy.', properties: { alias: 'jane.doe' } },
      location: at('.suppress', 4).locations[0],
    };
    const { findings } = await read('sarif', log(run([result({ suppressions: [suppression] }), result(at('a', 1))])));
    const disposition = { kind: 'external', justification: 'Behind a proxy.', by: 'jane.doe', place: '.suppress:4' };
    expect(findings[0]).toMatchObject({ status: 'accepted', disposition });
    expect(findings[1]).not.toHaveProperty('disposition');
  });
});

describe('the native format', () => {
  const header = { format: 'evidence-findings/v1', tool: { name: 'own' } };
  const row = (more: object = {}) => ({ title: 'It leaks', severity: 'high', ...more });

  it.each([
    ['its id', { id: 'LEAK-1', location: 'x' }, ['own', 'id', 'LEAK-1']],
    [
      'title and place',
      { location: 'tools/refund', probe: 'p' },
      ['own', 'title', 'It leaks', 'tools/refund', 'p', ''],
    ],
  ])('tells a weakness by %s', async (_, more, identity) => {
    expect(await identitiesIn('native', { ...header, findings: [row(more)] })).toEqual([identity]);
    expect(await identitiesIn('native', { format: header.format, findings: [row(more)], tool: header.tool })).toEqual([
      identity,
    ]);
  });

  it('keeps the run, the targets, a finding’s target, and why it is closed', async () => {
    const targets = [{ name: 'a', model: 'm', tools_sha256: 'a'.repeat(64) }, { model: 7 }];
    const closed = row({ status: 'accepted', target: 'a', disposition: { justification: 'Known.', by: 'jane' } });
    const { scan, findings } = await read('native', { ...header, run_id: 'r', targets, findings: [closed] });
    expect(scan.copy).toMatchObject({ runId: 'r' });
    expect(scan.targets).toEqual([{ name: 'a', model: 'm', toolsSha256: 'a'.repeat(64) }]);
    const disposition = { kind: 'accepted', justification: 'Known.', by: 'jane' };
    expect(findings).toMatchObject([{ target: 'a', disposition }]);
  });
});

describe('a target', () => {
  it('that the file does not state is unknown, unless the caller of the import states it', async () => {
    const file = asLines(evaluation('p.P', 'd.D', 1, 1));
    expect((await read('garak', file)).scan.targets).toEqual([]);
    const stated = { provider: 'openai', model: 'gpt-5', systemPromptSha256: 'b'.repeat(64) };
    expect((await read('garak', file, stated)).scan.targets).toEqual([{ name: '', ...stated }]);
  });

  it('that the file states is not overruled', async () => {
    const file = asLines({ ...setup, 'plugins.target_name': 'in-file' }, evaluation('p.P', 'd.D', 1, 1));
    const { scan } = await read('garak', file, { model: 'stated', provider: 'stated' });
    expect(scan.targets).toEqual([{ name: '', provider: 'stated', model: 'in-file' }]);
  });

  it('was tested with a suite of scanner, version, probes and detectors, whatever their results', async () => {
    const suite = async (...rows: object[]) => (await read('garak', asLines(init, ...rows))).scan.suite;
    const [one, other] = [evaluation('p.P', 'd.D', 1, 1), evaluation('q.Q', 'd.D', 1, 1)];
    const both = await suite(one, other);
    expect(both).toMatchObject({ probes: 2 });
    expect(await suite(other, evaluation('p.P', 'd.D', 2, 0))).toEqual(both);
    expect(await suite(one)).not.toEqual(both);
  });
});
