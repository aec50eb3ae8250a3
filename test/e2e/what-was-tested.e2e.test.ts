import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EvidenceReport } from '@evidence/contracts';
import { startStack, type TempFolder, type TestStack, tempFolder, tool } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from './client.js';

const run = promisify(execFile);

let stack: TestStack;
let client: Client;
let folder: TempFolder;

beforeAll(async () => {
  stack = await startStack();
  client = new Client(stack.url, stack.token);
  folder = await tempFolder();
}, 90_000);

afterAll(async () => {
  await stack?.dispose();
  await folder?.remove();
});

async function importFile(format: string, endpoint: string, content: object): Promise<void> {
  const file = join(folder.path, `${endpoint}.json`);
  await writeFile(file, JSON.stringify(content));
  await run('curl', [
    ...['-sSf', '--data-binary', `@${file}`, '-H', `Authorization: Bearer ${stack.token}`],
    `${stack.url}/api/v2/findings/import?format=${format}&endpoint_id=${endpoint}`,
  ]);
}

/** The downloaded file of a report on one endpoint. */
async function reportOn(
  endpoint: string,
  frameworks: readonly string[],
  format: 'json' | 'pdf',
  more: object = {},
): Promise<string> {
  const scope = { endpoint_ids: [endpoint] };
  const { body } = await client.create({ title: 'What was tested', frameworks, scope, format, ...more });
  await client.ready(body.id);
  return join(folder.path, await client.download(body.id, folder.path));
}

const readJson = async (file: string): Promise<EvidenceReport> => JSON.parse(await readFile(file, 'utf8'));

test('a report in an edition says every OWASP entry in it, by what it means, and lists what it has no entry for', async () => {
  const tags = ['LLM06:2025', 'LLM06:2023', 'LLM06:2026', 'LLM07:2023', 'LLM06'];
  const findings = tags.map((tag) => ({ title: tag, severity: 'high', probe: tag, tags: [tag] }));
  await importFile('native', 'ep_editions', { format: 'evidence-findings/v1', tool: { name: 'own' }, findings });
  const requested = ['EU_AI_ACT', 'OWASP_LLM@2026'];
  const report = await readJson(await reportOn('ep_editions', requested, 'json'));
  expect(report.framework_editions).toEqual([
    expect.objectContaining({ framework: 'EU_AI_ACT' }),
    { framework: 'OWASP_LLM', edition: '2026' },
  ]);
  const owaspRefs = report.findings.map(({ title, framework_refs: refs }) => [
    title,
    refs.filter((ref) => ref.startsWith('OWASP_LLM')),
  ]);
  expect(Object.fromEntries(owaspRefs)).toEqual({
    'LLM06:2025': ['OWASP_LLM_2026_03'],
    'LLM06:2023': ['OWASP_LLM_2026_02'],
    'LLM06:2026': ['OWASP_LLM_2026_06'],
    'LLM07:2023': ['OWASP_LLM_2023_07'],
    LLM06: [],
  });
  expect(report.unresolved_tags.map(({ tag }) => tag)).toEqual([
    'LLM06 (could be OWASP_LLM06 or OWASP_LLM_2023_06 or OWASP_LLM_2026_06)',
    'OWASP_LLM_2023_07 has no single entry in edition 2026',
  ]);
  const owasp = report.coverage.find(({ framework }) => framework === 'OWASP_LLM');
  const found = owasp?.controls.filter(({ verdict }) => verdict === 'finding').map(({ ref }) => ref);
  expect(found).toEqual(['OWASP_LLM_2026_02', 'OWASP_LLM_2026_03', 'OWASP_LLM_2026_06']);
});

test('a report on what nobody judged calls nothing clean, and says first that nothing was tested', async (context) => {
  const error = { success: false, failureReason: 2, error: 'HTTP 500', testCase: { metadata: { pluginId: 'pii' } } };
  await importFile('promptfoo', 'ep_untested', { evalId: 'eval-1', results: { version: 3, results: [error, error] } });
  const frameworks = ['OWASP_LLM', 'NIST_AI_600_1'];
  const report = await readJson(await reportOn('ep_untested', frameworks, 'json'));
  expect(report.scans).toMatchObject([{ evaluated: false, evaluations: { total: 0, unscored: 2 } }]);
  const verdicts = report.coverage.flatMap(({ controls }) => controls.map(({ verdict }) => verdict));
  expect(new Set(verdicts)).toEqual(new Set(['not_tested']));
  const pdf = await reportOn('ep_untested', frameworks, 'pdf');
  if (!(await tool('pdftotext')))
    context.skip('pdftotext (poppler-utils) is not installed, so the text of the PDF was not read');
  const { stdout: text } = await run('pdftotext', ['-raw', pdf, '-']);
  expect(text.indexOf('Nothing in scope was tested.')).toBeGreaterThan(0);
  expect(text.indexOf('Nothing in scope was tested.')).toBeLessThan(text.indexOf('OPEN FINDINGS BY SEVERITY'));
});

test('a report on a system that the request describes tells what does not apply from what was not tested', async () => {
  const findings = [
    { title: 'Injection', severity: 'high', probe: 'a', tags: ['LLM01:2025', 'Article 15'] },
    { title: 'Left out', severity: 'low', probe: 'b', tags: ['LLM09:2025'] },
  ];
  await importFile('native', 'ep_described', { format: 'evidence-findings/v1', tool: { name: 'own' }, findings });
  const system = { roles: ['provider'], ai_act_risk_class: 'high_risk_annex_iii', assessment_date: '2026-11-29' };
  const scope = { endpoint_ids: ['ep_described'], include_severities: ['high'] };
  const report = await readJson(await reportOn('ep_described', ['OWASP_LLM', 'EU_AI_ACT'], 'json', { system, scope }));
  expect(report.system).toEqual({ described: true, ...system, general_purpose: null });
  const verdicts = new Map(report.coverage.flatMap(({ controls }) => controls).map((each) => [each.ref, each]));
  expect(verdicts.get('EU_AI_ACT_Art26')).toMatchObject({
    ...{ verdict: 'not_applicable', not_applicable: { reason: 'addressee', from: '2027-12-02' } },
  });
  expect(verdicts.get('EU_AI_ACT_Art15')).toMatchObject({ verdict: 'finding', not_applicable: { reason: 'not_yet' } });
  expect(verdicts.get('EU_AI_ACT_Art15')?.note).toContain('does not apply to the system as described');
  expect(verdicts.get('OWASP_LLM09')).toMatchObject({
    ...{ verdict: 'finding_outside_scope', outside_scope: { closed: {}, unrequested: { low: 1 } } },
  });
  for (const { controls, counts } of report.coverage)
    expect(counts.finding).toBe(controls.filter(({ direct_count }) => direct_count > 0).length);
});
