import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually, startStack } from '@evidence/testkit';
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
