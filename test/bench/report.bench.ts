/**
 * Small reports on a complete local stack: the time from POST to ready, soon after the start and in steady use, polled and with `Prefer: wait`; and
 * how many reports per second become ready under a steady load, with the CPU that each takes in each process.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { streamOf } from '@evidence/contracts';
import { type EventLog, openEventLog } from '@evidence/event-store/log';
import { REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { garakRows } from './garak-rows.ts';
import { cpuEachSince, cpuOf, listed } from './process-figures.ts';

const FINDINGS = 15;
/** Of both formats each. After two of them, the code of the services is compiled. */
const ROUNDS = 30;
const PHASES = 3;
const SUSTAINED = 300;
const SUSTAINED_PHASES = 3;
const CLIENTS = 8;
/** Requested and not ready; a tenant may have 225 in its queue. */
const UNDER_WAY_MAX = 24;
const POLL_MS = 5;
const READY_DEADLINE_MS = 30_000;

type Format = 'pdf' | 'json';
type Call = (path: string, init?: RequestInit) => Promise<Answer>;
interface Answer {
  readonly id: string;
  readonly status: string;
  readonly detail?: string;
  readonly failure?: { readonly message: string };
}

interface Timed {
  readonly id: string;
  readonly ms: number;
  /** By this machine's clock, like the times of the events: when the request was sent, when its response came, and when the report was seen to be ready. */
  readonly began: number;
  readonly answered: number;
  readonly seen: number;
}

async function bench(): Promise<object> {
  await using stack = await startStack();
  const file = join(stack.dataDir, 'bench.report.jsonl');
  writeFileSync(file, garakRows(FINDINGS));
  const cli = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
  const place = ['--format', 'garak', '--tenant', 'acme', '--endpoint', 'ep_bench'];
  execFileSync(process.execPath, [cli, 'import', file, ...place], { env: stack.env });
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  const call: Call = async (path, init) =>
    (await fetch(`${stack.url}/api/v2${path}`, { ...init, headers: { ...headers, ...init?.headers } })).json();
  const store = openEventLog(stack.env.EVENT_STORE_URL ?? '', () => new Date());

  const first = { json: await polled(call, 'json'), pdf: await polled(call, 'pdf') };
  console.log(`POST to ready, ${FINDINGS} findings, median of ${ROUNDS}; the first two took ${told(first)}:`);
  const phases: object[] = [];
  for (let phase = 0; phase < PHASES; phase++) {
    const rounds = { json: [] as Timed[], pdf: [] as Timed[] };
    for (let round = 0; round < ROUNDS; round++)
      for (const format of ['json', 'pdf'] as const) rounds[format].push(await polled(call, format));
    const medians = { json: medianOf(rounds.json), pdf: medianOf(rounds.pdf) };
    const stages = { json: await stagesOf(store, rounds.json), pdf: await stagesOf(store, rounds.pdf) };
    console.log(
      `  polled every ${POLL_MS} ms, reports ${phase * ROUNDS + 1} to ${(phase + 1) * ROUNDS}: ${told(medians)}`,
    );
    phases.push({ ...medians, stages });
  }
  const waited = { json: [] as Timed[], pdf: [] as Timed[] };
  for (let round = 0; round < ROUNDS; round++)
    for (const format of ['json', 'pdf'] as const) waited[format].push(await waitedFor(call, format));
  const wait = { json: medianOf(waited.json), pdf: medianOf(waited.pdf) };
  console.log(`  with Prefer: wait, after these: ${told(wait)}`);
  const sustained: Load[] = [];
  for (let phase = 0; phase < SUSTAINED_PHASES; phase++) sustained.push(await load(stack, store, call));
  for (const { perSecond, cpuMs } of sustained)
    console.log(
      `  ${SUSTAINED} JSON reports, ${CLIENTS} clients: ${perSecond.toFixed(0)} ready per second; ms of CPU for each: ${listed(cpuMs, 1)}`,
    );
  await store.close();
  return { findings: FINDINGS, first: { json: first.json.ms, pdf: first.pdf.ms }, phases, wait, sustained };
}

const requestFor = (format: Format) =>
  JSON.stringify({
    title: 'Bench',
    frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
    scope: { endpoint_ids: ['ep_bench'], from: '2026-01-01', to: '2026-12-31' },
    format,
  });

async function polled(call: Call, format: Format): Promise<Timed> {
  const startedAt = performance.now();
  const began = Date.now();
  const { id, detail } = await call('/reports', { method: 'POST', body: requestFor(format) });
  if (!id) throw new Error(`refused: ${detail}`);
  const answered = Date.now();
  while (performance.now() - startedAt < READY_DEADLINE_MS) {
    const { status, failure } = await call(`/reports/${id}`);
    if (status === 'ready') return { id, ms: performance.now() - startedAt, began, answered, seen: Date.now() };
    if (failure) throw new Error(failure.message);
    await pause(POLL_MS);
  }
  throw new Error(`${id} was not ready in ${READY_DEADLINE_MS} ms`);
}

async function waitedFor(call: Call, format: Format): Promise<Timed> {
  const startedAt = performance.now();
  const began = Date.now();
  const { id, status, detail } = await call('/reports', {
    method: 'POST',
    body: requestFor(format),
    headers: { prefer: 'wait=30' },
  });
  if (status !== 'ready') throw new Error(`${id} is ${status}: ${detail}`);
  return { id, ms: performance.now() - startedAt, began, answered: began, seen: Date.now() };
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

interface Load {
  readonly perSecond: number;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** From the first request until the last report is ready, as a subscriber to the log sees it. */
async function load(stack: TestStack, store: EventLog, call: Call): Promise<Load> {
  const after = await store.head();
  const over = new AbortController();
  let [toSend, underWay] = [SUSTAINED, 0];
  const ended = (async () => {
    const types = ['ReportReady', 'ReportFailed'];
    const batches = store.subscribe({ ...(after && { after }), filter: { types }, signal: over.signal });
    let count = 0;
    for await (const batch of batches) {
      const events = batch.filter(({ kind }) => kind === 'event').length;
      underWay -= events;
      count += events;
      if (count >= SUSTAINED) break;
    }
    return performance.now();
  })();
  const cpuBefore = cpuOf(stack);
  const startedAt = performance.now();
  const client = async () => {
    while (toSend-- > 0) {
      while (underWay >= UNDER_WAY_MAX) await pause(POLL_MS);
      underWay++;
      const { id, detail } = await call('/reports', { method: 'POST', body: requestFor('json') });
      if (!id) throw new Error(`refused: ${detail}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = ((await ended) - startedAt) / 1_000;
  over.abort();
  return { perSecond: SUSTAINED / seconds, cpuMs: cpuEachSince(cpuBefore, stack, SUSTAINED, 1_000) };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const medianOf = (all: readonly Timed[]): number => median(all.map(({ ms }) => ms));
const msOf = (of: number | Timed): string => (typeof of === 'number' ? of : of.ms).toFixed(0);
const told = ({ json, pdf }: Readonly<Record<Format, number | Timed>>) => `JSON ${msOf(json)} ms, PDF ${msOf(pdf)} ms`;

console.log(JSON.stringify({ bench: 'report', ...(await bench()) }));
