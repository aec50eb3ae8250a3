import { cloudEventOf, ensureReportsStream, type ReportCloudEvent, subjectOf } from '@evidence/bus';
import { newestSchemaOf, type ReportEventType, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { eventually, startNats, type TestServer } from '@evidence/testkit';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentsOf, evidence } from './evidence.js';

let nats: TestServer;
let connection: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  connection = await connect({ servers: nats.url, maxReconnectAttempts: -1 });
  await ensureReportsStream(connection);
});
afterAll(async () => {
  await connection.close();
  await nats.dispose();
});

let count = 0;
/** Publishes an event like a service's relay. */
async function publish(type: ReportEventType, tenant = 'acme'): Promise<ReportCloudEvent> {
  count += 1;
  const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  const metadata = { ...exampleMetadata(), eventId: id, tenant, schema: newestSchemaOf(type) };
  const data = exampleOf(type);
  const recorded = { id, stream: streamOf.report(data.reportId), position: BigInt(count), metadata, stored: data };
  const event = cloudEventOf(recorded, 'renderer');
  const body = JSON.stringify(event);
  await eventually(() => jetstream(connection).publish(subjectOf(type, tenant, data.reportId), body, { msgID: id }));
  return event;
}

/** Runs `evidence tail`, calls `act` once it is following, and then sends it a Ctrl-C. */
function tail(args: string[], act: (until: (lineCount: number) => Promise<void>) => Promise<void>) {
  return evidence(['tail', ...args], { NATS_URL: nats.url }, async (soFar, signal) => {
    await eventually(() => expect(soFar().stderr).toContain('Following'));
    const lines = () => soFar().stdout.split('\n').filter(Boolean);
    await act((lineCount) => eventually(() => expect(lines()).toHaveLength(lineCount)));
    signal('SIGINT');
  });
}

test('without a stream to follow, tail says what to do', async () => {
  await using empty = await startNats();
  const { stderr, exitCode } = await evidence(['tail'], { NATS_URL: empty.url });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('npm start');
});

test('tail shows new events of all tenants, and exits cleanly on Ctrl-C', async () => {
  await publish('ReportRequested');
  const { stdout, exitCode } = await tail([], async (until) => {
    await publish('ReportStarted');
    await publish('ReportReady', 'globex');
    await until(2);
  });
  expect(exitCode).toBe(0);
  const [started, ready] = stdout.split('\n');
  expect(started?.split(/ +/).slice(1)).toEqual([
    'acme',
    exampleOf('ReportStarted').reportId,
    'ReportStarted',
    'token:tok_4h7k2m',
  ]);
  expect(ready).toContain('globex');
});

test('tail of one tenant omits the others; as JSON it prints the events themselves', async () => {
  const expected: unknown[] = [];
  const ran = await tail(['--tenant', 'acme', '--json'], async (until) => {
    await publish('ReportStarted', 'globex');
    expected.push(await publish('ReportReady'), await publish('ReportExpired'));
    await until(2);
  });
  expect(documentsOf(ran)).toEqual(expected);
});

test('an unreadable message is shown and skipped', async () => {
  const subject = subjectOf('ReportReady', 'acme', 'rpt_2026_x');
  const { stdout, exitCode } = await tail([], async (until) => {
    await jetstream(connection).publish(subject, 'not an event');
    await publish('ReportStarted');
    await until(2);
  });
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')[0]).toContain(subject);
});

test('tail continues after an outage of NATS without gaps', async () => {
  const ran = await tail(['--json'], async (until) => {
    await publish('ReportStarted');
    await until(1);
    await nats.kill();
    await nats.start();
    await publish('ReportReady');
    await publish('ReportExpired');
    await until(3);
  });
  expect(documentsOf(ran).map(({ type }) => type)).toEqual(['ReportStarted.v1', 'ReportReady.v1', 'ReportExpired.v1']);
  expect(ran.exitCode).toBe(0);
});
