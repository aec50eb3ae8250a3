import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openArtifactFolder } from '@evidence/artifacts';
import { parseCloudEvent, REPORTS_STREAM, type ReportCloudEvent, subjectOf } from '@evidence/bus';
import { type EventOf, type EventType, envelop, type ReportEventType, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { type EventLog, openEventLog } from '@evidence/event-store/log';
import { createLogger } from '@evidence/runtime';
import { openStage } from '@evidence/stage';
import {
  eventually,
  freePort,
  REPOSITORY,
  startNats,
  startStore,
  type TempFolder,
  type TestServer,
  tempFolder,
} from '@evidence/testkit';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { expiryConfig } from '../../src/shell/config.js';
import { expiryStage } from '../../src/shell/start.js';

const TENANT = 'acme';
const now = () => new Date();
let nats: TestServer;
let server: TestServer;
let store: EventLog;
let connection: NatsConnection;
let folder: TempFolder;
let stops: (() => Promise<void>)[];

beforeAll(async () => {
  [nats, server] = await Promise.all([startNats(), startStore()]);
  store = openEventLog(server.url, now);
  connection = await connect({ servers: nats.url });
});
afterAll(async () => {
  await connection.close();
  await store.close();
  await Promise.all([nats.dispose(), server.dispose()]);
});
beforeEach(async () => {
  folder = await tempFolder();
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await folder.remove();
});

/** The service in this process, on the test's servers and folder. Returns a function that stops it. */
async function start(env: NodeJS.ProcessEnv = {}, healthPort?: number): Promise<() => Promise<void>> {
  const closers: (() => Promise<void> | void)[] = [];
  await openStage(expiryStage, {
    config: expiryConfig({ NATS_URL: nats.url, EVENT_STORE_URL: server.url, DATA_DIR: folder.path, ...env }),
    logger: createLogger('expiry', { level: 'silent' }),
    now,
    ...(healthPort !== undefined && { health: { host: '127.0.0.1', port: healthPort } }),
    onShutdown: (closer) => closers.unshift(closer),
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const close of closers) await close();
    })();
    return stopping;
  };
  stops.push(stop);
  return stop;
}

async function append(
  stream: string,
  event: EventOf<EventType>,
  actor = 'service:renderer',
  occurredAt = now().toISOString(),
): Promise<string> {
  const id = randomUUID();
  const provenance = { tenant: TENANT, correlationId: stream, causationId: id, occurredAt, actor };
  await store.append(stream, 'any', [envelop(id, event, provenance)]);
  return id;
}

const newReportId = () => `rpt_2026_${randomUUID().replaceAll('-', '')}`;

async function requestReport(reportId: string, deadlineSeconds = 900): Promise<void> {
  const data = { ...exampleOf('ReportRequested'), reportId, requestedAt: now().toISOString(), deadlineSeconds };
  await append(streamOf.report(reportId), { type: 'ReportRequested', data }, 'token:tok_1');
}

/** A report that is ready and has its four blobs in the artifact folder. */
async function readyReport(expiresInMs: number) {
  const artifacts = await openArtifactFolder({ folder: join(folder.path, 'artifacts') });
  const put = (what: string) => artifacts.put(TENANT, Buffer.from(`${what} of ${reportId}`), 'application/json');
  const reportId = newReportId();
  const stream = streamOf.report(reportId);
  const [scope, mapping, artifact, attestation] = await Promise.all(
    ['scope', 'mapping', 'artifact', 'attestation'].map(put),
  );
  if (!scope || !mapping || !artifact || !attestation) throw new Error('four blobs were put');
  await requestReport(reportId);
  await append(stream, { type: 'ReportStarted', data: { ...exampleOf('ReportStarted'), reportId } });
  await append(stream, { type: 'ReportScoped', data: { ...exampleOf('ReportScoped'), reportId, snapshot: scope } });
  const mapped = { ...exampleOf('ReportMapped'), reportId, scopeSnapshot: scope, snapshot: mapping };
  await append(stream, { type: 'ReportMapped', data: mapped });
  const readyAt = now().toISOString();
  const expiresAt = new Date(Date.parse(readyAt) + expiresInMs).toISOString();
  const data = { ...exampleOf('ReportReady'), reportId, readyAt, expiresAt, artifact, attestation };
  const readyId = await append(stream, { type: 'ReportReady', data });
  const blobs = [scope, mapping, artifact, attestation].map(({ sha256 }) => sha256);
  const kept = async () => {
    const sizes = await Promise.all(blobs.map((sha256) => artifacts.sizeOf(TENANT, sha256)));
    return sizes.filter((size) => size !== undefined).length;
  };
  return { reportId, readyId, ready: data, artifact, expiresAt, kept };
}

const historyOf = (reportId: string) => Array.fromAsync(store.readStream(streamOf.report(reportId)));
const typesOf = async (reportId: string) => (await historyOf(reportId)).map(({ type }) => type);

/** As the renderer's relay publishes it; `messageId` tells JetStream whether it is the same message again. */
async function publishReady({ reportId, readyId, ready }: Awaited<ReturnType<typeof readyReport>>, messageId: string) {
  const event: ReportCloudEvent<'ReportReady'> = {
    specversion: '1.0',
    id: readyId,
    source: '/evidence-reports/renderer',
    type: 'ReportReady.v1',
    subject: reportId,
    time: ready.readyAt,
    datacontenttype: 'application/json',
    dataschema: 'https://evidence-reports.example/contracts/events/ReportReady.v1.json',
    tenant: TENANT,
    correlationid: reportId,
    causationid: readyId,
    actor: 'service:renderer',
    position: '1',
    data: ready,
  };
  await jetstream(connection).publish(subjectOf('ReportReady', TENANT, reportId), JSON.stringify(event), {
    msgID: messageId,
  });
}

async function published(type: ReportEventType, reportId: string) {
  const jsm = await jetstreamManager(connection);
  const message = await jsm.streams.getMessage(REPORTS_STREAM, { last_by_subj: subjectOf(type, TENANT, reportId) });
  if (!message) throw new Error(`no ${type} of ${reportId} on the bus yet`);
  return parseCloudEvent(message.data, message.subject);
}

async function hold(reportId: string): Promise<void> {
  const data = { ...exampleOf('LegalHoldPlaced'), tenant: TENANT, reportId };
  await append(streamOf.tenant(TENANT), { type: 'LegalHoldPlaced', data }, 'operator:test');
}

async function release(reportId: string): Promise<void> {
  const data = { ...exampleOf('LegalHoldReleased'), tenant: TENANT, reportId };
  await append(streamOf.tenant(TENANT), { type: 'LegalHoldReleased', data }, 'operator:test');
}

test('a report expires at the end of its retention: its bytes are removed, and the bus gets the event', async () => {
  await start();
  const { reportId, readyId, artifact, expiresAt, kept } = await readyReport(1_000);
  await eventually(async () => expect(await kept()).toBe(0));
  const expired = (await historyOf(reportId)).at(-1)!;
  expect(expired).toMatchObject({
    type: 'ReportExpired',
    data: { reportId, artifactSha256: artifact.sha256 },
    metadata: { actor: 'service:expiry', causationId: readyId, correlationId: reportId, tenant: TENANT },
  });
  const { expiredAt } = expired.data as { expiredAt: string };
  expect(Date.parse(expiredAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  const event = await eventually(() => published('ReportExpired', reportId));
  expect(event).toMatchObject({ id: expired.id, source: '/evidence-reports/expiry', data: expired.data });
});

test('a hold keeps a report; released, it expires', async () => {
  await start();
  const held = await readyReport(1_000);
  await hold(held.reportId);
  const free = await readyReport(1_500);
  await eventually(async () => expect(await free.kept()).toBe(0));
  expect(await typesOf(held.reportId)).not.toContain('ReportExpired');
  expect(await held.kept()).toBe(4);
  await release(held.reportId);
  await eventually(async () => expect(await held.kept()).toBe(0));
  expect(await typesOf(held.reportId)).toContain('ReportExpired');
});

test('a hold that is placed while the report expires keeps its bytes until it is released', async () => {
  const { reportId, artifact, kept } = await readyReport(-1_000);
  await hold(reportId);
  const data = { reportId, expiredAt: now().toISOString(), artifactSha256: artifact.sha256 };
  await append(streamOf.report(reportId), { type: 'ReportExpired', data }, 'service:expiry');
  await start();
  const free = await readyReport(-1_000);
  await eventually(async () => expect(await free.kept()).toBe(0));
  expect(await kept()).toBe(4);
  await release(reportId);
  await eventually(async () => expect(await kept()).toBe(0));
});

test('bytes that a crash left after the append are removed at the next start, with or without the view', async () => {
  const stop = await start();
  await stop();
  for (const isViewKept of [true, false]) {
    const { reportId, artifact, kept } = await readyReport(-1_000);
    const data = { reportId, expiredAt: now().toISOString(), artifactSha256: artifact.sha256 };
    await append(streamOf.report(reportId), { type: 'ReportExpired', data }, 'service:expiry');
    if (!isViewKept) await rm(join(folder.path, 'views'), { recursive: true });
    const stopAgain = await start();
    await eventually(async () => expect(await kept()).toBe(0));
    expect((await typesOf(reportId)).filter((type) => type === 'ReportExpired')).toHaveLength(1);
    await stopAgain();
  }
});

test('the message of a ready report, delivered twice, late and after its end, causes one ReportExpired', async () => {
  await start();
  const report = await readyReport(500);
  await publishReady(report, randomUUID());
  await publishReady(report, randomUUID());
  await eventually(async () => expect(await report.kept()).toBe(0));
  await publishReady(report, randomUUID());
  await eventually(async () => {
    const { num_pending, num_ack_pending } = await (await jetstreamManager(connection)).consumers.info(
      REPORTS_STREAM,
      'expiry',
    );
    expect({ num_pending, num_ack_pending }).toEqual({ num_pending: 0, num_ack_pending: 0 });
  });
  expect((await typesOf(report.reportId)).filter((type) => type === 'ReportExpired')).toHaveLength(1);
});

test('a stuck report fails at its deadline, once, and the bus gets the event', async () => {
  await start();
  const reportId = newReportId();
  await requestReport(reportId, 1);
  const event = await eventually(() => published('ReportFailed', reportId));
  expect(event.data).toMatchObject({ reportId, stage: 'expiry', code: 'deadline_exceeded' });
  expect(await typesOf(reportId)).toEqual(['ReportRequested', 'ReportFailed']);
});

test('a lost message of a report is sent again, as it is in the store', async () => {
  const aMinuteAgo = new Date(now().getTime() - 61_000).toISOString();
  const [lost, fresh] = [newReportId(), newReportId()];
  for (const [reportId, occurredAt] of [
    [lost, aMinuteAgo],
    [fresh, now().toISOString()],
  ] as const) {
    const data = { ...exampleOf('ReportRequested'), reportId, requestedAt: occurredAt };
    await append(streamOf.report(reportId), { type: 'ReportRequested', data }, 'token:tok_1', occurredAt);
  }
  const scoped = { ...exampleOf('ReportScoped'), reportId: lost };
  await append(streamOf.report(lost), {
    type: 'ReportStarted',
    data: { ...exampleOf('ReportStarted'), reportId: lost },
  });
  const id = await append(streamOf.report(lost), { type: 'ReportScoped', data: scoped }, 'service:scoping', aMinuteAgo);
  await start();
  const event = await eventually(() => published('ReportScoped', lost));
  expect(event).toMatchObject({ id, source: '/evidence-reports/scoping', data: scoped });
  await expect(published('ReportRequested', fresh)).rejects.toThrow();
  expect(await typesOf(lost)).toEqual(['ReportRequested', 'ReportStarted', 'ReportScoped']);
});

test('a clock that jumped across a restart causes a warning, expires nothing, and is trusted once an operator confirms it', async () => {
  const longAgo = new Date(now().getTime() - 48 * 60 * 60_000).toISOString();
  const tick = { ...exampleOf('ClockTicked'), tickedAt: longAgo };
  await append(streamOf.clock(), { type: 'ClockTicked', data: tick }, 'service:expiry');
  const port = await freePort();
  const { reportId, kept } = await readyReport(-1_000);
  const stop = await start({}, port);
  const readyz = async () => (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { warnings?: string[] };
  await eventually(async () =>
    expect((await readyz()).warnings).toEqual([expect.stringContaining('evidence expiry confirm')]),
  );
  expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain(
    'evidence_warning{warning="clock_suspect"} 1',
  );
  expect(await typesOf(reportId)).not.toContain('ReportExpired');
  expect(await kept()).toBe(4);
  await stop();

  const env = { ...process.env, EVENT_STORE_URL: server.url };
  const cli = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
  const confirmed = await promisify(execFile)(process.execPath, [cli, 'expiry', 'confirm'], { env });
  expect(confirmed.stdout).toContain('The clock is confirmed.');
  const again = await promisify(execFile)(process.execPath, [cli, 'expiry', 'confirm'], { env });
  expect(again.stdout).toContain('not suspect');
  await start();
  await eventually(async () => expect(await kept()).toBe(0));
});
