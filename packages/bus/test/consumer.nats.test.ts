import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@evidence/testkit';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { DurableConsumer } from '../src/consumer.js';
import type { Delivered } from '../src/delivered.js';
import { ensureReportsStream } from '../src/stream.js';
import { patternOf, REPORTS_STREAM, subjectOf } from '../src/subjects.js';
import { reportIdOf, TENANT, World } from './world.js';

const subject = (n: number) => subjectOf('ReportRequested', TENANT, reportIdOf(n));

async function open(expiresMs?: number) {
  const world = await World.open();
  const nc = await world.connect();
  const consumer = new DurableConsumer(nc, 'scoping', [patternOf('ReportRequested')], expiresMs);
  await ensureReportsStream(nc);
  const jsm = await jetstreamManager(nc);
  return {
    world,
    nc,
    consumer,
    jsm,
    send: async (n: number) => void (await jetstream(nc).publish(subject(n), '{}')),
    /** What the server knows of the consumer. */
    state: async () => {
      const { num_waiting, num_ack_pending, num_pending } = await jsm.consumers.info(REPORTS_STREAM, 'scoping');
      return { num_waiting, num_ack_pending, num_pending };
    },
  };
}

it('acknowledges a message and asks for the next one in a single message to the server', async () => {
  const { world, consumer, send, state } = await open();
  const spy = await world.connect();
  const said: string[] = [];
  for (const subjects of ['$JS.API.CONSUMER.MSG.NEXT.>', '$JS.ACK.>'])
    spy.subscribe(subjects, { callback: (_, message) => void said.push(message.string().slice(0, 4)) });
  await spy.flush();
  let next = consumer.next();
  for (const n of [1, 2, 3]) {
    await send(n);
    const message = await next;
    expect(message).toMatchObject({ subject: subject(n), consumer: 'scoping', delivery: 1, sequence: n });
    expect(Math.abs(Number(message?.storedAt) - Date.now())).toBeLessThan(10_000);
    message?.acknowledge();
    next = consumer.next();
  }
  await eventually(async () => expect(await state()).toEqual({ num_waiting: 1, num_ack_pending: 0, num_pending: 0 }));
  await spy.flush();
  expect(said).toEqual(['{"ba', '+NXT', '+NXT', '+NXT']);
  consumer.stop();
});

it('acknowledges the last message of a worker that asks for no more', async () => {
  const { consumer, send, state } = await open();
  await send(1);
  const message = await consumer.next();
  message?.acknowledge();
  consumer.stop();
  await eventually(async () => expect(await state()).toEqual({ num_waiting: 0, num_ack_pending: 0, num_pending: 0 }));
});

it('never takes a message for which nobody asks, and shares a pull between those who ask at once', async () => {
  const { consumer, send, state } = await open();
  const asked = [consumer.next(), consumer.next(), consumer.next()];
  await eventually(async () => expect(await state()).toMatchObject({ num_waiting: 1 }));
  for (const n of [1, 2, 3, 4, 5]) await send(n);
  const messages = await Promise.all(asked);
  expect(messages.map((message) => message?.subject)).toEqual([1, 2, 3].map(subject));
  messages[1]?.acknowledge();
  await eventually(async () => expect(await state()).toEqual({ num_waiting: 0, num_ack_pending: 2, num_pending: 2 }));
  messages[0]?.setAside(60_000);
  expect((await consumer.next())?.subject).toBe(subject(4));
});

it('gives those nothing whose pull has expired, and the next message to those whose pull has not', async () => {
  const expiresMs = 800;
  const { consumer, send } = await open(expiresMs);
  const early = [consumer.next(), consumer.next(), consumer.next()];
  await send(1);
  expect((await early[0])?.subject).toBe(subject(1));
  await pause(expiresMs / 2);
  const late = consumer.next();
  expect(await Promise.all(early.slice(1))).toEqual([undefined, undefined]);
  await send(2);
  expect((await late)?.subject).toBe(subject(2));
});

it('notices that the server has lost a pull, and pulls again', async () => {
  const { world, consumer, send } = await open(600);
  await consumer.open();
  const { pid = 0 } = world.nats;
  process.kill(pid, 'SIGSTOP');
  try {
    await expect(consumer.next()).rejects.toThrow('in time');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const again = consumer.next();
  await send(1);
  expect((await again)?.subject).toBe(subject(1));
});

it('pulls again after a reconnect, and takes no message for the pulls from before', async () => {
  const { nc, consumer, send, state } = await open();
  const before = [consumer.next(), consumer.next()];
  await eventually(async () => expect(await state()).toMatchObject({ num_waiting: 1 }));
  await nc.reconnect();
  expect(await Promise.all(before)).toEqual([undefined, undefined]);
  const after = consumer.next();
  for (const n of [1, 2]) await send(n);
  expect((await after)?.subject).toBe(subject(1));
  await eventually(async () => expect(await state()).toEqual({ num_waiting: 0, num_ack_pending: 1, num_pending: 1 }));
});

it('rejects when its consumer is deleted, or its stream is, and then creates it again', async () => {
  const { consumer, jsm, send, state } = await open();
  await consumer.open();
  const gone = Promise.allSettled([consumer.next(), consumer.next()]);
  await eventually(async () => expect(await state()).toMatchObject({ num_waiting: 1 }));
  await jsm.consumers.delete(REPORTS_STREAM, 'scoping');
  expect((await gone).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = consumer.next();
  await send(1);
  expect((await again)?.subject).toBe(subject(1));
  const waiting = consumer.next().catch((error) => error);
  await eventually(async () => expect(await state()).toMatchObject({ num_waiting: 1 }));
  await jsm.streams.delete(REPORTS_STREAM);
  expect(await waiting).toBeInstanceOf(Error);
  const inNewStream = consumer.next();
  await eventually(() => send(2));
  expect((await inNewStream)?.subject).toBe(subject(2));
});

it('rejects as many callers as the server refuses because too many wait, and no others', async () => {
  const { consumer, jsm, send } = await open();
  await jsm.consumers.add(REPORTS_STREAM, { durable_name: 'scoping', ack_policy: AckPolicy.Explicit, max_waiting: 1 });
  await consumer.open();
  const ends: Promise<PromiseSettledResult<Delivered | undefined>[]>[] = [];
  for (let pull = 0; pull < 3; pull++) {
    // The server may refuse it before the next one.
    ends.push(Promise.allSettled([consumer.next()]));
    await nextTurn();
  }
  await send(1);
  const refused = { status: 'rejected', reason: { message: 'The server ended a pull: 409 Exceeded MaxWaiting.' } };
  expect((await Promise.all(ends)).flat()).toMatchObject([
    refused,
    refused,
    { status: 'fulfilled', value: { subject: subject(1) } },
  ]);
});

it('stops waiting for a message when it is stopped, however early', async () => {
  const { nc } = await open();
  for (let ticks = 0; ticks < 20; ticks++) {
    const consumer = new DurableConsumer(nc, 'scoping', [patternOf('ReportRequested')]);
    if (ticks % 2) await consumer.open();
    const taking = consumer.next();
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    consumer.stop();
    expect(await taking).toBeUndefined();
    expect(await consumer.next()).toBeUndefined();
  }
}, 10_000);
