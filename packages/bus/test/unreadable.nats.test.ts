import { randomUUID } from 'node:crypto';
import { streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { reportLife } from '@evidence/report';
import { decideOnReport } from '@evidence/report/stage';
import { eventually } from '@evidence/testkit';
import { jetstream } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { redrive } from '../src/redrive.js';
import { subjectOf } from '../src/subjects.js';
import { now, openMessages, reportIdOf, TENANT, World } from './world.js';

const reportId = reportIdOf(1);
const STREAM = streamOf.report(reportId);
const DELIVERIES_OF_PATIENCE = 12;

/** A world, and a way to write to its store what the log would refuse. */
async function withPlainStore() {
  const plain = openSqliteEventStore({ file: ':memory:', now });
  const world = await World.open(plain);
  const nc = await world.connect();
  const write = async (type: 'ReportScoped' | 'ReportStarted', schema: string, data: object) => {
    const id = randomUUID();
    const metadata = { ...exampleMetadata(), eventId: id, tenant: TENANT, schema };
    const { position } = await plain.append(STREAM, 'any', [{ id, type, data, metadata }]);
    return { id, position };
  };
  const hint = (id: string) =>
    jetstream(nc).publish(subjectOf('ReportScoped', TENANT, reportId), JSON.stringify({ id }));
  const types = async () => {
    const found: string[] = [];
    for await (const { type } of plain.readStream(STREAM)) found.push(type);
    return found;
  };
  return { world, nc, write, hint, types };
}

it('fails the report of an unreadable event, names the event, and parks its message once', async () => {
  const { world, nc, write, hint, types } = await withPlainStore();
  await world.request(1);
  const { id, position } = await write('ReportScoped', 'ReportScoped.v1', { reportId });
  await world.service('mapping', 'ReportScoped', async () => {});
  await hint(id);
  await hint(id);
  await eventually(async () => expect(await openMessages(nc, 'mapping')).toBe(0));
  expect(await types()).toEqual(['ReportRequested', 'ReportScoped', 'ReportFailed']);
  expect(await world.parked('mapping')).toMatchObject([{ code: 'history_unreadable', reportId }]);
  const unread: unknown[] = [];
  for await (const event of world.store.readStream(STREAM, { onUnreadable: ({ type }) => unread.push(type) })) {
    if (event.type !== 'ReportFailed') continue;
    expect(event.metadata.tenant).toBe(TENANT);
    expect(event.data).toMatchObject({ stage: 'mapping', code: 'history_unreadable' });
    expect(event.data.message).toContain(`evidence log show ${position}`);
  }
  expect(unread).toEqual(['ReportScoped']);
});

it.each([
  ['the event that the message names', 'ReportScoped'],
  ['another event of the report', 'ReportStarted'],
] as const)(
  'waits for a newer instance when %s is of a newer version, until the report has failed',
  async (_, type) => {
    const { world, nc, write, hint, types } = await withPlainStore();
    await world.request(1);
    const newer = await write(type, `${type}.v99`, { reportId });
    const named =
      type === 'ReportScoped'
        ? newer
        : await write('ReportScoped', 'ReportScoped.v1', { ...exampleOf('ReportScoped'), reportId });
    let deliveries = 0;
    const decider = { ...reportLife, decide: () => [] };
    await world.service(
      'mapping',
      'ReportScoped',
      async (event) => {
        const cause = { reportId, tenant: TENANT, eventId: event.id };
        await decideOnReport({ store: world.store, actor: 'x', now }, decider, { type: 'X', data: {} }, cause);
      },
      {
        retry: { delaysMs: [5], parkingRetryMs: 5, deliveriesMax: 1_000, patientDeliveriesMax: 1_000 },
        observe: () => void deliveries++,
      },
    );
    await hint(named.id);
    await eventually(() => expect(deliveries).toBeGreaterThan(DELIVERIES_OF_PATIENCE));
    expect(await types()).not.toContain('ReportFailed');
    await world.append({ type: 'ReportFailed', data: { ...exampleOf('ReportFailed'), reportId } }, 'service:expiry');
    await eventually(async () => expect(await openMessages(nc, 'mapping')).toBe(0));
    expect(await world.parked('mapping')).toEqual([]);
  },
);

it('publishes the last readable event again, so that its stage finds the unreadable one', async () => {
  const { world, nc, write } = await withPlainStore();
  await world.gateway();
  await world.request(1);
  await write('ReportScoped', 'ReportScoped.v1', { reportId });
  expect(await redrive(world.store, nc, reportId)).toBe('ReportRequested');
});
