/**
 * How much messages that can never be handled delay the others: the time from publishing a healthy message to the end of its handler, with 1 %
 * poison among 10,000 messages and without, and the time from the first delivery of a poisoned one to its parking. The bus, the event store and
 * the parking are the product's, each in its own process except the service.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  JetStreamStrategy,
  patternOf,
  type ReportCloudEvent,
  type StrategyOptions,
  startOutbound,
  subjectOf,
} from '@evidence/bus';
import { envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { derivedEventId } from '@evidence/event-store';
import { openEventLog } from '@evidence/event-store/log';
import { parkingOf } from '@evidence/stage';
import { startNats, startStore } from '@evidence/testkit';
import { jetstream } from '@nats-io/jetstream';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 10_000);
const PER_SECOND = Number(process.env.BENCH_PER_SECOND ?? 100);
const POISON_EVERY = 100;
/** The baseline runs first and last, to detect a machine that slows down. */
const ARMS = ['healthy', 'poisoned', 'poisoned', 'healthy'] as const;
type Arm = (typeof ARMS)[number];
const APPENDS_AT_ONCE = 64;
const LAST_WAIT_MS = 60_000;
const TENANT = exampleOf('ReportRequested').tenant;
const { eventId: _, schema: __, ...provenance } = exampleMetadata();

const now = () => new Date();
const [nats, server] = await Promise.all([startNats(), startStore()]);
const store = openEventLog(server.url, now);
const quiet = () => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet } as unknown as StrategyOptions['logger'];

const reportIdOf = (n: number) => `rpt_2026_${String(n).padStart(26, '0')}`;
const eventIdOf = (n: number) => derivedEventId(reportIdOf(n), 'ReportRequested');
const poisoned = new Set<string>();
const publishedAt = new Map<string, number>();
const firstDeliveredAt = new Map<string, number>();
const handledMs: Record<Arm, number[]> = { healthy: [], poisoned: [] };
const parkedMs: number[] = [];
let arm: Arm = 'healthy';
let handled = 0;

async function handle({ subject }: ReportCloudEvent): Promise<void> {
  if (!firstDeliveredAt.has(subject)) firstDeliveredAt.set(subject, performance.now());
  if (poisoned.has(subject))
    throw Object.assign(new Error('There is no such edition.'), { code: 'edition_unknown', retryable: false });
  handledMs[arm].push(performance.now() - (publishedAt.get(subject) ?? 0));
  handled += 1;
}

const speaking = { service: 'scoping', natsServers: [nats.url], store, relays: ['ReportFailed'], logger } as const;
const outbound = await startOutbound(speaking);
const park = parkingOf({ store, service: 'scoping', now });
const strategy = new JetStreamStrategy({ nc: outbound.nc, service: 'scoping', store, park, logger });
strategy.addHandler(patternOf('ReportRequested'), handle, true);
await new Promise<void>((resolve, reject) => {
  void strategy.listen((error) => (error === undefined ? resolve() : reject(error)));
});
const stopping = new AbortController();
const parking = (async () => {
  for await (const batch of store.subscribe({ filter: { types: ['MessageParked'] }, signal: stopping.signal }))
    for (const delivery of batch) {
      if (delivery.kind !== 'event' || delivery.event.type !== 'MessageParked') continue;
      const { reportId = '', code } = delivery.event.data;
      if (code === 'edition_unknown') parkedMs.push(performance.now() - (firstDeliveredAt.get(reportId) ?? 0));
    }
})();

const perArm = MESSAGES / 2;
for (let from = 0; from < ARMS.length * perArm; from += APPENDS_AT_ONCE) {
  await Promise.all(
    Array.from({ length: Math.min(APPENDS_AT_ONCE, ARMS.length * perArm - from) }, (_, n) => {
      const reportId = reportIdOf(from + n);
      const data = { ...exampleOf('ReportRequested'), reportId };
      const event = envelop(eventIdOf(from + n), { type: 'ReportRequested', data }, provenance);
      return store.append(streamOf.report(reportId), 'no_stream', [event]);
    }),
  );
}

async function publish(n: number): Promise<void> {
  const reportId = reportIdOf(n);
  publishedAt.set(reportId, performance.now());
  await jetstream(outbound.nc).publish(
    subjectOf('ReportRequested', TENANT, reportId),
    JSON.stringify({ id: eventIdOf(n) }),
  );
}

/** Publishes at an even pace, and waits until all messages are handled before the next arm begins. */
async function run(from: number, as: Arm): Promise<void> {
  arm = as;
  const expected = { handled, parked: parkedMs.length };
  const startedAt = performance.now();
  for (let n = 0; n < perArm; n++) {
    const isPoison = as === 'poisoned' && n % POISON_EVERY === POISON_EVERY - 1;
    if (isPoison) poisoned.add(reportIdOf(from + n));
    expected[isPoison ? 'parked' : 'handled'] += 1;
    const aheadMs = (n * 1_000) / PER_SECOND - (performance.now() - startedAt);
    if (aheadMs > 1) await pause(aheadMs);
    await publish(from + n);
  }
  const endsAt = performance.now() + LAST_WAIT_MS;
  while ((handled < expected.handled || parkedMs.length < expected.parked) && performance.now() < endsAt)
    await pause(20);
  if (handled !== expected.handled || parkedMs.length !== expected.parked)
    throw new Error(`${handled} of ${expected.handled} handled, ${parkedMs.length} of ${expected.parked} parked`);
}

for (let n = 0; n < 200; n++) await publish(n);
while (handled < 200) await pause(20);
handledMs.healthy.length = 0;
for (const [index, each] of ARMS.entries()) await run(index * perArm, each);

stopping.abort();
await parking;
await strategy.close();
await outbound.close();
await store.close();
await Promise.all([nats.dispose(), server.dispose()]);

const at = (share: number, numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0;
const figures = (numbers: readonly number[]) => ({
  messages: numbers.length,
  medianMs: round(at(0.5, numbers)),
  p99Ms: round(at(0.99, numbers)),
  longestMs: round(at(1, numbers)),
});
const round = (number: number) => Math.round(number * 100) / 100;
const [healthy, beside, parked] = [figures(handledMs.healthy), figures(handledMs.poisoned), figures(parkedMs)];
const ratio = round(beside.p99Ms / healthy.p99Ms);
const line = ({ messages, medianMs, p99Ms, longestMs }: ReturnType<typeof figures>) =>
  `${String(messages).padStart(6)} messages  median ${medianMs} ms  p99 ${p99Ms} ms  longest ${longestMs} ms`;
console.log(`${PER_SECOND} messages per second, from publishing to the end of the handler:`);
console.log(`  without poison             ${line(healthy)}`);
console.log(`  with 1 % poison            ${line(beside)}: p99 ${ratio} x`);
console.log(`  first delivery to parking  ${line(parked)}`);
console.log(JSON.stringify({ bench: 'poison', healthy, beside, ratio, parked }));
process.exit(0);
