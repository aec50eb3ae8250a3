/**
 * How fast an import is recorded over HTTP, relative to how fast the store accepts batches of the same events from a client that does nothing else,
 * in turn in one run on one store; and how long single appends of another client wait in the meantime. `--append <url>` is the plain client.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { NewEvent } from '@evidence/event-store';
import { openEventStore } from '@evidence/event-store/open';
import { startStack } from '@evidence/testkit';
import { cpuEachSince, cpuOf, listed } from './process-figures.ts';

const FINDINGS = 50_000;
const ROUNDS = 3;
/** The batch size of the importer. */
const EVENTS_PER_APPEND = 250;
const APPENDS_IN_FLIGHT = 3;
const NEIGHBOUR_INTERVAL_MS = 10;

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

/** Events per second of a process that only appends. */
async function appendRate(url: string): Promise<number> {
  const child = spawn(process.execPath, [import.meta.filename, '--append', url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  await once(child, 'exit');
  return (FINDINGS / (JSON.parse(String(line)) as { ms: number }).ms) * 1_000;
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

async function bench(): Promise<object> {
  await using stack = await startStack();
  // This login may append any event type.
  const url = stack.openStoreUrl;
  const authorization = `Bearer ${stack.token}`;
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const store = await appendRate(url);
    const file = fileOf(round);
    const over = new AbortController();
    const waiting = neighbour(url, over.signal);
    const cpuBefore = cpuOf(stack);
    const startedAt = performance.now();
    const answer = await fetch(`${stack.url}/api/v2/findings/import?endpoint_id=ep_bench_${round}`, {
      method: 'POST',
      body: file,
      headers: { authorization },
    });
    const { counts } = (await answer.json()) as { counts: { recorded: number } };
    const imported = (FINDINGS / (performance.now() - startedAt)) * 1_000;
    over.abort();
    const cpuUs = cpuEachSince(cpuBefore, stack, FINDINGS, 1_000_000);
    if (counts?.recorded !== FINDINGS) throw new Error(`${answer.status}: ${JSON.stringify(counts)}`);
    rounds.push({ store, imported, waits: await waiting, cpuUs });
  }
  const store = median(rounds.map((round) => round.store));
  const imported = median(rounds.map((round) => round.imported));
  const ratio = median(rounds.map((round) => round.imported / round.store));
  const [last] = rounds.slice(-1);
  const waits = rounds.flatMap((round) => round.waits).toSorted((a, b) => a - b);
  const [p99 = 0, max = 0] = [waits[Math.floor(waits.length * 0.99)], waits.at(-1)];
  console.log(
    `${FINDINGS} findings by HTTP, from the first byte to the response: ${imported.toFixed(0)}/s; plain batches ${store.toFixed(0)}/s; ${ratio.toFixed(2)} × that`,
  );
  console.log(
    `single appends of another client meanwhile: p50 ${median(waits).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, longest ${max.toFixed(0)} ms`,
  );
  console.log(`µs of CPU for each finding, until the response of the last import: ${listed(last?.cpuUs ?? {}, 0)}`);
  return {
    findings: FINDINGS,
    cpuUs: last?.cpuUs,
    importedPerSecond: imported,
    storePerSecond: store,
    ratio,
    p99Ms: p99,
    maxMs: max,
  };
}

interface Round {
  readonly store: number;
  readonly imported: number;
  readonly waits: readonly number[];
  readonly cpuUs: Readonly<Record<string, number>>;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const [mode, url] = process.argv.slice(2);
if (mode === '--append' && url) await appendAll(url);
else console.log(JSON.stringify({ bench: 'recording', ...(await bench()) }));
