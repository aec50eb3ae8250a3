/**
 * Reports of 50,000 to 1,000,000 findings through the whole system, while another endpoint's small reports go through it: seconds from the request
 * to ready (JSON and PDF), and what each process takes above idle, both from outside. Idle is after a few small reports of both formats, before
 * anything large was imported. `npm run bench large-system`, or with sizes: `node test/bench/large-system.bench.ts 50000`.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { garakRows } from './garak-rows.ts';
import { residentMib } from './process-figures.ts';

const SIZES = [50_000, 200_000, 1_000_000];
/** The limits. */
const PDF_MAX = 200_000;
const MIB_ABOVE_IDLE_MAX = 256;
/** A scan takes 400,000 at most. */
const FINDINGS_PER_SCAN = 200_000;
const ROUNDS = 5;
const SMALL_FINDINGS = 15;
const SMALL_EVERY_MS = 1_000;
const SETTLE_MS = 3_000;
const FRAMEWORKS = ['OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001'];

type Format = 'json' | 'pdf';

/** One to three tags, the same in every run. */
const tagsOf = (n: number) =>
  Array.from(new Set(Array.from({ length: 1 + (n % 3) }, (_, i) => 1 + ((n * 7919 + i * 104_729) % 10)))).map(
    (number) => `owasp:llm${String(number).padStart(2, '0')}`,
  );

async function writeScan(file: string, from: number, findings: number): Promise<void> {
  const out = createWriteStream(file);
  out.write('{"format":"evidence-findings/v1","tool":{"name":"bench","version":"1"}}\n');
  for (let n = from; n < from + findings; n++) {
    const row = { title: `Injected instruction overrides the system prompt (${n})`, severity: n % 2 ? 'high' : 'low' };
    const line = JSON.stringify({ ...row, probe: `promptinject.${n % 50}`, tags: tagsOf(n), excerpt: `Output ${n}` });
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

const residents = (stack: TestStack, which: 'VmRSS' | 'VmHWM') =>
  Object.fromEntries([...stack.pids()].map(([name, pid]) => [name, residentMib(pid, which)]));

function forgetPeaks(stack: TestStack): void {
  for (const pid of stack.pids().values()) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function clientOf({ url, token, env, dataDir }: TestStack) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'wait=60' };
  const cli = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
  return {
    importFile(file: string, format: string, endpoint: string): void {
      const place = ['--format', format, '--tenant', 'acme', '--endpoint', endpoint];
      execFileSync(process.execPath, [cli, 'import', file, ...place], { env, stdio: 'ignore', cwd: dataDir });
    },
    /** Resolves when the report is ready. */
    async report(endpoints: readonly string[], format: Format): Promise<number> {
      const body = { title: 'Bench', frameworks: FRAMEWORKS, scope: { endpoint_ids: endpoints }, format };
      const startedAt = performance.now();
      let { id, status, detail, failure } = await (
        await fetch(`${url}/api/v2/reports`, { method: 'POST', headers, body: JSON.stringify(body) })
      ).json();
      if (!id) throw new Error(detail);
      while (status !== 'ready') {
        if (failure) throw new Error(failure.message);
        await pause(20);
        ({ status, failure } = await (await fetch(`${url}/api/v2/reports/${id}`, { headers })).json());
      }
      return (performance.now() - startedAt) / 1_000;
    },
  };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function measure(findings: number): Promise<object> {
  await using stack = await startStack({ env: { REPORT_DEADLINE_SECONDS: '3600' } });
  const client = clientOf(stack);
  const file = join(stack.dataDir, 'scan.jsonl');
  writeFileSync(file, garakRows(SMALL_FINDINGS));
  client.importFile(file, 'garak', 'ep_small');
  for (let round = 0; round < ROUNDS; round++)
    for (const format of ['json', 'pdf'] as const) await client.report(['ep_small'], format);
  await pause(SETTLE_MS);
  const idle = residents(stack, 'VmRSS');

  const endpoints: string[] = [];
  const importedAt = performance.now();
  for (let from = 0; from < findings; from += FINDINGS_PER_SCAN) {
    endpoints.push(`ep_large_${endpoints.length}`);
    await writeScan(file, from, Math.min(FINDINGS_PER_SCAN, findings - from));
    client.importFile(file, 'native', endpoints.at(-1) as string);
  }
  console.log(`${findings}: imported in ${((performance.now() - importedAt) / 1_000).toFixed(0)} s`);

  const results: object[] = [];
  for (const format of ['json', 'pdf'] as const) {
    if (format === 'pdf' && findings > PDF_MAX) continue;
    // Alone: what one client waits for. The first one also waits for the views.
    await client.report(endpoints, format);
    const rounds = findings > PDF_MAX ? 1 : ROUNDS;
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) seconds.push(await client.report(endpoints, format));
    // With others: what it takes.
    forgetPeaks(stack);
    const small: number[] = [];
    const over = new AbortController();
    const others = (async () => {
      while (!over.signal.aborted) {
        small.push(await client.report(['ep_small'], small.length % 2 ? 'pdf' : 'json'));
        await pause(SMALL_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
      }
    })();
    const withOthers = await client.report(endpoints, format);
    over.abort();
    await others;
    const peaks = residents(stack, 'VmHWM');
    const above = Object.fromEntries(Object.entries(peaks).map(([name, mib]) => [name, mib - (idle[name] ?? 0)]));
    const told = Object.entries(above).map(([name, mib]) => `${name} ${mib.toFixed(0)}`);
    console.log(
      `${findings} ${format}: ready in ${median(seconds).toFixed(2)} s alone (median of ${rounds}), ${withOthers.toFixed(2)} s with ${small.length} small reports, each ready in ${median(small).toFixed(2)} s`,
    );
    console.log(`  MiB above idle, of ${MIB_ABOVE_IDLE_MAX}: ${told.join(', ')}`);
    results.push({ findings, format, seconds, withOthers, small, idle, above });
  }
  return results;
}

const asked = process.argv.slice(2).map(Number);
const results: object[] = [];
for (const findings of asked.length > 0 ? asked : SIZES) results.push(await measure(findings));
console.log(JSON.stringify({ bench: 'large-system', results: results.flat() }));
