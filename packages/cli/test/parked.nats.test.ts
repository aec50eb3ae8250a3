import { randomUUID } from 'node:crypto';
import { ensureReportsStream, REPORTS_SUBJECTS, subjectOf } from '@evidence/bus';
import { type EventOf, type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { type EventLog, openEventLog } from '@evidence/event-store/log';
import { eventually, startNats, startStore, type TestServer } from '@evidence/testkit';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentsOf, evidence } from './evidence.js';

const TENANT = 'acme';
const reportIdOf = (n: number): string => `rpt_2026_${String(n).padStart(26, '0')}`;
const BODY = Buffer.from('{"id":"an event"}');

let store: TestServer;
let nats: TestServer;
let log: EventLog;
let bus: NatsConnection;
const heard: Msg[] = [];
const env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  [store, nats] = await Promise.all([startStore(), startNats()]);
  Object.assign(env, { EVENT_STORE_URL: store.url, NATS_URL: nats.url });
  log = openEventLog(store.url, () => new Date());
  bus = await connect({ servers: nats.url });
  await ensureReportsStream(bus);
  bus.subscribe(REPORTS_SUBJECTS, { callback: (_, message) => void heard.push(message) });
});
afterAll(async () => {
  await bus.close();
  await log.close();
  await Promise.all([store.dispose(), nats.dispose()]);
});

async function append(stream: string, event: EventOf<EventType>): Promise<string> {
  const { schema: _, eventId: __, ...provenance } = { ...exampleMetadata(), tenant: TENANT };
  const id = randomUUID();
  await log.append(stream, 'any', [envelop(id, event, provenance)]);
  return id;
}

function park(n: number, service: 'scoping' | 'mapping', code: string): Promise<string> {
  const reportId = reportIdOf(n);
  const subject = subjectOf('ReportScoped', TENANT, reportId);
  const data = { ...exampleOf('MessageParked'), service, code, reportId, subject, body: BODY.toString('base64') };
  return append(streamOf.parking(service), { type: 'MessageParked', data });
}

const waiting = async (...filter: string[]) => documentsOf(await evidence(['parked', ...filter, '--json'], env));
const typesIn = async (stream: string) => (await Array.fromAsync(log.readStream(stream))).map(({ type }) => type);

test("the selected messages are replayed or dropped once, as the dry run says, in the operator's name", async () => {
  const ids = [
    await park(1, 'scoping', 'message_unproven'),
    await park(2, 'scoping', 'unanswered'),
    await park(3, 'mapping', 'unanswered'),
  ];
  expect((await waiting()).map(({ id }) => id)).toEqual(ids);
  expect((await waiting('list', '--code', 'unanswered')).map(({ id }) => id)).toEqual(ids.slice(1));
  expect((await waiting('--service', 'scoping', '--report', reportIdOf(2))).map(({ id }) => id)).toEqual([ids[1]]);

  const replay = (...more: string[]) => evidence(['parked', 'replay', '--code', 'unanswered', ...more], env);
  expect((await replay('--dry-run')).stdout).toContain('2 messages would be replayed.');
  expect(heard).toEqual([]);
  expect((await replay()).stdout).toContain('2 messages replayed.');
  await eventually(() => expect(heard).toHaveLength(2));
  expect(heard.map(({ subject }) => subject).toSorted()).toEqual(
    [2, 3].map((n) => subjectOf('ReportScoped', TENANT, reportIdOf(n))),
  );
  for (const { data } of heard) expect(Buffer.from(data)).toEqual(BODY);
  expect((await replay()).stdout).toContain('0 messages replayed.');

  const drop = (...more: string[]) => evidence(['parked', 'drop', '--id', ids[0]!, ...more], env);
  expect((await drop('--dry-run')).stdout).toContain('1 message would be dropped.');
  expect((await drop()).stdout).toContain('1 message dropped.');
  expect((await drop()).stdout).toContain('0 messages dropped.');
  expect(await waiting()).toEqual([]);
  expect((await typesIn(streamOf.parking('scoping'))).toSorted()).toEqual(
    ['MessageParked', 'MessageParked', 'ParkedMessageDropped', 'ParkedMessageReplayed'].toSorted(),
  );
  const shown = documentsOf(await evidence(['parked', 'show', ids[0]!, '--json'], env));
  expect(shown).toMatchObject([{ id: ids[0], settled: { how: 'dropped', by: expect.stringMatching(/^operator:/) } }]);
  expect((await evidence(['parked', 'show', ids[1]!], env)).stdout).toContain(BODY.toString());
  expect(heard).toHaveLength(2);
}, 120_000);

test('nothing is replayed or dropped without a selection', async () => {
  for (const verb of ['replay', 'drop']) expect((await evidence(['parked', verb], env)).exitCode).toBe(2);
});

test('a report is redriven from the last event that a stage continues from, until it has ended', async () => {
  const reportId = reportIdOf(9);
  const add = (type: 'ReportRequested' | 'ReportStarted' | 'ReportFailed') =>
    append(streamOf.report(reportId), {
      type,
      data: { ...exampleOf(type), reportId, ...(type === 'ReportRequested' && { tenant: TENANT }) },
    } as EventOf<EventType>);
  await add('ReportRequested');
  const started = await add('ReportStarted');
  heard.length = 0;
  for (const times of [1, 2]) {
    expect((await evidence(['redrive', reportId], env)).stdout).toContain('ReportStarted');
    await eventually(() => expect(heard).toHaveLength(times));
  }
  expect(heard[1]?.subject).toBe(subjectOf('ReportStarted', TENANT, reportId));
  expect(heard[1]?.json()).toMatchObject({ id: started, tenant: TENANT, data: { reportId } });
  await add('ReportFailed');
  expect(await evidence(['redrive', reportId], env)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('has ended'),
  });
  expect(await evidence(['redrive', reportIdOf(10)], env)).toMatchObject({ exitCode: 1 });
  expect(heard).toHaveLength(2);
}, 120_000);
