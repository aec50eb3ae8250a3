import { describe, expect, it } from 'vitest';
import { importScan } from '../src/parse/index.js';
import { checkScan, options as garakOptions, imported, inChunks } from './importing.js';

const options = { ...garakOptions, format: 'native' };

const read = (document: unknown) => imported(inChunks(JSON.stringify(document)), { format: undefined });
const native = (...findings: readonly object[]) => ({
  ...{ format: 'evidence-findings/v1', tool: { name: 'own' } },
  findings: findings.map((row) => ({ title: 't', severity: 'low', ...row })),
});

describe('a native row', () => {
  it('may use the names of our public documents', async () => {
    const row = { framework_refs: ['OWASP_LLM07'], risk_refs: ['OWASP_LLM01'], evidence_excerpt: 'You are Aria.' };
    const { findings } = await read(native(row));
    expect(findings[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01', 'OWASP_LLM07']);
    expect(findings[0]?.evidence).toMatchObject({ excerpt: 'You are Aria.' });
  });
});

it('members that are not read are reported by name and count, the most frequent first', async () => {
  const file = native({ framework_ref: 'x', cwe: 1 }, { framework_ref: 'y' }, {});
  await using scan = await importScan(inChunks(JSON.stringify(file)), options);
  expect(scan.unreadMembers).toEqual([
    { name: 'framework_ref', count: 2 },
    { name: 'cwe', count: 1 },
  ]);
});

it('members of the file itself that are not read are reported too, in a document and in JSON Lines', async () => {
  const head = { format: 'evidence-findings/v1', tool: { name: 'own' }, summary: { a: [{ b: 1 }] }, started: 'x' };
  const { findings } = native({ cwe: 1 });
  const document = { ...head, findings, notes: [] };
  const unreadOf = async (text: string) => {
    await using scan = await importScan(inChunks(text), options);
    expect(scan.scan.counts.recorded).toBe(1);
    return scan.unreadMembers.map(({ name, count }) => `${name} ${count}`);
  };
  expect(await unreadOf(JSON.stringify(document))).toEqual(['cwe 1', 'notes 1', 'started 1', 'summary 1']);
  const lines = [head, ...findings].map((row) => `${JSON.stringify(row)}\n`).join('');
  expect(await unreadOf(lines)).toEqual(['cwe 1', 'started 1', 'summary 1']);
});

describe('a report of ours', () => {
  const mappings = [
    { ref: 'OWASP_LLM01', basis: 'direct' },
    { ref: 'EU_AI_ACT_Art15', basis: 'derived' },
  ];
  const row = {
    ...{ id: 'fnd_1', title: 't', severity: 'high', probe: 'p', detector: 'd', hits: 3, evaluations: null },
    ...{ tool: { name: 'garak', version: '0.13.3' }, framework_refs: ['OWASP_LLM01', 'EU_AI_ACT_Art15'], mappings },
  };
  const report = (finding: object) => ({
    ...{ coverage: [{ controls: [], framework: 'OWASP_LLM' }], crosswalk: { version: '1' } },
    ...{ findings: [finding], generated_at: '2026-10-05T09:00:00.000Z', report_id: 'rpt_2026_a', schema_version: 'v1' },
  });

  it('can be imported: refs stated as direct are direct, and the rest is listed and decides no verdict', async () => {
    const file = await read(report(row));
    checkScan(file);
    expect(file.scan).toMatchObject({ tool: row.tool, startedAt: null, counts: { recorded: 1 } });
    expect(file.findings[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01']);
    expect(file.findings[0]?.unresolvedTags).toEqual(['EU_AI_ACT_Art15 (stated as derived)']);
    expect(file.scan.probes[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01']);
  });

  const byPlace = { ...row, mappings: [1, 0] };
  const table = { finding_mappings: mappings.toReversed() };

  it('may state the bases of its refs once for all findings, before them', async () => {
    const { findings: rows, coverage, ...rest } = report(byPlace);
    const file = await read({ coverage, ...table, findings: rows, ...rest });
    checkScan(file);
    expect(file.findings[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01']);
    expect(file.findings[0]?.unresolvedTags).toEqual(['EU_AI_ACT_Art15 (stated as derived)']);
  });

  it.each([
    ['after them', (rows: object[]) => ({ findings: rows, ...table })],
    ['nowhere', (rows: object[]) => ({ findings: rows })],
    ['in another form', (rows: object[]) => ({ finding_mappings: ['x', { ref: 1 }], findings: rows })],
  ])('that states it %s gives no ref', async (_where, withTable) => {
    const { findings: stated, ...rest } = report(byPlace);
    const { findings: rows } = await read({ ...withTable(stated), ...rest });
    expect(rows[0]?.refs).toEqual([]);
    expect(rows[0]?.unresolvedTags).toHaveLength(2);
  });

  it('without mappings has no basis, and gives no ref', async () => {
    const { mappings: _, ...bare } = row;
    const { findings } = await read(report(bare));
    expect(findings[0]?.refs).toEqual([]);
    expect(findings[0]?.unresolvedTags).toHaveLength(2);
  });

  const { mappings: _, ...bare } = row;
  const { coverage, findings, ...rest } = report(bare);
  const written = { format: 'evidence-findings/v1', tool: { name: 'own' } };

  it.each<[string, object]>([
    ['whose findings come first', { findings, ...rest, coverage }],
    [
      'whose findings come before every member that identifies it',
      { findings, schema_version: 'v1', report_id: 'rpt_2026_a' },
    ],
    ['turned into a native file, with its id after the findings', { ...written, findings, report_id: 'rpt_2026_a' }],
    ['turned into a native file, with its signature', { ...written, findings, signature: { key_id: 'k' } }],
    ['with the envelope of its attestation', { ...written, findings, payloadType: 'application/vnd.in-toto+json' }],
    [
      'with only a row left, which has a digest of its evidence',
      { ...written, findings: [{ ...bare, evidence_excerpt_sha256: null }] },
    ],
    ['with a mapping for only one of its refs', { ...written, findings: [{ ...bare, mappings: mappings.slice(1) }] }],
  ])('%s gives no ref without its basis either, and no evaluation to a control', async (_name, file) => {
    const { scan, findings: rows } = await read(file);
    expect(rows).toHaveLength(1);
    expect([...rows, ...scan.probes].flatMap(({ refs }) => refs)).toEqual([]);
    expect(rows[0]?.unresolvedTags.toSorted()).toEqual([
      expect.stringMatching(/^EU_AI_ACT_Art15 \(stated as (?:a ref without a basis|derived)\)$/),
      'OWASP_LLM01 (stated as a ref without a basis)',
    ]);
  });
});

it('excess tags and refs are counted, in rows, in probes and in reports', async () => {
  const tags = Array.from({ length: 1500 }, (_, index) => `CWE-${index + 1}`);
  const told = [64, '(left out: at least 1437 further tags)'];
  const last = (unresolved: readonly string[] | undefined) => [unresolved?.length, unresolved?.at(-1)];
  const probes = [{ probe: 'p', passed: 1, failed: 0, tags }];
  const { scan, findings } = await read({ ...native({ tags }), probes });
  expect([last(findings[0]?.unresolvedTags), ...scan.probes.map((probe) => last(probe.unresolvedTags))]).toEqual([
    ...[told, told, told],
  ]);
  const row = { framework_refs: tags, evidence_excerpt_sha256: null };
  expect(last((await read(native(row))).findings[0]?.unresolvedTags)).toEqual(told);
});

describe('rows', () => {
  it('with one id and different tags are one weakness with all tags', async () => {
    const rows = [{ tags: ['LLM01:2025', 'odd'] }, { tags: ['LLM05:2025'] }].map((more) => ({ id: 'w', ...more }));
    for (const order of [rows, rows.toReversed()]) {
      const { findings } = await read(native(...order, { id: 'other', tags: ['LLM02:2025'] }));
      expect(findings.map(({ refs }) => refs.map(({ ref }) => ref))).toEqual([
        ['OWASP_LLM01', 'OWASP_LLM05'],
        ['OWASP_LLM01', 'OWASP_LLM05'],
        ['OWASP_LLM02'],
      ]);
      expect(findings[0]?.unresolvedTags).toEqual(['odd']);
    }
  });

  it.each([
    ['without a probe', {}],
    ['of one probe', { probe: 'p' }],
  ])('%s and with different tags count only for their own controls', async (_, more) => {
    const rows = [
      { id: '1', tags: ['LLM01:2025'], hits: 1, evaluations: 10, ...more },
      { id: '2', tags: ['LLM02:2025'], hits: 2, evaluations: 5, ...more },
      { id: '3', tags: ['LLM02:2025'], hits: 1, evaluations: 2, ...more },
    ];
    const { scan } = await read(native(...rows));
    expect(scan.probes.map(({ refs, evaluations }) => [refs[0]?.ref, evaluations.passed, evaluations.failed])).toEqual([
      ['OWASP_LLM01', 9, 1],
      ['OWASP_LLM02', 4, 3],
    ]);
    expect(scan.evaluations).toEqual({ total: 17, passed: 13, failed: 4, unscored: 0 });
  });

  it('do not give their tags to a probe that the file tags itself, nor the tags of one row to all', async () => {
    const rows = [
      { id: '1', probe: 'p', tags: ['LLM01:2025', 'LLM05:2025'] },
      { id: '2', probe: 'p', tags: ['LLM01:2025'] },
    ];
    const refsOf = async (probe: object) => {
      const probes = [{ probe: 'p', passed: 10, failed: 2, ...probe }];
      const { scan } = await read({ ...native(...rows), probes });
      return scan.probes.map(({ refs }) => refs.map(({ ref }) => ref));
    };
    expect(await refsOf({ tags: ['LLM07:2025'] })).toEqual([['OWASP_LLM07']]);
    expect(await refsOf({})).toEqual([['OWASP_LLM01']]);
  });

  it('that are skipped also count for the controls of their framework_refs', async () => {
    const probes = [{ probe: 'p', passed: 10, failed: 0, tags: ['LLM01:2025'] }];
    const skipped = { probe: 'p', severity: 'P9', framework_refs: ['OWASP_LLM05'] };
    const { scan } = await read({ ...native(skipped), probes });
    expect(scan.probes).toMatchObject([
      { evaluations: { failed: 1 }, refs: [{ ref: 'OWASP_LLM01' }, { ref: 'OWASP_LLM05' }] },
    ]);
  });
});

describe('the run of a native file', () => {
  it.each([
    [{ status: 'completed' }, { outcome: 'completed', problems: [] }],
    [{ status: 'Success' }, { outcome: 'completed', problems: [] }],
    [
      { status: 'failed', reason: 'The API answered 401.' },
      {
        outcome: 'failed',
        problems: ['According to the file, the run ended with the status failed: The API answered 401.'],
      },
    ],
    ['aborted', { outcome: 'failed', problems: ['According to the file, the run ended with the status aborted.'] }],
    [{ reason: 'x' }, { outcome: 'not_stated', problems: [] }],
  ])('is %j', async (stated, expected) => {
    const { findings, ...head } = { ...native({}), run: stated };
    expect((await read({ ...head, findings })).scan.run).toEqual(expected);
    const lines = [head, ...findings].map((row) => `${JSON.stringify(row)}\n`).join('');
    const file = await imported(inChunks(lines), { format: 'native' });
    expect(file.scan.run).toEqual(expected);
    expect(file.warnings).toHaveLength(expected.outcome === 'completed' ? 0 : 1);
  });
});
