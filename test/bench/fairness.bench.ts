import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { garakRows } from './garak-rows.ts';

/** How many reports the first tenant has queued before the other one requests its own. Its quota is 1,000. */
const QUEUED = Number(process.env.BENCH_QUEUED ?? 900);
const ROUNDS = 15;
const BETWEEN_MS = 500;
const POSTS_AT_ONCE = 8;
const POLL_MS = 5;
const READY_DEADLINE_MS = 200_000;
/** Long enough for the gateway to accept all of them, however slow the machine is. */
const DEADLINE_SECONDS = 86_400;

/** How long another tenant waits for a PDF, alone and while the first tenant has a queue, on a complete local stack; and reports per second. */
async function bench(): Promise<object> {
  await using stack = await startStack({ env: { REPORT_DEADLINE_SECONDS: `${DEADLINE_SECONDS}` } });
  const [flooding, other] = [await tenant(stack, 'flooding'), await tenant(stack, 'other')];

  for (let round = 0; round < 3; round++) await other.untilReady();
  const alone: Wait[] = [];
  for (let round = 0; round < ROUNDS; round++) alone.push(await other.untilReady());

  const postedAt = performance.now();
  for (let n = 0; n < QUEUED; n += POSTS_AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(POSTS_AT_ONCE, QUEUED - n) }, () => flooding.ask()));
  const postedMs = performance.now() - postedAt;

  const before = { at: performance.now(), ready: await readyReports(stack), queued: await reportsOf(stack, 'queued') };
  const behind: Wait[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await pause(BETWEEN_MS);
    behind.push(await other.untilReady());
  }
  const seconds = (performance.now() - before.at) / 1_000;
  const perSecond = ((await readyReports(stack)) - before.ready) / seconds;
  const left = await reportsOf(stack, 'queued');
  const running = await flooding.runningMs();

  const [aloneMs, behindMs] = [median(alone.map(({ ms }) => ms)), median(behind.map(({ ms }) => ms))];
  const result = {
    queued: QUEUED,
    reportsPerSecond: round(perSecond),
    aloneMs: round(aloneMs),
    behindMs: round(behindMs),
    ratio: round(behindMs / aloneMs),
    behindMaxMs: round(Math.max(...behind.map(({ ms }) => ms))),
    queuedMs: round(median(behind.map(({ queuedMs }) => queuedMs))),
    runningReportMs: round(median(running)),
  };
  console.log(
    `${QUEUED} PDFs of one tenant requested in ${(postedMs / 1_000).toFixed(0)} s, ${FINDINGS} findings each.`,
  );
  console.log(`  in the queue meanwhile           ${before.queued} to ${left}`);
  console.log(`  reports per second meanwhile     ${result.reportsPerSecond}`);
  console.log(`  a running report takes           ${result.runningReportMs} ms (median)`);
  console.log(`  the other tenant waits, alone    ${result.aloneMs} ms (median of ${ROUNDS})`);
  console.log(`  the other waits with the queue   ${result.behindMs} ms (longest ${result.behindMaxMs} ms)`);
  console.log(`    of which until it was started  ${result.queuedMs} ms`);
  console.log(`  ratio                            ${result.ratio} x`);
  return result;
}

interface Wait {
  readonly ms: number;
  readonly queuedMs: number;
}

const FINDINGS = 15;

async function tenant(stack: TestStack, name: string) {
  const evidence = (...args: readonly string[]) =>
    execFileSync(process.execPath, [join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js'), ...args], {
      env: stack.env,
      encoding: 'utf8',
    });
  const file = join(stack.dataDir, `${name}.report.jsonl`);
  writeFileSync(file, garakRows(FINDINGS));
  evidence('import', file, '--format', 'garak', '--tenant', name, '--endpoint', 'ep_bench');
  const scopes = ['--scopes', 'reports:generate,reports:read'];
  const token = evidence('tokens', 'mint', '--tenant', name, '--name', 'bench', ...scopes).match(/\S{40,}/)?.[0];
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${stack.url}/api/v2${path}`, { headers, ...init })).json();
  const ask = async (): Promise<string> => {
    const answer = await call('/reports', { method: 'POST', body: JSON.stringify(REQUEST) });
    if (answer.id === undefined) throw new Error(JSON.stringify(answer));
    return answer.id;
  };
  return {
    ask,
    async untilReady(): Promise<Wait> {
      const startedAt = performance.now();
      const id = await ask();
      while (performance.now() - startedAt < READY_DEADLINE_MS) {
        const report = await call(`/reports/${id}`);
        const ms = performance.now() - startedAt;
        if (report.status === 'ready')
          return { ms, queuedMs: Date.parse(report.started_at) - Date.parse(report.queued_at) };
        if (report.failure) throw new Error(report.failure.message);
        await pause(POLL_MS);
      }
      throw new Error(`${id} was not ready in ${READY_DEADLINE_MS} ms`);
    },
    /** How long the last 100 reports ran, from their start. */
    async runningMs(): Promise<number[]> {
      const { data } = await call('/reports?status=ready&limit=100');
      const full = await Promise.all(data.map(({ id }: { id: string }) => call(`/reports/${id}`)));
      return full.map(({ started_at, ready_at }) => Date.parse(ready_at) - Date.parse(started_at));
    },
  };
}

const readyReports = (stack: TestStack) => reportsOf(stack, 'ready');

async function reportsOf(stack: TestStack, status: string): Promise<number> {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  return Number(text.match(new RegExp(`^evidence_reports\\{status="${status}"\\} (\\d+)`, 'm'))?.[1] ?? 0);
}

const REQUEST = {
  title: 'Bench',
  frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  scope: { endpoint_ids: ['ep_bench'], from: '2026-01-01', to: '2026-12-31' },
  format: 'pdf',
};

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const round = (number: number) => Math.round(number * 10) / 10;

console.log(JSON.stringify({ bench: 'fairness', ...(await bench()) }));
