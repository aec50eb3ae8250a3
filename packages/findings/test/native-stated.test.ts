import { describe, expect, it } from 'vitest';
import { importScan } from '../src/index.js';
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

it('members that are not read are told by name and count, the most frequent first', async () => {
  const file = native({ framework_ref: 'x', cwe: 1 }, { framework_ref: 'y' }, {});
  await using scan = await importScan(inChunks(JSON.stringify(file)), options);
  expect(scan.unreadMembers).toEqual([
    { name: 'framework_ref', count: 2 },
    { name: 'cwe', count: 1 },
  ]);
});

it('members of the file itself that are not read are told too, in a document and in JSON Lines', async () => {
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

  it('can be imported: what it states as direct is direct, and the rest is listed and gives no verdict', async () => {
    const file = await read(report(row));
    checkScan(file);
    expect(file.scan).toMatchObject({ tool: row.tool, startedAt: '2026-10-05T09:00:00.000Z', counts: { recorded: 1 } });
    expect(file.findings[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01']);
    expect(file.findings[0]?.unresolvedTags).toEqual(['EU_AI_ACT_Art15 (stated as derived)']);
    expect(file.scan.probes[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM01']);
  });

  it('without mappings states no basis, and gives no ref', async () => {
    const { mappings: _, ...bare } = row;
    const { findings } = await read(report(bare));
    expect(findings[0]?.refs).toEqual([]);
    expect(findings[0]?.unresolvedTags).toHaveLength(2);
  });
});
