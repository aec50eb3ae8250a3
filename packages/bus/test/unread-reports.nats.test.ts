import { exampleOf } from '@evidence/contracts/examples';
import type { EventLog } from '@evidence/event-store/log';
import { eventually } from '@evidence/testkit';
import { expect, it } from 'vitest';
import type { Hint } from '../src/cloudevents.js';
import type { ObservedDelivery } from '../src/strategy.js';
import { type Handle, now, openMessages, reportIdOf, TENANT, World } from './world.js';

it('acknowledges a message about an event that the service has dealt with, without reading the store, and handles any other', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  const handled: string[] = [];
  const asked: Hint[] = [];
  const isDone = async (hint: Hint) => asked.push(hint) > 0 && hint.reportId === reportIdOf(1);
  const read: string[] = [];
  const readStream: EventLog['readStream'] = (stream, ...rest) => {
    read.push(stream);
    return world.store.readStream(stream, ...rest);
  };
  const observed: ObservedDelivery[] = [];
  const observe = (delivery: ObservedDelivery) => void observed.push(delivery);
  const options = { isDone, observe, store: { ...world.store, readStream } };
  await world.service('scoping', 'ReportRequested', async (event) => void handled.push(event.subject), options);
  for (const n of [1, 2]) await world.request(n);
  await eventually(async () => {
    expect(handled).toEqual([reportIdOf(2)]);
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
  const [request] = await world.eventsOf(`report-${reportIdOf(1)}`);
  const told = { type: 'ReportRequested', tenant: TENANT, reportId: reportIdOf(1), time: now().toISOString() };
  expect(asked[0]).toEqual({ ...told, eventId: request?.id, claims: request?.data });
  expect(observed).toMatchObject([1, 2].map(() => ({ outcome: 'handled', occurredAt: told.time })));
  expect(read).toEqual([`report-${reportIdOf(2)}`]);
});

it('takes a report that it has just seen in the log from there, and reads any other', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  const given: (readonly [string, readonly string[], unknown])[] = [];
  const read: string[] = [];
  const readStream: EventLog['readStream'] = (stream, ...rest) => {
    read.push(stream);
    return world.store.readStream(stream, ...rest);
  };
  const store = { ...world.store, readStream };
  await world.service('scoping', 'ReportRequested', async () => undefined);
  const handle: Handle = async ({ subject }, { history: { events, revision } }) =>
    void given.push([subject, events.map(({ type }) => type), revision]);
  const keeps = ['ReportRequested', 'ReportScoped'] as const;
  const mapping = await world.service('mapping', 'ReportScoped', handle, { store, keeps, relays: ['ReportMapped'] });
  // From then on, its relay follows the log.
  await eventually(async () => expect(await mapping.oldestUnpublished()).toBeUndefined());
  for (const n of [1, 2]) await world.request(n);
  // The subscription hides it, which leaves a gap.
  const started = { ...exampleOf('ReportStarted'), reportId: reportIdOf(2) };
  await world.append({ type: 'ReportStarted', data: started }, 'service:scoping');
  for (const n of [1, 2]) {
    const scoped = { ...exampleOf('ReportScoped'), reportId: reportIdOf(n) };
    await world.append({ type: 'ReportScoped', data: scoped }, 'service:scoping');
  }
  await eventually(async () => {
    expect(given.toSorted()).toEqual([
      [reportIdOf(1), ['ReportRequested', 'ReportScoped'], 1n],
      [reportIdOf(2), ['ReportRequested', 'ReportStarted', 'ReportScoped'], 2n],
    ]);
    expect(await openMessages(nc, 'mapping')).toBe(0);
  });
  expect(read).toEqual([`report-${reportIdOf(2)}`]);
});
