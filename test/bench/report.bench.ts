import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, startStack } from '@evidence/testkit';

const FINDINGS = 15;

const ROUNDS = 15;
const POLL_MS = 5;
const READY_DEADLINE_MS = 30_000;

/** A garak report in which fifteen probes got through, as `eval` rows. */
const scan = [
  {
    entry_type: 'init',
    garak_version: '0.14.0',
    start_time: '2026-10-01T08:00:00',
    run: '3f1c7f0e-5c8e-4f0e-9a51-6a2f1f1f7c11',
  },
  ...Array.from({ length: FINDINGS }, (_, n) => ({
    entry_type: 'eval',
    probe: `dan.Ablation_Dan_${n}`,
    detector: 'dan.DAN',
    passed: 20 - n,
    fails: n + 1,
    total_evaluated: 21,
  })),
];

/** Time from POST to ready, JSON and PDF, over a whole local stack; a ratio within one run. */
async function bench(): Promise<object> {
  await using stack = await startStack();
  const file = join(stack.dataDir, 'bench.report.jsonl');
  writeFileSync(file, scan.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const cli = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
  const place = ['--format', 'garak', '--tenant', 'acme', '--endpoint', 'ep_bench'];
  execFileSync(process.execPath, [cli, 'import', file, ...place], { env: stack.env });
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  const call = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${stack.url}/api/v2${path}`, { headers, ...init })).json();

  async function untilReady(format: 'pdf' | 'json'): Promise<{ id: string; ms: number }> {
    const startedAt = performance.now();
    const { id } = await call('/reports', { method: 'POST', body: JSON.stringify(requestFor(format)) });
    while (performance.now() - startedAt < READY_DEADLINE_MS) {
      const { status, failure } = await call(`/reports/${id}`);
      if (status === 'ready') return { id, ms: performance.now() - startedAt };
      if (failure) throw new Error(failure.message);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`${id} was not ready in ${READY_DEADLINE_MS} ms`);
  }

  const first = { json: await untilReady('json'), pdf: await untilReady('pdf') };
  const { findings } = await call(`/reports/${first.json.id}/download`);
  const warm = { json: [] as number[], pdf: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    warm.json.push((await untilReady('json')).ms);
    warm.pdf.push((await untilReady('pdf')).ms);
  }
  const [json, pdf] = [median(warm.json), median(warm.pdf)];
  console.log(`POST to ready, ${findings.length} findings, median of ${ROUNDS}, polled every ${POLL_MS} ms:`);
  console.log(`  JSON ${json.toFixed(0)} ms (first one ${first.json.ms.toFixed(0)})`);
  console.log(`  PDF  ${pdf.toFixed(0)} ms (first one ${first.pdf.ms.toFixed(0)}), ${(pdf / json).toFixed(2)} × JSON`);
  return { findings: findings.length, jsonMs: json, pdfMs: pdf, pdfOverJson: pdf / json };
}

const requestFor = (format: string) => ({
  title: 'Bench',
  frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  scope: { endpoint_ids: ['ep_bench'], from: '2026-01-01', to: '2026-12-31' },
  format,
});

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

console.log(JSON.stringify({ bench: 'report', ...(await bench()) }));
