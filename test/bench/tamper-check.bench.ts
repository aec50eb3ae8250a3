/**
 * The cost of the chain that reveals a changed log: appends per second through store-server, with the services' client, with and without the chain,
 * alternating in one run on one disk.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { EventStore } from '@evidence/event-store';
import { openEventStore } from '@evidence/event-store/open';
import { startStore } from '@evidence/testkit';

const ROUNDS = 9;
const CASES = [
  { events: 1, appends: 400, atOnce: 1 },
  { events: 1, appends: 1_600, atOnce: 16 },
  { events: 500, appends: 40, atOnce: 3 },
];
const ARMS = ['chained', 'unchained'] as const;
type Arm = (typeof ARMS)[number];
const UNCHAINED = pathToFileURL(join(import.meta.dirname, 'unchained.ts')).href;

async function start(arm: Arm) {
  if (arm === 'unchained') process.env.NODE_OPTIONS = `--import=${UNCHAINED}`;
  const server = await startStore();
  delete process.env.NODE_OPTIONS;
  return { server, store: openEventStore(server.url, () => new Date()) };
}

/** Events per second. */
async function rateOf(store: EventStore, { events, appends, atOnce }: (typeof CASES)[number]): Promise<number> {
  const batches = Array.from({ length: appends }, () =>
    Array.from({ length: events }, () => ({
      id: randomUUID(),
      type: 'Measured',
      data: exampleOf('FindingRecorded'),
      metadata: exampleMetadata(),
    })),
  );
  const startedAt = performance.now();
  const caller = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop())
      await store.append(`bench-${randomUUID()}`, 'no_stream', batch);
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return (events * appends * 1_000) / (performance.now() - startedAt);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const arms = { chained: await start('chained'), unchained: await start('unchained') };
const results = [];
for (const each of CASES) {
  const rates: Record<Arm, number[]> = { chained: [], unchained: [] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const arm of round % 2 === 0 ? ARMS : ARMS.toReversed()) {
      const rate = await rateOf(arms[arm].store, each);
      // The first round warms up.
      if (round >= 0) rates[arm].push(rate);
    }
  }
  const [chained, unchained] = [median(rates.chained), median(rates.unchained)];
  const slower = Number(((unchained / chained - 1) * 100).toFixed(1));
  const what = `${each.events} events per append, ${each.atOnce} at once`.padEnd(36);
  console.log(
    `${what} ${chained.toFixed(0).padStart(6)} events/s with the chain, ${unchained.toFixed(0).padStart(6)} without: ${slower} % slower`,
  );
  results.push({ ...each, chainedPerSecond: Math.round(chained), unchainedPerSecond: Math.round(unchained), slower });
}
for (const { server, store } of Object.values(arms)) {
  await store.close();
  await server.dispose();
}
console.log(JSON.stringify({ bench: 'tamper-check', results }));
process.exit(0);
