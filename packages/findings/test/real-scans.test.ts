import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assertEventSchema } from '@evidence/contracts';
import { expect, it, type TestContext } from 'vitest';
import { imported } from './importing.js';

/** Real scanner output lies beside the repository where developers have it; it is third-party text and not ours to ship. */
const folder = fileURLToPath(new URL('../../../../shared/data/scans/garak/', import.meta.url));

function real(name: string, { skip }: TestContext): string {
  if (!existsSync(folder + name)) skip(`${folder}${name} is not here; real scans are not part of the repository`);
  return folder + name;
}

interface DigestedDetector {
  readonly total_evaluated: number;
  readonly passed: number;
}

it('a real digest gives the totals that an independent count gives', async (context) => {
  const path = real('garak__extracted_digest.json', context);
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
    'garak__report_test.report.jsonl',
    {
      attempts: 8,
      evaluations: { total: 8, passed: 8, failed: 0, unscored: 0 },
      startedAt: '2025-11-21T10:07:46.514Z',
    },
  ],
  [
    'garak__agg.report.jsonl',
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
  const path = real('garak__report_test.report.jsonl', context);
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
