import { join } from 'node:path';
import { type ArtifactStore, openArtifactFolder } from '@evidence/artifacts';
import { canonicalJson, type MappingSnapshot, type ScopeSnapshot, scopeLinesOf, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { loadFrameworks } from '@evidence/frameworks/load';
import { type TempFolder, tempFolder } from '@evidence/testkit';
import { ScopeMapping } from '@evidence/verdicts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentsOf, evidence } from './evidence.js';
import { storeUnderTest } from './store-under-test.js';

const { append, env } = storeUnderTest();
let artifacts: ArtifactStore;
let folder: TempFolder;

beforeAll(async () => {
  folder = await tempFolder();
  artifacts = await openArtifactFolder({ folder: join(folder.path, 'artifacts') });
});
afterAll(() => folder.remove());

const affected = (...args: string[]) => evidence(['reports', 'affected', ...args], { ...env, DATA_DIR: folder.path });

const request = {
  ...exampleOf('ReportRequested'),
  frameworks: [{ framework: 'OWASP_LLM' as const, edition: '2025' }],
};
const scoped = exampleOf('ReportScoped');
const scope: ScopeSnapshot = {
  tenant: 'acme',
  scope: request.scope,
  findings: [],
  dispositions: [],
  scans: [],
  counts: { considered: 0, included: 0, excluded: {} },
};
const SCOPE_SHA256 = 'a'.repeat(64);

/** How the current rules map the scope, in the format of earlier releases. */
function mappedToday(): MappingSnapshot {
  const mapping = new ScopeMapping({
    ...{ snapshotSha256: SCOPE_SHA256, requested: request.frameworks, policy: request.mapping },
    ...{ strength: 'primary', dataAsOf: scoped.dataAsOf.at, frameworks: loadFrameworks() },
  });
  for (const line of scopeLinesOf(canonicalJson(scope))) mapping.take(line);
  const { counts: _, mappings: __, tags: ___, placesOf: ____, ...facts } = mapping.result();
  return { ...facts, findings: [] };
}

/** A report of acme that was issued with this mapping. */
async function issue(reportId: string, mapping: MappingSnapshot): Promise<void> {
  const snapshot = await artifacts.put('acme', canonicalJson(mapping), 'application/json');
  const scopeSnapshot = await artifacts.put('acme', canonicalJson(scope), 'application/json');
  const { rules: _, ...mapped } = exampleOf('ReportMapped');
  const events = [
    { type: 'ReportRequested' as const, data: { ...request, reportId, tenant: 'acme' } },
    { type: 'ReportScoped' as const, data: { ...scoped, reportId, snapshot: scopeSnapshot } },
    {
      type: 'ReportMapped' as const,
      data: { ...mapped, reportId, snapshot, scopeSnapshot, ...(mapping.rules && { rules: mapping.rules }) },
    },
    { type: 'ReportReady' as const, data: { ...exampleOf('ReportReady'), reportId } },
  ];
  await append(streamOf.report(reportId), 'acme', ...events);
}

const OLD_RULES = { version: '2026-11-23', sha256: 'b'.repeat(64) };

test('lists the issued reports whose verdicts would differ, and no others', async () => {
  const today = mappedToday();
  await issue('rpt_2026_same', today);
  await issue('rpt_2026_alike', { ...today, rules: OLD_RULES });
  const changed = structuredClone({ ...today, rules: OLD_RULES });
  for (const control of changed.coverage[0]?.controls.slice(0, 2) ?? []) control.verdict = 'finding';
  await issue('rpt_2026_changed', changed);
  const { rules: _, ...unversioned } = changed;
  await issue('rpt_2026_unversioned', unversioned);

  const ran = await affected('--json');
  expect(ran.exitCode).toBe(0);
  expect(documentsOf(ran).map(({ report_id, rules }) => [report_id, rules])).toEqual([
    ['rpt_2026_changed', OLD_RULES],
    ['rpt_2026_unversioned', null],
  ]);
  expect(documentsOf(ran)[0]).toMatchObject({
    tenant: 'acme',
    current_rules: today.rules,
    changes: [
      { ref: 'OWASP_LLM01', before: 'finding', after: 'not_tested' },
      { ref: 'OWASP_LLM02', before: 'finding', after: 'not_tested' },
    ],
  });
  expect(ran.stderr).toContain('2 of 4 issued reports would have different verdicts.');

  const { stdout } = await affected();
  expect(stdout).toMatch(/rpt_2026_changed +2026-11-23 +2 verdicts: 2 finding → not_tested/);
  expect((await affected('--tenant', 'globex', '--json')).stdout).toBe('');
});

test('says that a report whose snapshots are gone cannot be judged', async () => {
  const mapping = { ...mappedToday(), rules: OLD_RULES, assessmentDate: '2020-01-01' };
  await issue('rpt_2026_gone', mapping);
  const gone = await artifacts.put('acme', canonicalJson(mapping), 'application/json');
  await artifacts.remove('acme', gone.sha256);
  const ran = await affected('--json');
  expect(documentsOf(ran).find(({ report_id }) => report_id === 'rpt_2026_gone')).toMatchObject({
    cannot_be_judged: expect.stringContaining(gone.sha256),
  });
  expect(ran.stderr).toContain('1 cannot be judged.');
});

test('refuses a folder without artifacts, and does not create one', async () => {
  await using empty = await tempFolder();
  const ran = await evidence(['reports', 'affected'], { ...env, DATA_DIR: empty.path });
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toContain('set DATA_DIR');
});
