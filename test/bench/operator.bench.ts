/**
 * How long an operator waits to prove a report, to export, back up, check and restore, and for the views to be rebuilt from the log. Runs each
 * command as typed, on a system with 50,000 findings and small reports, compared with copying the data folder.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY, startStack } from '@evidence/testkit';
import { garakRows } from './garak-rows.ts';

const FINDINGS = Number(process.env.BENCH_FINDINGS ?? 50_000);
const SMALL = 15;
const REPORTS = Number(process.env.BENCH_REPORTS ?? 100);
const READY_DEADLINE_MS = 300_000;
const CLI = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');

const seconds = (startedAt: number) => Number(((performance.now() - startedAt) / 1_000).toFixed(2));
const bytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

const nativeRows = (findings: number): string =>
  [
    '{"format":"evidence-findings/v1","tool":{"name":"bench"}}',
    ...Array.from({ length: findings }, (_, n) =>
      JSON.stringify({ title: `Finding ${n}`, severity: 'high', probe: `p${n % 50}`, tags: ['owasp:llm01'] }),
    ),
  ].join('\n');

async function bench(): Promise<object> {
  await using stack = await startStack();
  const folder = mkdtempSync(join(tmpdir(), 'operator-bench-'));
  const env = { ...process.env, DATA_DIR: stack.dataDir };
  const times: Record<string, number> = {};
  const timed = (name: string, ...args: string[]) => {
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' });
    times[name] = seconds(startedAt);
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    console.log(`  ${name.padEnd(44)} ${String(times[name]).padStart(7)} s`);
  };

  for (const [endpoint, format, scan] of [
    ['ep_large', 'native', nativeRows(FINDINGS)],
    ['ep_small', 'garak', garakRows(SMALL)],
  ] as const) {
    const file = join(folder, `${endpoint}.jsonl`);
    writeFileSync(file, scan);
    const place = ['--format', format, '--tenant', 'acme', '--endpoint', endpoint];
    execFileSync(process.execPath, [CLI, 'import', file, ...place], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  const call = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${stack.url}/api/v2${path}`, { headers, ...init })).json();
  const made = async (endpoint: string, format: string): Promise<string> => {
    const scope = { endpoint_ids: [endpoint], from: '2026-01-01', to: '2026-12-31' };
    const body = JSON.stringify({ title: 'Bench', frameworks: ['OWASP_LLM', 'NIST_AI_600_1'], scope, format });
    const { id, detail } = await call('/reports', { method: 'POST', body });
    if (!id) throw new Error(detail);
    for (const startedAt = performance.now(); performance.now() - startedAt < READY_DEADLINE_MS; ) {
      const { status, failure } = await call(`/reports/${id}`);
      if (status === 'ready') return id;
      if (failure) throw new Error(failure.message);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${id} was not ready in time`);
  };
  const large = { json: await made('ep_large', 'json'), pdf: await made('ep_large', 'pdf') };
  const small = { json: await made('ep_small', 'json'), pdf: await made('ep_small', 'pdf') };
  for (let n = 0; n < REPORTS - 2; n++) await made('ep_small', 'json');

  console.log(`${FINDINGS} findings, ${REPORTS} reports of ${SMALL} and two of all:`);
  timed('prove, JSON, small', 'prove', small.json);
  timed('prove, PDF, small', 'prove', small.pdf);
  timed('prove, JSON, large', 'prove', large.json);
  timed('prove, PDF, large', 'prove', large.pdf);
  timed('export, one small report', 'export', small.json, '--output', join(folder, 'one.tar'));
  timed('export, the tenant', 'export', '--tenant', 'acme', '--output', join(folder, 'all.tar'));
  timed('replay, all reports', 'replay', '--to', new Date().toISOString());
  const [backup, keys] = [join(folder, 'backup'), join(folder, 'keys')];
  timed('backup, while running', 'backup', backup, '--keys', keys);
  timed('backup check', 'backup', 'check', backup, '--keys', keys);
  await stack.stop();
  const copying = performance.now();
  cpSync(stack.dataDir, join(folder, 'copy'), { recursive: true });
  times['copying the data folder'] = seconds(copying);
  const megabytes = Math.round(bytesBelow(join(folder, 'copy')) / 1e6);
  console.log(`  ${'copying the data folder'.padEnd(44)} ${times['copying the data folder']} s, ${megabytes} MB`);
  timed('restore', 'restore', backup, '--keys', keys, '--replace');
  const starting = performance.now();
  await stack.start();
  times['start, all views made from the log'] = seconds(starting);
  console.log(`  ${'start, all views made from the log'.padEnd(44)} ${times['start, all views made from the log']} s`);
  rmSync(folder, { recursive: true });
  return { findings: FINDINGS, reports: REPORTS, megabytes, times };
}

console.log(JSON.stringify({ bench: 'operator', ...(await bench()) }));
process.exit(0);
