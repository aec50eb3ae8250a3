import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { consumingServices, ensureReportsStream, REPORTS_STREAM, subjectOf } from '@evidence/bus';
import { envelop, type FindingPage, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { openEventLog } from '@evidence/event-store/log';
import { createLogger } from '@evidence/runtime';
import { eventually, REPOSITORY, startNats, startStore } from '@evidence/testkit';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { BusLink } from '../../src/adapters/bus-link.js';
import { follow } from '../follow.js';
import { GatewayUnderTest, type Send, seedRequest } from '../gateway-under-test.js';
import { lifeOf } from '../life-of.js';

const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');

/** A store server, a NATS server and a gateway, as in production. */
async function onRealParts() {
  const [nats, storeServer] = await Promise.all([startNats(), startStore()]);
  onTestFinished(nats.dispose);
  onTestFinished(storeServer.dispose);
  const store = openEventLog(storeServer.url, () => new Date());
  onTestFinished(() => store.close());
  const logger = createLogger('gateway', { level: 'silent' });
  const relays = ['ReportRequested', 'ReportDownloaded'] as const;
  const bus = new BusLink({ service: 'gateway', natsServers: [nats.url], store, relays, logger }, () => undefined);
  onTestFinished(() => bus.close());
  await bus.opening;
  const gateway = await GatewayUnderTest.open({ store, bus });
  return { nats, storeServer, gateway };
}

/** Listens as a worker does, with a durable consumer and a waiting pull. */
async function listenAs(url: string, services: readonly string[]) {
  const nc = await connect({ servers: url });
  await ensureReportsStream(nc);
  const jsm = await jetstreamManager(nc);
  for (const service of services) {
    const config = { durable_name: service, ack_policy: AckPolicy.Explicit };
    await jsm.consumers.add(REPORTS_STREAM, config);
    await (await jetstream(nc).consumers.get(REPORTS_STREAM, service)).consume({
      callback: (message) => message.ack(),
    });
  }
  onTestFinished(() => nc.close());
  return nc;
}

const ready = (gateway: GatewayUnderTest) => gateway.call('/readyz', { token: null });
/** A write with an invalid body, which appends nothing even if it is accepted. */
const write = (gateway: GatewayUnderTest) => gateway.call('/api/v2/reports', { method: 'POST', json: {} });
/** Appends what a gateway would, regardless of the state of NATS. */
async function requestBehindTheGate(gateway: GatewayUnderTest) {
  const data = { ...exampleOf('ReportRequested'), tenant: 'acme' };
  const about = { tenant: 'acme', correlationId: data.reportId, causationId: randomUUID() };
  const provenance = { ...about, occurredAt: data.requestedAt, actor: data.requestedBy };
  const event = envelop(randomUUID(), { type: 'ReportRequested', data }, provenance);
  const { position } = await gateway.store.append(streamOf.report(data.reportId), 'no_stream', [event]);
  await gateway.reached(position);
  return data;
}

const ask = (gateway: GatewayUnderTest) => gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });

const healthy = async (gateway: GatewayUnderTest) => (await gateway.call('/healthz', { token: null })).status === 200;

/** Every call that writes, each in a form that would succeed. */
async function writesTo(gateway: GatewayUnderTest): Promise<readonly (readonly [path: string, send: Send])[]> {
  const body = await readFile(SCAN);
  const importing = ['/api/v2/findings/import?format=garak&endpoint_id=ep_1', { method: 'POST', body }] as const;
  await gateway.call(...importing);
  const { json } = await gateway.call<FindingPage>('/api/v2/findings?limit=1');
  return [
    importing,
    ['/api/v2/reports', { method: 'POST', json: seedRequest }],
    [`/api/v2/findings/${json.data[0]?.id}`, { method: 'PATCH', json: { status: 'triaged' } }],
  ];
}

/** A link to the artifact of a ready report. */
async function linkOf(gateway: GatewayUnderTest, content: string): Promise<string> {
  const id = String((await ask(gateway)).json.id);
  const artifact = await gateway.artifacts.put('acme', Buffer.from(content), 'application/pdf');
  const { started, scoped, mapped, ready: last } = lifeOf(id, artifact);
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, last);
  return (await gateway.call(`/api/v2/reports/${id}/download`)).headers.get('location') ?? '';
}

test('readyz is 200 only when every worker listens, and names those that do not', async () => {
  const { nats, gateway } = await onRealParts();
  expect(await ready(gateway)).toMatchObject({
    status: 503,
    json: { error: 'unavailable', not_ready: [...consumingServices] },
  });
  await listenAs(nats.url, ['scoping', 'scoping-started', 'mapping']);
  await eventually(async () => expect((await ready(gateway)).json.not_ready).toEqual(['renderer', 'expiry']));
  await listenAs(nats.url, ['renderer', 'expiry']);
  await eventually(async () => expect(await ready(gateway)).toMatchObject({ status: 200, json: { status: 'ready' } }));
});

test('a request is published to NATS as one CloudEvent', async () => {
  const { nats, gateway } = await onRealParts();
  const nc = await connect({ servers: nats.url });
  onTestFinished(() => nc.close());
  const heard: unknown[] = [];
  nc.subscribe(subjectOf('ReportRequested', 'acme', '*'), {
    callback: (_, message) => void heard.push(message.json()),
  });
  await nc.flush();
  const { json } = await ask(gateway);
  await eventually(() => expect(heard).toHaveLength(1));
  expect(heard[0]).toMatchObject({ specversion: '1.0', data: { reportId: json.id, tenant: 'acme' } });
});

test('while NATS is unavailable reads continue and writes are refused; what was accepted just before is relayed when it is back', async () => {
  const { nats, gateway } = await onRealParts();
  await nats.stop();
  // Accepted just before the gateway knows that NATS is unavailable.
  const { reportId } = await requestBehindTheGate(gateway);
  const before = await gateway.eventCount();
  await eventually(async () => expect((await write(gateway)).status).toBe(503));
  const refused = await write(gateway);
  expect(refused).toMatchObject({ status: 503, json: { error: 'unavailable', not_ready: ['nats'] } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await gateway.eventCount()).toBe(before);
  expect((await ready(gateway)).json.not_ready).toEqual(['nats']);
  expect(await healthy(gateway)).toBe(true);
  expect((await gateway.call(`/api/v2/reports/${reportId}`)).status).toBe(200);
  expect((await gateway.call('/api/v2/reports', { method: 'POST', json: {}, token: null })).status).toBe(401);
  expect((await gateway.call('/metrics', { token: null })).body.toString()).toContain(
    'evidence_part_up{part="nats"} 0',
  );
  await nats.start();
  await eventually(async () => expect((await write(gateway)).status).toBe(400));
  const nc = await connect({ servers: nats.url });
  onTestFinished(() => nc.close());
  const jsm = await jetstreamManager(nc);
  const subject = subjectOf('ReportRequested', 'acme', reportId);
  await eventually(async () =>
    expect(await jsm.streams.getMessage(REPORTS_STREAM, { last_by_subj: subject })).not.toBeNull(),
  );
});

test('while the store is unavailable reads continue and writes are refused with Retry-After; then everything works as before', async () => {
  const { storeServer, gateway } = await onRealParts();
  const writes = await writesTo(gateway);
  const link = await linkOf(gateway, '%PDF-1.7');
  const { json } = await ask(gateway);
  const stream = await follow(gateway, String(json.id));
  await storeServer.stop();
  for (const [path, send] of writes) {
    const refused = await gateway.call(path, send);
    expect(refused).toMatchObject({ status: 503, json: { error: 'unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
  }
  expect((await gateway.call(link)).body.toString()).toBe('%PDF-1.7');
  expect((await gateway.call<FindingPage>('/api/v2/findings')).json.data.length).toBeGreaterThan(0);
  expect(await healthy(gateway)).toBe(true);
  expect((await gateway.call(`/api/v2/reports/${json.id}`)).json).toMatchObject({ id: json.id, status: 'queued' });
  expect((await gateway.call<{ data: object[] }>('/api/v2/reports')).json.data).toHaveLength(2);
  expect((await ready(gateway)).json.not_ready).toContain('event-store');
  await eventually(async () => {
    const { body } = await gateway.call('/metrics', { token: null });
    expect(body.toString()).toContain('evidence_part_up{part="event-store"} 0');
  });
  await storeServer.start();
  for (const [path, send] of writes) {
    await eventually(async () => expect((await gateway.call(path, send)).status).toBeLessThan(300));
  }
  const started = { ...exampleOf('ReportStarted'), reportId: String(json.id) };
  await gateway.append(streamOf.report(started.reportId), 'acme', { type: 'ReportStarted', data: started });
  await eventually(() => expect(stream.steps().map((step) => step.progress.status)).toEqual(['queued', 'running']));
  stream.leave();
  await eventually(async () =>
    expect((await gateway.call<{ data: object[] }>('/api/v2/reports')).json.data).toHaveLength(3),
  );
});
