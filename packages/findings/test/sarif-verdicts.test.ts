import { describe, expect, it } from 'vitest';
import { checkScan, imported, inChunks } from './importing.js';

const TAG = { llm01: 'LLM01:2025', llm06: 'LLM06:2025' };
const tagged = (...tags: readonly string[]) => ({ properties: { tags } });
const message = { text: 'm' };

interface Run {
  readonly rules?: readonly object[];
  readonly results: readonly object[];
  readonly invocations?: readonly object[];
}

async function read(...runs: readonly Run[]) {
  const document = {
    version: '2.1.0',
    runs: runs.map(({ rules = [], ...run }) => ({ tool: { driver: { name: 'agentscan', rules } }, ...run })),
  };
  const file = await imported(inChunks(JSON.stringify(document)), { format: 'sarif' });
  checkScan(file);
  return file;
}

const tallies = ({ scan }: Awaited<ReturnType<typeof read>>) =>
  scan.probes.map(({ refs, evaluations: { passed, failed, unscored } }) => [
    refs.map(({ ref }) => ref).join(' '),
    { passed, failed, unscored },
  ]);

describe('a pass under one tag says nothing about another', () => {
  it('if results of one rule have tags of their own', async () => {
    const file = await read({
      results: [
        { ruleId: 'A', kind: 'pass', message, ...tagged(TAG.llm01) },
        { ruleId: 'A', kind: 'pass', message, ...tagged(TAG.llm01) },
        { ruleId: 'A', kind: 'open', message, ...tagged(TAG.llm06) },
      ],
    });
    expect(tallies(file)).toEqual([
      ['OWASP_LLM01', { passed: 2, failed: 0, unscored: 0 }],
      ['OWASP_LLM06', { passed: 0, failed: 0, unscored: 1 }],
    ]);
  });

  it('if two runs of a tool tag the same rule differently', async () => {
    const ruleWith = (tag: string) => [{ id: 'A', ...tagged(tag) }];
    const file = await read(
      { rules: ruleWith(TAG.llm01), results: [{ ruleId: 'A', kind: 'pass', message }] },
      { rules: ruleWith(TAG.llm06), results: [{ ruleId: 'A', kind: 'notApplicable', message }] },
    );
    expect(tallies(file)).toEqual([
      ['OWASP_LLM01', { passed: 1, failed: 0, unscored: 0 }],
      ['OWASP_LLM06', { passed: 0, failed: 0, unscored: 0 }],
    ]);
  });
});

it('results with one fingerprint are one weakness, and each has the tags of all', async () => {
  const fingerprints = { 'primary/v1': '1' };
  const results = [TAG.llm01, TAG.llm06].map((tag) => ({ ruleId: 'A', message, fingerprints, ...tagged(tag) }));
  const { findings } = await read({ results: [...results, { ruleId: 'A', message, ...tagged('LLM07:2025') }] });
  const [one, other, apart] = findings.map(({ findingId, refs }) => ({ findingId, refs: refs.map(({ ref }) => ref) }));
  expect(one).toEqual(other);
  expect(one?.refs).toEqual(['OWASP_LLM01', 'OWASP_LLM06']);
  expect(apart?.refs).toEqual(['OWASP_LLM07']);
});

it('a pass of the level error is neither a pass nor a finding', async () => {
  const { scan, warnings } = await read({
    results: [
      { ruleId: 'A', kind: 'pass', level: 'error', message },
      { ruleId: 'A', kind: 'pass', level: 'none', message },
    ],
  });
  expect(scan.counts).toEqual({ in: 2, recorded: 0, skipped: { level_contradicts: 1, passed: 1 } });
  expect(scan.evaluations).toEqual({ total: 1, passed: 1, failed: 0, unscored: 1 });
  expect(warnings).toMatchObject([{ code: 'level_contradicts' }]);
});

it('a run that states "false" as text was not successful', async () => {
  const results = [{ ruleId: 'A', kind: 'pass', message }];
  const { scan } = await read({ results, invocations: [{ executionSuccessful: 'false' }] });
  expect(scan.run.outcome).toBe('failed');
});

it('ids in members of any name, at any depth, are read or listed', async () => {
  const properties = { details: { risk: [{ owasp: { id: TAG.llm06 } }, 'CWE-74', { note: 'see CWE-79' }] } };
  const { findings } = await read({ results: [{ ruleId: 'A', message, properties }] });
  expect(findings[0]).toMatchObject({ refs: [{ ref: 'OWASP_LLM06' }], unresolvedTags: ['CWE-74'] });
});

it.each([
  [{ properties: { 'security-severity': 'Critical' } }, 'critical', 'severity Critical'],
  [{ properties: { 'security-severity': ' 9.8 ' } }, 'critical', 'security-severity 9.8'],
  [{ level: 'critical' }, 'critical', 'level critical'],
  [{ properties: { cvss: 'CVSS:3.1/AV:N' } }, 'medium', 'cvss CVSS:3.1/AV:N, on an unknown scale'],
  [{ properties: { 'security-severity': 11 } }, 'medium', 'security-severity 11, on an unknown scale'],
  [{ level: 'error', properties: { cvss: 'CVSS:3.1/AV:N' } }, 'high', 'level error'],
])('severity: %j', async (result, severity, severityOriginal) => {
  const { findings } = await read({ results: [{ ruleId: 'A', message, ...result }] });
  expect(findings[0]).toMatchObject({ severity, severityOriginal });
});
