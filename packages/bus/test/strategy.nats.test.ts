import { Refusal } from '@evidence/decider';
import { EventStoreError } from '@evidence/event-store';
import { openEventStore } from '@evidence/event-store/open';
import { eventually, startStore } from '@evidence/testkit';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { expect, it, onTestFinished } from 'vitest';
import { redrive } from '../src/redrive.js';
import { REPORTS_STREAM, subjectOf } from '../src/subjects.js';
import { hearWaiting, type Waiting } from '../src/waiting.js';
import { now, openMessages, quickRetry, reportIdOf, TENANT, World } from './world.js';

const requested = (n: number) => subjectOf('ReportRequested', TENANT, reportIdOf(n));

it('passes every appended event to its handler, once, with one answer to the server for each', async () => {
  const world = await World.open();
  const gateway = await world.gateway();
  const handled: string[] = [];
  const answers: string[] = [];
  gateway.nc.subscribe('$JS.ACK.>', { callback: (_, message) => void answers.push(message.string().slice(0, 4)) });
  await world.service('scoping', 'ReportRequested', async (event) => void handled.push(event.subject));
  const numbers = Array.from({ length: 50 }, (_, n) => n);
  for (const n of numbers) await world.request(n);
  await eventually(async () => {
    expect(handled).toHaveLength(50);
    expect(await openMessages(gateway.nc, 'scoping')).toBe(0);
  });
  expect(handled.toSorted()).toEqual(numbers.map(reportIdOf));
  // Each worker asks for its next message in the acknowledgement of the last one.
  expect(answers).toEqual(numbers.map(() => '+NXT'));
});

it('retries a message after a temporary failure, announces that the report waits, and parks nothing', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  const deliveries: number[] = [];
  const waiting: Waiting[] = [];
  hearWaiting(nc, (each) => waiting.push(each));
  nc.publish(`progress.v1.${TENANT}.${reportIdOf(1)}.waiting`, '{"forMs":"long"}');
  await world.service('scoping', 'ReportRequested', async (_, { delivery }) => {
    deliveries.push(delivery);
    if (delivery < 3) throw new EventStoreError('unavailable', 'down for a moment');
  });
  await world.request(1);
  await eventually(async () => {
    expect(deliveries).toEqual([1, 2, 3]);
    expect(waiting).toEqual([50, 100].map((forMs) => ({ tenant: TENANT, reportId: reportIdOf(1), forMs })));
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
  expect(await world.parked('scoping')).toEqual([]);
});

it('parks a message at once when it breaks a rule, and fails its report', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  let deliveries = 0;
  await world.service('scoping', 'ReportRequested', async () => {
    deliveries++;
    throw new Refusal('edition_unknown', 'There is no such edition.');
  });
  await world.request(1);
  await eventually(async () => expect(await world.reportTypes(1)).toEqual(['ReportRequested', 'ReportFailed']));
  const [parked] = await world.parked('scoping');
  expect(parked).toMatchObject({
    service: 'scoping',
    subject: requested(1),
    code: 'edition_unknown',
    message: 'There is no such edition.',
    deliveries: 1,
    reportId: reportIdOf(1),
  });
  expect(JSON.parse(Buffer.from(parked?.body ?? '', 'base64').toString())).toMatchObject({
    type: 'ReportRequested.v2',
  });
  await eventually(async () => expect(await openMessages(nc, 'scoping')).toBe(0));
  expect(deliveries).toBe(1);
});

it('parks a message after the last retry of an unexpected error', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  await world.service('renderer', 'ReportRequested', async () => {
    throw new TypeError('x is not a function');
  });
  await world.request(1);
  await eventually(async () => {
    expect(await world.parked('renderer')).toMatchObject([
      { code: 'unexpected', message: 'x is not a function', deliveries: 3 },
    ]);
    expect(await openMessages(nc, 'renderer')).toBe(0);
  });
  const [, failed] = await world.eventsOf(`report-${reportIdOf(1)}`);
  expect(failed).toMatchObject({ type: 'ReportFailed', data: { stage: 'rendering', code: 'message_parked' } });
});

it('parks an unreadable message with its bytes, once, however often it is sent', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  const handled: string[] = [];
  await world.service('scoping', 'ReportRequested', async (event) => void handled.push(event.subject));
  await world.request(1);
  await eventually(() => expect(handled).toHaveLength(1));
  const js = jetstream(nc);
  for (const body of ['{', '{', '{"specversion":"1.0"}']) await js.publish(requested(1), body);
  await eventually(async () => {
    expect(await world.parked('scoping')).toHaveLength(2);
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
  const parked = await world.parked('scoping');
  expect(parked.map(({ code }) => code)).toEqual(['message_unreadable', 'message_unreadable']);
  expect(parked.map(({ body }) => atob(body)).toSorted()).toEqual(['{', '{"specversion":"1.0"}']);
  expect(await world.reportTypes(1)).toEqual(['ReportRequested']);
});

it("does not fail one tenant's report because of a message on another tenant's subject", async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  await world.service('scoping', 'ReportRequested', async () => {});
  await world.request(1);
  await jetstream(nc).publish(subjectOf('ReportRequested', 'somebody-else', reportIdOf(1)), '{');
  await eventually(async () => {
    expect(await world.parked('scoping')).toMatchObject([{ reportId: reportIdOf(1) }]);
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
  expect(await world.reportTypes(1)).toEqual(['ReportRequested']);
});

it('lets go of a message whose temporary failure lasts, parks nothing, and handles it when it is sent again', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  let isAway = true;
  let calls = 0;
  const handle = async () => {
    calls++;
    if (isAway) throw new EventStoreError('unavailable', 'away');
  };
  const retry = { delaysMs: [1], parkingRetryMs: 1, deliveriesMax: 5, patientDeliveriesMax: 3 };
  await world.service('scoping', 'ReportRequested', handle, { retry });
  await world.request(1);
  await eventually(async () => {
    expect(calls).toBe(3);
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
  expect(await world.parked('scoping')).toEqual([]);
  expect(await world.reportTypes(1)).toEqual(['ReportRequested']);
  isAway = false;
  expect(await redrive(world.store, nc, reportIdOf(1))).toBe('ReportRequested');
  await eventually(async () => {
    expect(calls).toBe(4);
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
});

it('parks a message unhandled that was delivered too often without an outcome', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  let calls = 0;
  const retry = { delaysMs: Array(20).fill(1), parkingRetryMs: 1, deliveriesMax: 2, patientDeliveriesMax: 100 };
  const handle = async () => {
    calls++;
    throw new Error('no');
  };
  await world.service('scoping', 'ReportRequested', handle, { retry });
  await world.request(1);
  await eventually(async () => {
    expect(await world.parked('scoping')).toMatchObject([{ code: 'unanswered', deliveries: 3 }]);
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
  expect(calls).toBe(2);
});

it('recreates its consumer when it was deleted', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  const handled = new Set<string>();
  await world.service('scoping', 'ReportRequested', async (event) => void handled.add(event.subject));
  await world.request(1);
  await eventually(async () => expect(await openMessages(nc, 'scoping')).toBe(0));
  await (await jetstreamManager(nc)).consumers.delete(REPORTS_STREAM, 'scoping');
  await world.request(2);
  await eventually(() => expect([...handled]).toEqual([reportIdOf(1), reportIdOf(2)]));
});

it('drains: the running handler finishes and its message is acknowledged, and no new message is taken', async () => {
  const world = await World.open();
  const { nc } = await world.gateway();
  const running = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const handled: string[] = [];
  const handle = async ({ subject }: { subject: string }) => {
    running.resolve();
    await finish.promise;
    handled.push(subject);
  };
  const scoping = await world.service('scoping', 'ReportRequested', handle, { concurrency: 1 });
  await world.request(1);
  await running.promise;
  let closed = false;
  const closing = scoping.close().then(() => {
    closed = true;
  });
  await world.request(2);
  // As long as a second event takes to arrive, and longer than a close that does not wait would take.
  await eventually(async () => expect(await openMessages(nc, 'scoping')).toBe(2));
  for (let n = 0; n < 100; n++) await openMessages(nc, 'scoping');
  expect(closed).toBe(false);
  finish.resolve();
  await closing;
  expect(handled).toEqual([reportIdOf(1)]);
  const info = await (await jetstreamManager(nc)).consumers.info(REPORTS_STREAM, 'scoping');
  expect(info.num_ack_pending).toBe(0);
  await eventually(async () => expect(await openMessages(nc, 'scoping')).toBe(1));
});

it('keeps a message that cannot be parked while the event store is down, and parks it when the store is back', async () => {
  const server = await startStore();
  onTestFinished(server.dispose);
  const world = await World.open(openEventStore(server.url, now));
  const { nc } = await world.gateway();
  const called = Promise.withResolvers<void>();
  const away = Promise.withResolvers<void>();
  const untilTheStoreIsBack = { ...quickRetry, deliveriesMax: 10_000, patientDeliveriesMax: 9_999 };
  const refuse = async () => {
    called.resolve();
    await away.promise;
    throw new Refusal('edition_unknown', 'There is no such edition.');
  };
  await world.service('scoping', 'ReportRequested', refuse, { retry: untilTheStoreIsBack });
  await world.request(1);
  await called.promise;
  await server.kill();
  away.resolve();
  await eventually(async () => {
    const { num_redelivered } = await (await jetstreamManager(nc)).consumers.info(REPORTS_STREAM, 'scoping');
    expect(num_redelivered).toBe(1);
  });
  await server.start();
  await eventually(async () => {
    expect(await world.parked('scoping')).toHaveLength(1);
    expect(await openMessages(nc, 'scoping')).toBe(0);
  });
  expect(await world.reportTypes(1)).toEqual(['ReportRequested', 'ReportFailed']);
});
