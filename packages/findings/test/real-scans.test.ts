import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assertEventSchema } from '@evidence/contracts';
import { expect, it, type TestContext } from 'vitest';
import { checkScan, imported } from './importing.js';

/** Real scanner output, in a folder next to the repository if a developer has it. It is third-party text that we may not ship. */
const folder = fileURLToPath(new URL('../../../../shared/data/scans/', import.meta.url));

function real(name: string, { skip }: TestContext): string {
  if (!existsSync(folder + name)) skip(`${folder}${name} is not here; real scans are not part of the repository`);
  return folder + name;
}

interface DigestedDetector {
  readonly total_evaluated: number;
  readonly passed: number;
}

it('the totals of a real digest agree with an independent count', async (context) => {
  const path = real('garak/garak__extracted_digest.json', context);
  const digest = JSON.parse(readFileSync(path, 'utf8')) as {
    eval: Record<string, Record<string, Record<string, DigestedDetector>>>;
  };
  const probes = Object.values(digest.eval).flatMap((group) =>
    Object.entries(group).filter(([name]) => name !== '_summary'),
  );
  const results = probes.flatMap(([, probe]) => Object.entries(probe).filter(([name]) => name !== '_summary'));
  const total = results.reduce((sum, [, { total_evaluated }]) => sum + total_evaluated, 0);
  const passed = results.reduce((sum, [, result]) => sum + result.passed, 0);
  expect([probes.length, results.length, total, total - passed]).toEqual([99, 147, 96_865, 34_710]);

  const { scan, findings } = await imported(createReadStream(path));
  expect(new Set(scan.probes.map(({ probe }) => probe)).size).toBe(probes.length);
  expect(scan.probes).toHaveLength(results.length);
  expect(scan.evaluations).toEqual({ total, passed, failed: total - passed, unscored: 0 });
  expect(findings).toHaveLength(results.filter(([, each]) => each.passed < each.total_evaluated).length);
  expect(findings.reduce((sum, { evidence }) => sum + evidence.hits, 0)).toBe(total - passed);
  expect(scan).toMatchObject({
    evaluated: true,
    discrepancies: [],
    counts: { skipped: {} },
    startedAt: '2026-07-21T18:45:46.129Z',
  });
  assertEventSchema('ScanRecorded.v1', scan);
  for (const finding of findings) assertEventSchema('FindingRecorded.v1', finding);
});

it.for([
  [
    'garak/garak__report_test.report.jsonl',
    {
      attempts: 8,
      evaluations: { total: 8, passed: 8, failed: 0, unscored: 0 },
      startedAt: '2025-11-21T10:07:46.514Z',
    },
  ],
  [
    'garak/garak__agg.report.jsonl',
    {
      attempts: 9,
      evaluations: { total: 9, passed: 9, failed: 0, unscored: 0 },
      startedAt: '2025-08-28T14:06:53.103Z',
    },
  ],
] as const)('a real report that passed has evaluations and no findings: %s', async ([name, expected], context) => {
  const path = real(name, context);
  const { scan, findings } = await imported(createReadStream(path));
  expect(scan).toMatchObject({
    ...expected,
    evaluated: true,
    discrepancies: [],
    counts: { in: 0, recorded: 0, skipped: {} },
  });
  expect(findings).toEqual([]);
});

it('a real report without its evaluations and digest is not evaluated', async (context) => {
  const path = real('garak/garak__report_test.report.jsonl', context);
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !/"entry_type": "(eval|digest|probe_summary)"/.test(line));
  const { scan, findings } = await imported(
    (async function* () {
      yield Buffer.from(lines.join('\n'));
    })(),
  );
  expect(scan).toMatchObject({ evaluated: false, attempts: 8, evaluations: { total: 0, passed: 0, failed: 0 } });
  expect(findings).toEqual([]);
});

interface PromptfooFile {
  readonly results: { readonly results: readonly { success: boolean; metadata: { severity?: string } }[] };
}

it('a real promptfoo eval gives a finding for each failed result', async (context) => {
  const path = real('promptfoo/defectdojo-promptfoo__many_findings.json', context);
  const { results } = (JSON.parse(readFileSync(path, 'utf8')) as PromptfooFile).results;
  const failed = results.filter(({ success }) => !success);
  expect([results.length, failed.length]).toEqual([9, 7]);
  const file = await imported(createReadStream(path), { format: 'promptfoo', strict: true });
  checkScan(file);
  expect(file.scan).toMatchObject({
    attempts: 9,
    evaluations: { total: 9, passed: 2, failed: 7, unscored: 0 },
    counts: { in: 9, recorded: 7, skipped: { passed: 2 } },
    discrepancies: [],
  });
  expect(file.findings.map(({ severity }) => severity)).toEqual(
    failed.map(({ metadata }) => metadata.severity ?? 'medium'),
  );
});

interface SarifFile {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly rules: readonly { id: string; defaultConfiguration: { level: string } }[] };
    };
    readonly results: readonly { readonly ruleId: string; readonly level?: string }[];
  }[];
}

it('a real SARIF log without levels has the severities of its rules', async (context) => {
  const path = real('sarif/django-DefectDojo__semgrepowasp-benchmark-sample.sarif', context);
  const [run] = (JSON.parse(readFileSync(path, 'utf8')) as SarifFile).runs;
  const levels = new Map(
    run?.tool.driver.rules.map(({ id, defaultConfiguration }) => [id, defaultConfiguration.level]),
  );
  const severities = { error: 'high', warning: 'medium', note: 'low' } as Readonly<Record<string, string>>;
  const expected = run?.results.map(({ ruleId }) => [ruleId, severities[levels.get(ruleId) ?? '']]) ?? [];
  expect([expected.length, run?.results.some(({ level }) => level !== undefined)]).toEqual([1768, false]);
  const file = await imported(createReadStream(path), { format: 'sarif', strict: true });
  checkScan(file);
  expect(file.findings.map(({ probe, severity }) => [probe, severity])).toEqual(expected);
  expect(file.scan.counts).toEqual({ in: 1768, recorded: 1768, skipped: {} });
});

it('a suppressed result of a real SARIF log is accepted', async (context) => {
  const path = real('sarif/django-DefectDojo__appendix_k.sarif', context);
  const file = await imported(createReadStream(path), { format: 'sarif' });
  checkScan(file);
  expect(file.findings).toMatchObject([
    { status: 'accepted', probe: 'C2001', severity: 'high', discoveredAt: '2016-07-16T14:18:25.000Z' },
  ]);
});
