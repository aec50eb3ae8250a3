import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { type ReportLife, reportLife } from '@evidence/report';
import { decideOnReport } from '@evidence/report/stage';
import { eventually } from '@evidence/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { cloudEventOf, parseCloudEvent, type ReportCloudEvent } from '../src/cloudevents.js';
import { openBucket } from '../src/provision.js';
import { ensureReportsStream } from '../src/stream.js';
import { CHECKPOINTS_BUCKET, REPORTS_STREAM, REPORTS_SUBJECTS } from '../src/subjects.js';
import { allOf, now, reportIdOf, World } from './world.js';

/** Every publish, even those that JetStream drops as duplicates, because a core subscription sees them all. */
function publishes(nc: NatsConnection): ReportCloudEvent[] {
  const seen: ReportCloudEvent[] = [];
  nc.subscribe(REPORTS_SUBJECTS, {
    callback: (_, { data, subject }) => void seen.push(parseCloudEvent(data, subject)),
  });
  return seen;
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const storedCount = async (nc: NatsConnection) =>
  (await (await jetstreamManager(nc)).streams.info(REPORTS_STREAM)).state.messages;

it('publishes valid events in the order of the log, each with its own id', async () => {
  const world = await World.open();
  const seen = publishes(await world.connect());
  await world.gateway();
  for (const n of numbers(30)) await world.request(n);
  await eventually(() => expect(seen).toHaveLength(30));
  const recorded = await allOf(world.store.readAll());
  expect(seen).toEqual(recorded.map((event) => cloudEventOf(event, 'gateway')));
});

it('relays what its service wrote, and nothing that other services wrote', async () => {
  const world = await World.open();
  const seen = publishes(await world.connect());
  await world.gateway();
  await world.service('scoping', 'ReportRequested', async () => {});
  const failed = { type: 'ReportFailed', data: { ...exampleOf('ReportFailed'), reportId: reportIdOf(1) } } as const;
  await world.append(failed, 'service:mapping');
  await world.append({ ...failed, data: { ...failed.data, reportId: reportIdOf(2) } }, 'service:scoping');
  await world.request(3);
  await eventually(() => expect(seen).toHaveLength(2));
  expect(seen.map(({ source, subject }) => [source, subject]).toSorted()).toEqual([
    ['/evidence-reports/gateway', reportIdOf(3)],
    ['/evidence-reports/scoping', reportIdOf(2)],
  ]);
});

it('continues from its checkpoint after a restart, and publishes nothing twice', async () => {
  const world = await World.open();
  const seen = publishes(await world.connect());
  const first = await world.gateway();
  for (const n of numbers(5)) await world.request(n);
  await first.close();
  expect(seen).toHaveLength(5);
  for (const n of numbers(8).slice(5)) await world.request(n);
  await world.gateway();
  await eventually(() => expect(seen.map(({ subject }) => subject)).toEqual(numbers(8).map(reportIdOf)));
});

it('publishes everything that was appended before it was stopped', async () => {
  const world = await World.open();
  const seen = publishes(await world.connect());
  const gateway = await world.gateway();
  for (const n of numbers(200)) await world.request(n);
  await gateway.close();
  await eventually(() => expect(seen.map(({ subject }) => subject)).toEqual(numbers(200).map(reportIdOf)));
});

it('publishes everything again if the checkpoint of an earlier build has only a position', async () => {
  const world = await World.open();
  const nc = await world.connect();
  for (const n of numbers(3)) await world.request(n);
  const { created: streamCreatedAt } = await ensureReportsStream(nc);
  const bucket = await openBucket(nc, CHECKPOINTS_BUCKET);
  await bucket.put('gateway', JSON.stringify({ position: '2', streamCreatedAt }));
  const seen = publishes(nc);
  await world.gateway();
  await eventually(() => expect(seen.map(({ subject }) => subject)).toEqual(numbers(3).map(reportIdOf)));
});

it('delivers everything when nats-server is killed midway and restarted with its files', async () => {
  const world = await World.open();
  await world.gateway();
  const handled = new Set<string>();
  await world.service('scoping', 'ReportRequested', async (event) => void handled.add(event.subject));
  for (const n of numbers(300)) {
    await world.request(n);
    if (n === 100) await eventually(() => expect(handled.size).toBeGreaterThan(20));
    if (n === 100) await world.nats.kill();
    if (n === 250) await world.nats.start();
  }
  await eventually(() => expect([...handled].toSorted()).toEqual(numbers(300).map(reportIdOf)));
});

it('publishes everything again when NATS has lost its files, and no work is done twice', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  const calls: string[] = [];
  await world.service('scoping', 'ReportRequested', async (event) => {
    calls.push(event.subject);
    const cause = { reportId: event.subject, tenant: event.tenant, eventId: event.id };
    await decideOnReport({ store: world.store, actor: 'service:scoping', now }, startReport, START, cause);
  });
  for (const n of numbers(20)) await world.request(n);
  await eventually(async () => expect(await storedCount(nc)).toBe(40));
  await world.nats.wipe();
  await world.nats.start();
  await eventually(async () => {
    expect(await storedCount(nc)).toBe(40);
    expect(calls).toHaveLength(40);
  });
  expect(await allOf(world.store.readAll())).toHaveLength(40);
});

it('publishes new events before a long past that is published again, and loses nothing of it when interrupted', async () => {
  const world = await World.open();
  await (await world.gateway()).close();
  await Promise.all(numbers(1_200).map((n) => world.request(n)));
  const nc = await world.connect();
  const jsm = await jetstreamManager(nc);
  await jsm.streams.delete(REPORTS_STREAM);
  const seen = publishes(nc);
  await world.request(5_000);
  const recorded = (await allOf(world.store.readAll())).map(({ stream }) => stream.slice(streamOf.report('').length));
  const first = await world.gateway();
  await eventually(() => expect(seen.length).toBeGreaterThan(1_000));
  await first.close();
  expect(seen.slice(0, 1_000).map(({ subject }) => subject)).toEqual(recorded.slice(-1_000));
  await world.gateway();
  await eventually(async () => expect(await storedCount(nc)).toBe(1_201));
  expect(new Set(seen.map(({ subject }) => subject)).size).toBe(1_201);
});

it('publishes everything again when only the stream was deleted and recreated', async () => {
  const world = await World.open();
  const first = await world.gateway();
  for (const n of numbers(3)) await world.request(n);
  await eventually(async () => expect(await storedCount(first.nc)).toBe(3));
  await first.close();
  const nc = await world.connect();
  await (await jetstreamManager(nc)).streams.delete(REPORTS_STREAM);
  await world.gateway();
  await eventually(async () => expect(await storedCount(nc)).toBe(3));
});

const START = { type: 'StartReport', data: {} } as const;
const startReport = {
  ...reportLife,
  decide: (_: typeof START, life: ReportLife) =>
    life.phase === 'queued'
      ? [{ type: 'ReportStarted' as const, data: { reportId: life.request.reportId, startedAt: now().toISOString() } }]
      : [],
};
