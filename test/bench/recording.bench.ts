/**
 * How fast an import is recorded, relative to how fast the store accepts batches of the same events from a client that does nothing else, in turn in
 * one run on one store; and how long single appends of another client wait in the meantime. Twice: by HTTP, from the first byte to the response; and
 * only what `evidence import` shows as recording, from the parsed file to the last append. `--append <url>` is the plain client, and
 * `--record <url> <file> <endpoint>` the recording one.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { NewEvent } from '@evidence/event-store';
import { openEventLog } from '@evidence/event-store/log';
import { openEventStore } from '@evidence/event-store/open';
import { importScan } from '@evidence/findings/parse';
import { recordScan } from '@evidence/findings/record';
import { loadFrameworks } from '@evidence/frameworks/load';
import { startStack, type TestStack } from '@evidence/testkit';
import { cpuEachSince, cpuOf, listed } from './process-figures.ts';

const FINDINGS = 50_000;
const ROUNDS = 3;
/** The batch size of the importer. */
const EVENTS_PER_APPEND = 250;
const APPENDS_IN_FLIGHT = 3;
const NEIGHBOUR_INTERVAL_MS = 10;
/** With less CPU than this in such an interval, the views have what was imported. */
const REST_MS = 500;
const REST_CPU_SECONDS = 0.05;

const run = promisify(execFile);

const neverRead = (): NewEvent => ({
  id: randomUUID(),
  type: 'Measured',
  data: exampleOf('FindingRecorded'),
  metadata: exampleMetadata(),
});

async function appendAll(url: string): Promise<void> {
  const store = openEventStore(url, () => new Date());
  await store.head();
  const stream = `bench-${randomUUID()}`;
  const part = () => Array.from({ length: EVENTS_PER_APPEND }, neverRead);
  await store.append(stream, 'no_stream', part());
  const startedAt = performance.now();
  const inFlight: Promise<unknown>[] = [];
  for (let revision = EVENTS_PER_APPEND - 1; revision < FINDINGS; revision += EVENTS_PER_APPEND) {
    inFlight.push(store.append(stream, BigInt(revision), part()));
    if (inFlight.length >= APPENDS_IN_FLIGHT) await inFlight.shift();
  }
  await Promise.all(inFlight);
  console.log(JSON.stringify({ ms: performance.now() - startedAt }));
  await store.close();
}

async function recordFile(url: string, file: string, endpointId: string): Promise<void> {
  const store = openEventLog(url, () => new Date());
  await store.head();
  const occurredAt = new Date().toISOString();
  const about = { tenant: 'acme', endpointId, importedAt: occurredAt, frameworks: loadFrameworks() };
  await using imported = await importScan(createReadStream(file), about);
  const { scanId } = imported.scan;
  const provenance = {
    tenant: 'acme',
    correlationId: scanId,
    causationId: randomUUID(),
    occurredAt,
    actor: 'operator:bench',
  };
  const startedAt = performance.now();
  await recordScan({ store, imported, provenance });
  console.log(JSON.stringify({ ms: performance.now() - startedAt }));
  await store.close();
}

/** Events per second of a process that only appends, or only records. */
async function rateOf(...args: readonly string[]): Promise<number> {
  const { stdout } = await run(process.execPath, [import.meta.filename, ...args]);
  return (FINDINGS / (JSON.parse(stdout) as { ms: number }).ms) * 1_000;
}

async function untilAtRest(stack: TestStack): Promise<void> {
  const used = () => Object.values(cpuOf(stack)).reduce((sum, seconds) => sum + seconds, 0);
  for (let before = Number.NEGATIVE_INFINITY; used() - before > REST_CPU_SECONDS; ) {
    before = used();
    await pause(REST_MS);
  }
}

/** How long single appends to other streams take until `signal` aborts, in milliseconds. */
async function neighbour(url: string, signal: AbortSignal): Promise<number[]> {
  const store = openEventStore(url, () => new Date());
  await store.head();
  const took: number[] = [];
  while (!signal.aborted) {
    const startedAt = performance.now();
    await store.append(`bench-${randomUUID()}`, 'no_stream', [neverRead()]);
    took.push(performance.now() - startedAt);
    await pause(NEIGHBOUR_INTERVAL_MS);
  }
  await store.close();
  return took;
}

const fileOf = (round: number): string =>
  [
    '{"format":"evidence-findings/v1","tool":{"name":"bench"}}',
    ...Array.from({ length: FINDINGS }, (_, n) =>
      JSON.stringify({
        title: `Round ${round}, finding ${n}`,
        severity: 'high',
        probe: `p${n % 50}`,
        excerpt: `Of round ${round}: the assistant was asked to leave its instructions aside, and it did so. `.repeat(
          5,
        ),
      }),
    ),
  ].join('\n');

/** Findings per second from the first byte to the response, and the microseconds of CPU that each process takes for one. */
async function importByHttp(stack: TestStack, round: number): Promise<Pick<Round, 'imported' | 'cpuUs'>> {
  const file = fileOf(2 * round);
  const cpuBefore = cpuOf(stack);
  const startedAt = performance.now();
  const answer = await fetch(`${stack.url}/api/v2/findings/import?endpoint_id=ep_http_${round}`, {
    method: 'POST',
    body: file,
    headers: { authorization: `Bearer ${stack.token}` },
  });
  const { counts } = (await answer.json()) as { counts: { recorded: number } };
  const imported = (FINDINGS / (performance.now() - startedAt)) * 1_000;
  if (counts?.recorded !== FINDINGS) throw new Error(`${answer.status}: ${JSON.stringify(counts)}`);
  return { imported, cpuUs: cpuEachSince(cpuBefore, stack, FINDINGS, 1_000_000) };
}

async function measure(stack: TestStack, round: number): Promise<Round> {
  // This login may append any event type.
  const url = stack.openStoreUrl;
  await untilAtRest(stack);
  const store = await rateOf('--append', url);
  const over = new AbortController();
  const waiting = neighbour(url, over.signal);
  const byHttp = await importByHttp(stack, round);
  over.abort();
  const file = join(stack.dataDir, 'scan.jsonl');
  writeFileSync(file, fileOf(2 * round + 1));
  await untilAtRest(stack);
  const recorded = await rateOf('--record', url, file, `ep_file_${round}`);
  return { store, ...byHttp, recorded, waits: await waiting };
}

async function bench(): Promise<object> {
  await using stack = await startStack();
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(stack, round));
  const store = median(rounds.map((round) => round.store));
  const imported = median(rounds.map((round) => round.imported));
  const recorded = median(rounds.map((round) => round.recorded));
  const ratio = median(rounds.map((round) => round.imported / round.store));
  const recordedRatio = median(rounds.map((round) => round.recorded / round.store));
  const [last] = rounds.slice(-1);
  const waits = rounds.flatMap((round) => round.waits).toSorted((a, b) => a - b);
  const [p99 = 0, max = 0] = [waits[Math.floor(waits.length * 0.99)], waits.at(-1)];
  console.log(
    `${FINDINGS} findings by HTTP, from the first byte to the response: ${imported.toFixed(0)}/s; plain batches ${store.toFixed(0)}/s; ${ratio.toFixed(2)} × that`,
  );
  console.log(
    `only recording them, from the parsed file to the last append: ${recorded.toFixed(0)}/s, ${recordedRatio.toFixed(2)} ×`,
  );
  console.log(
    `single appends of another client during the import: p50 ${median(waits).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, longest ${max.toFixed(0)} ms`,
  );
  console.log(`µs of CPU for each finding, until the response of the last import: ${listed(last?.cpuUs ?? {}, 0)}`);
  return {
    findings: FINDINGS,
    cpuUs: last?.cpuUs,
    importedPerSecond: imported,
    recordedPerSecond: recorded,
    storePerSecond: store,
    ratio,
    recordedRatio,
    p99Ms: p99,
    maxMs: max,
  };
}

interface Round {
  readonly store: number;
  readonly imported: number;
  readonly recorded: number;
  readonly waits: readonly number[];
  readonly cpuUs: Readonly<Record<string, number>>;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const [mode, url = '', file = '', endpointId = ''] = process.argv.slice(2);
if (mode === '--append') await appendAll(url);
else if (mode === '--record') await recordFile(url, file, endpointId);
else console.log(JSON.stringify({ bench: 'recording', ...(await bench()) }));
