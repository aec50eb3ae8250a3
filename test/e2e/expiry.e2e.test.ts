import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EvidenceReport } from '@evidence/contracts';
import { eventually, startStack, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { Client, packRequest } from './client.js';

const run = promisify(execFile);

test('a report whose retention is over is pruned, and its download answers 410 report_expired', async () => {
  const stack = await startStack({ env: { RETENTION_SECONDS: '2' } });
  onTestFinished(stack.dispose);
  const client = new Client(stack.url, stack.token);
  const { id } = (await client.create(packRequest('json'))).body;
  await eventually(async () => expect((await client.report(id)).status).toBe('expired'), { timeoutMs: 30_000 });
  const { stdout } = await run('curl', [
    ...['-sS', '-w', '\n%{http_code}', '-H', `Authorization: Bearer ${stack.token}`],
    `${stack.url}/api/v2/reports/${id}/download`,
  ]);
  expect(stdout).toMatch(/\n410$/);
  expect(JSON.parse(stdout.slice(0, stdout.lastIndexOf('\n')))).toMatchObject({ error: 'report_expired' });
}, 90_000);

/** What one making of a report has of its own. */
function contentOf({
  report_id: _,
  generated_at: __,
  signature: ___,
  renderer_version: ____,
  ...content
}: EvidenceReport) {
  return content;
}

test('an expired report can be made again, and says the same although findings have come in since; asked anew it says more', async () => {
  const stack = await startStack({ samples: true, env: { RETENTION_SECONDS: '15' } });
  onTestFinished(stack.dispose);
  await using folder = await tempFolder();
  const client = new Client(stack.url, stack.token);
  const readyContent = async (id: string) => {
    const { artifact } = (await client.ready(id)) as { artifact?: { content_sha256?: string } };
    const file = join(folder.path, await client.download(id, folder.path));
    return { sha256: artifact?.content_sha256, content: contentOf(JSON.parse(await readFile(file, 'utf8'))) };
  };
  const { id } = (await client.create(packRequest('json'))).body;
  const first = await readyContent(id);
  expect(first.sha256).toMatch(/^[0-9a-f]{64}$/);

  const findings = [
    { title: 'Since then', severity: 'high', probe: 'p', tags: ['LLM01:2025'], discovered_at: '2026-10-01' },
  ];
  const scan = join(folder.path, 'scan.json');
  await writeFile(scan, JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings }));
  const importing = ['--data-binary', `@${scan}`, '-H', `Authorization: Bearer ${stack.token}`];
  await run('curl', ['-sSf', ...importing, `${stack.url}/api/v2/findings/import?endpoint_id=ep_new`]);

  await eventually(async () => expect((await client.report(id)).status).toBe('expired'), { timeoutMs: 60_000 });
  const again = await client.call<{ id: string }>('POST', `/reports/${id}/regenerate`);
  expect(again.status).toBe(202);
  const second = await readyContent(again.body.id);
  expect(second).toEqual(first);

  const { request } = (await client.call<{ request: object }>('GET', `/reports/${id}`)).body;
  const anew = await readyContent((await client.create(request)).body.id);
  expect(anew.sha256).not.toBe(first.sha256);
  expect(anew.content.findings.map(({ title }) => title)).toContain('Since then');
}, 180_000);
