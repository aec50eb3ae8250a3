import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamOf } from '@evidence/contracts';
import { type EventLog, openEventLog } from '@evidence/event-store/log';
import { REPOSITORY, startStack } from '@evidence/testkit';
import { garakRows } from './garak-rows.ts';

const FINDINGS = 15;

const ROUNDS = 15;
const SUSTAINED = 300;
const CLIENTS = 8;
const POLL_MS = 5;
const READY_DEADLINE_MS = 30_000;

/** The time from POST to ready, for JSON and PDF, on a complete local stack; a ratio within one run. */
async function bench(): Promise<object> {
  await using stack = await startStack();
  const file = join(stack.dataDir, 'bench.report.jsonl');
  writeFileSync(file, garakRows(FINDINGS));
  const cli = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
  const place = ['--format', 'garak', '--tenant', 'acme', '--endpoint', 'ep_bench'];
  execFileSync(process.execPath, [cli, 'import', file, ...place], { env: stack.env });
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  const call = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${stack.url}/api/v2${path}`, { headers, ...init })).json();

  async function untilReady(format: 'pdf' | 'json'): Promise<Timed> {
    const startedAt = performance.now();
    const began = Date.now();
    const { id, detail } = await call('/reports', { method: 'POST', body: JSON.stringify(requestFor(format)) });
    if (!id) throw new Error(`refused: ${detail}`);
    const answered = Date.now();
    while (performance.now() - startedAt < READY_DEADLINE_MS) {
      const { status, failure } = await call(`/reports/${id}`);
      if (status === 'ready') return { id, ms: performance.now() - startedAt, began, answered, seen: Date.now() };
      if (failure) throw new Error(failure.message);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`${id} was not ready in ${READY_DEADLINE_MS} ms`);
  }

  const first = { json: await untilReady('json'), pdf: await untilReady('pdf') };
  const { findings } = await call(`/reports/${first.json.id}/download`);
  const warm = { json: [] as Timed[], pdf: [] as Timed[] };
  for (let round = 0; round < ROUNDS; round++) {
    warm.json.push(await untilReady('json'));
    warm.pdf.push(await untilReady('pdf'));
  }
  const [json, pdf] = [median(warm.json.map(({ ms }) => ms)), median(warm.pdf.map(({ ms }) => ms))];
  console.log(`POST to ready, ${findings.length} findings, median of ${ROUNDS}, polled every ${POLL_MS} ms:`);
  console.log(`  JSON ${json.toFixed(0)} ms (first one ${first.json.ms.toFixed(0)})`);
  console.log(`  PDF  ${pdf.toFixed(0)} ms (first one ${first.pdf.ms.toFixed(0)}), ${(pdf / json).toFixed(2)} × JSON`);
  const store = openEventLog(stack.env.EVENT_STORE_URL ?? '', () => new Date());
  const stages = { json: await stagesOf(store, warm.json), pdf: await stagesOf(store, warm.pdf) };
  for (const [format, table] of Object.entries(stages))
    console.log(
      `  ${format}: ${Object.entries(table)
        .map(([name, ms]) => `${name} ${ms} ms`)
        .join(', ')}`,
    );
  const perSecond = await sustained(store, () =>
    call('/reports', { method: 'POST', body: JSON.stringify(requestFor('json')) }),
  );
  console.log(`  ${SUSTAINED} JSON reports, ${CLIENTS} clients: ${perSecond.toFixed(0)} ready per second`);
  await store.close();
  return { findings: findings.length, jsonMs: json, pdfMs: pdf, pdfOverJson: pdf / json, stages, perSecond };
}

interface Timed {
  readonly id: string;
  readonly ms: number;
  /** By this machine's clock, like the times of the events: when the request was sent, when its response came, and when the report was seen to be ready. */
  readonly began: number;
  readonly answered: number;
  readonly seen: number;
}

/**
 * Medians of the time between a report's events, in milliseconds. A service sets an event's time before appending it, so each stage includes the
 * append of the event that it begins with, the relay, the message, and the reads of the next service.
 */
async function stagesOf(store: EventLog, reports: readonly Timed[]): Promise<Readonly<Record<string, number>>> {
  const spans: Record<string, number[]> = {};
  for (const { id, began, answered, seen } of reports) {
    let last = { name: 'POST', at: began };
    const take = (name: string, at: number) => {
      const span = `${last.name} to ${name}`;
      spans[span] = [...(spans[span] ?? []), at - last.at];
      last = { name, at };
    };
    for await (const { type, metadata } of store.readStream(streamOf.report(id)))
      take(type, Date.parse(metadata.occurredAt));
    take('seen', seen);
    spans['POST to 202'] = [...(spans['POST to 202'] ?? []), answered - began];
  }
  return Object.fromEntries(Object.entries(spans).map(([span, all]) => [span, median(all)]));
}

/** Reports that become ready per second, from the first request to the last of them, by the log. */
async function sustained(store: EventLog, ask: () => Promise<{ readonly id: string }>): Promise<number> {
  const after = await store.head();
  const startedAt = performance.now();
  let left = SUSTAINED;
  const ready = (async () => {
    let count = 0;
    const from = after === undefined ? {} : { from: after };
    for (; count < SUSTAINED; await new Promise((resolve) => setTimeout(resolve, 50))) {
      count = 0;
      for await (const _ of store.readAll({ ...from, filter: { types: ['ReportReady', 'ReportFailed'] } })) count++;
    }
    return performance.now();
  })();
  const client = async () => {
    while (left-- > 0) if (!(await ask()).id) throw new Error('a report was refused');
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const endedAt = await ready;
  return (SUSTAINED / (endedAt - startedAt)) * 1_000;
}

const requestFor = (format: string) => ({
  title: 'Bench',
  frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  scope: { endpoint_ids: ['ep_bench'], from: '2026-01-01', to: '2026-12-31' },
  format,
});

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

console.log(JSON.stringify({ bench: 'report', ...(await bench()) }));
