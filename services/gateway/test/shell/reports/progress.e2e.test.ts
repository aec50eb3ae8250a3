import { setTimeout as delay } from 'node:timers/promises';
import type { Report, ReportAccepted } from '@evidence/contracts';
import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { follow } from '../../follow.js';
import { GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const BLOB = { sha256: 'a'.repeat(64), sizeBytes: 3, mediaType: 'application/pdf' };
const WATCHERS_PER_TOKEN_MAX = 10;

async function asked(gateway: GatewayUnderTest): Promise<string> {
  const { json } = await gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json: seedRequest });
  return json.id;
}

test('a client receives every step of a report as it happens, and the stream ends when the report is ready', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  const stream = await follow(gateway, id);
  expect(stream.response.status).toBe(200);
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
  const stages = () => stream.steps().map(({ progress: { status, stage } }) => `${status} ${stage}`);
  const seen = ['queued queued'];
  await eventually(() => expect(stages()).toEqual(seen));
  for (const [event, step] of [
    [started, 'running scoping'],
    [scoped, 'running mapping'],
    [mapped, 'running rendering'],
    [ready, 'ready finished'],
  ] as const) {
    await gateway.append(streamOf.report(id), 'acme', event);
    seen.push(step);
    await eventually(() => expect(stages()).toEqual(seen));
  }
  await stream.ended;
  expect(stream.steps().map((step) => step.id)).toEqual(['0', '1', '2', '3', '4']);
});

test('between two steps a client receives increasing progress of the stage; progress of other stages is ignored', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  const hear = (stage: 'scoping' | 'mapping' | 'rendering', percent: number, tenant = 'acme') =>
    gateway.heard.take({ tenant, reportId: id, stage, percent });
  const progress = async () => (await gateway.call<Report>(`/api/v2/reports/${id}`)).json.progress;
  await gateway.append(streamOf.report(id), 'acme', started, scoped);
  expect(await progress()).toEqual({ stage: 'mapping', percent: 0 });
  hear('mapping', 35);
  const stream = await follow(gateway, id);
  await eventually(() => expect(stream.percents()).toEqual(['mapping 35']));
  hear('mapping', 70);
  await eventually(() => expect(stream.percents()).toEqual(['mapping 35', 'mapping 70']));
  hear('mapping', 40);
  hear('scoping', 90);
  hear('mapping', 99, 'globex');
  expect(await progress()).toEqual({ stage: 'mapping', percent: 70 });
  await gateway.append(streamOf.report(id), 'acme', mapped);
  await eventually(() => expect(stream.steps().at(-1)?.progress).toMatchObject({ stage: 'rendering', percent: 0 }));
  hear('rendering', 55);
  await eventually(() => expect(stream.percents().at(-1)).toBe('rendering 55'));
  expect(await progress()).toEqual({ stage: 'rendering', percent: 55 });
  await gateway.append(streamOf.report(id), 'acme', ready);
  await stream.ended;
  expect(stream.percents()).toEqual(['mapping 35', 'mapping 70', 'rendering 55']);
  expect(stream.steps().at(-1)?.progress).toMatchObject({ stage: 'finished', percent: 100 });
  expect(await progress()).toEqual({ stage: 'finished', percent: 100 });
});

test('a disconnected client continues after the last event that it received; after the final event it is told not to reconnect', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const { started, scoped } = lifeOf(id, BLOB);
  await gateway.append(streamOf.report(id), 'acme', started, scoped);
  const failed = { ...exampleOf('ReportFailed'), reportId: id };
  const stream = await follow(gateway, id, { lastEventId: '1' });
  await eventually(() => expect(stream.steps().map((step) => step.id)).toEqual(['2']));
  await gateway.append(streamOf.report(id), 'acme', { type: 'ReportFailed', data: failed });
  await stream.ended;
  expect(stream.steps().map((step) => step.progress.status)).toEqual(['running', 'failed']);

  const path = `/api/v2/reports/${id}/events`;
  expect((await gateway.call(path, { headers: { 'last-event-id': '3' } })).status).toBe(204);
  expect((await gateway.call(path)).status).toBe(200);
  for (const lastEventId of ['-1', 'x', '1.5', '9'.repeat(30)]) {
    const answer = await gateway.call(path, { headers: { 'last-event-id': lastEventId } });
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request', field: 'Last-Event-ID' } });
  }
});

test('a silent stream has heartbeats, and ends with the gateway', async () => {
  const gateway = await GatewayUnderTest.open({ heartbeatMs: 20 });
  const stream = await follow(gateway, await asked(gateway));
  await eventually(() => expect(stream.text().split(': still there').length).toBeGreaterThan(3));
  await gateway.stop();
  await stream.ended;
  expect(stream.steps()).toHaveLength(1);
});

test('the number of streams per token is limited; a closed stream makes room', async () => {
  const gateway = await GatewayUnderTest.open({ heartbeatMs: 20 });
  const id = await asked(gateway);
  const streams = [];
  for (let count = 0; count < WATCHERS_PER_TOKEN_MAX; count++) streams.push(await follow(gateway, id));
  const path = `/api/v2/reports/${id}/events`;
  const refused = await gateway.call(path);
  expect(refused).toMatchObject({
    status: 429,
    json: { error: 'too_many_streams', limit: WATCHERS_PER_TOKEN_MAX },
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  streams[0]?.leave();
  await eventually(async () => {
    const another = await follow(gateway, id);
    another.leave();
    expect(another.response.status).toBe(200);
  });
  for (const stream of streams) stream.leave();
});

test('a stranger cannot follow a report', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const stranger = await gateway.mint('globex', ['reports:read']);
  const answer = await gateway.call(`/api/v2/reports/${id}/events`, { token: stranger });
  expect(answer).toMatchObject({ status: 404, json: { error: 'report_not_found' } });
  expect((await gateway.call(`/api/v2/reports/${id}/events`, { method: 'HEAD' })).body).toHaveLength(0);
});

test('a stream ends as soon as its token is revoked or expires, without another event', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const revoked = await gateway.mint('acme', ['reports:read']);
  const expiring = await gateway.mint('acme', ['reports:read'], { expiresAt: '2026-05-22T10:36:00.000Z' });
  const [first, second, kept] = [
    await follow(gateway, id, { token: revoked }),
    await follow(gateway, id, { token: expiring }),
    await follow(gateway, id),
  ];
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  await gateway.revoke(revoked);
  // Appended just when the revocation is known, so it is not the next heartbeat that ends the stream.
  await gateway.append(streamOf.report(id), 'acme', started);
  await first.ended;
  expect(first.steps()).toHaveLength(1);
  await eventually(() => expect(second.steps()).toHaveLength(2));
  gateway.wait(60);
  await second.ended;
  await gateway.append(streamOf.report(id), 'acme', scoped, mapped, ready);
  await kept.ended;
  expect([second.steps().length, kept.steps().length]).toEqual([2, 5]);
  const again = await gateway.call(`/api/v2/reports/${id}/events`, { token: revoked });
  expect(again).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
});

test('a waiting call is refused as soon as its token is revoked', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const token = await gateway.mint('acme', ['reports:read']);
  const waiting = gateway.call(`/api/v2/reports/${id}`, { token, headers: { prefer: 'wait=60' } });
  await gateway.call('/healthz', { token: null });
  await gateway.revoke(token);
  expect(await waiting).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
});

test('a client that prefers to wait gets a response as soon as the report is ready, at the latest after the given time', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const path = `/api/v2/reports/${id}`;
  const patient = gateway.call<Report>(path, { headers: { prefer: 'respond-async, wait=3600' } });
  const impatient = await gateway.call<Report>(path, { headers: { prefer: 'wait=1' } });
  expect(impatient.json.status).toBe('queued');
  expect(impatient.headers.get('preference-applied')).toBe('wait=1');
  const first = await Promise.race([patient, delay(0, 'still waiting')]);
  expect(first).toBe('still waiting');
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, ready);
  const { json, headers } = await patient;
  expect(json.status).toBe('ready');
  expect(headers.get('preference-applied')).toBe('wait=60');
  expect(headers.get('retry-after')).toBeNull();
  const plain = await gateway.call(path, { headers: { prefer: 'return=minimal' } });
  expect(plain.headers.get('preference-applied')).toBeNull();
});

test('a waiting call ends when the gateway closes', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const waiting = gateway.call<Report>(`/api/v2/reports/${id}`, { headers: { prefer: 'wait=60' } });
  await eventually(() => expect(gateway.logLines.some((line) => line.includes('POST'))).toBe(true));
  await gateway.call('/healthz', { token: null });
  await gateway.stop();
  expect((await waiting).json.status).toBe('queued');
});

test('Retry-After of a report in progress follows from the time that recent reports took', async () => {
  const gateway = await GatewayUnderTest.open();
  const lookAgain = async (id: string) => (await gateway.call(`/api/v2/reports/${id}`)).headers.get('retry-after');
  const first = await asked(gateway);
  expect(await lookAgain(first)).toBe('1');
  const { started, scoped, mapped, ready } = lifeOf(first, BLOB);
  for (const event of [started, scoped, mapped, ready]) {
    gateway.wait(10);
    await gateway.append(streamOf.report(first), 'acme', event);
  }
  expect(await lookAgain(first)).toBeNull();

  const second = await asked(gateway);
  const said = [await lookAgain(second)];
  gateway.wait(4);
  said.push(await lookAgain(second));
  const life = lifeOf(second, BLOB);
  await gateway.append(streamOf.report(second), 'acme', life.started, life.scoped);
  said.push(await lookAgain(second));
  gateway.wait(1000);
  said.push(await lookAgain(second));
  expect(said).toEqual(['40', '36', '20', '1']);
});

test('a request that prefers to wait returns the report when it is ready or has failed, otherwise the usual 202', async () => {
  const gateway = await GatewayUnderTest.open();
  const askAndFinish = async (type: 'ReportReady' | 'ReportFailed', key: string) => {
    const send = { method: 'POST', json: seedRequest, headers: { prefer: 'wait=30', 'idempotency-key': key } };
    const asking = gateway.call<Report>('/api/v2/reports', send);
    const { data } = await eventually(async () => {
      const page = (await gateway.call<{ data: Report[] }>('/api/v2/reports?status=queued')).json;
      expect(page.data).toHaveLength(1);
      return page;
    });
    const reportId = String(data[0]?.id);
    const { started, scoped, mapped, ready } = lifeOf(reportId, BLOB);
    const failed = { type: 'ReportFailed', data: { ...exampleOf('ReportFailed'), reportId } } as const;
    const last = type === 'ReportReady' ? [started, scoped, mapped, ready] : [started, failed];
    await gateway.append(streamOf.report(reportId), 'acme', ...last);
    const answer = await asking;
    expect(answer.headers.get('location')).toBe(`/api/v2/reports/${reportId}`);
    expect(answer.headers.get('preference-applied')).toBe('wait=30');
    expect((await gateway.call<Report>('/api/v2/reports', send)).json).toEqual(answer.json);
    return answer;
  };
  expect(await askAndFinish('ReportReady', 'one')).toMatchObject({ status: 201, json: { status: 'ready' } });
  expect(await askAndFinish('ReportFailed', 'two')).toMatchObject({ status: 201, json: { status: 'failed' } });

  const impatient = { method: 'POST', json: seedRequest, headers: { prefer: 'wait=0' } };
  const late = await gateway.call('/api/v2/reports', impatient);
  expect(late).toMatchObject({ status: 202, json: { status: 'queued' } });
  expect(late.headers.get('preference-applied')).toBe('wait=0');
  expect(late.headers.get('retry-after')).toMatch(/^[1-9]/);
});
