import { rm } from 'node:fs/promises';
import { type ReportAccepted, streamOf } from '@evidence/contracts';
import { EventStoreError } from '@evidence/event-store';
import { type EventLog, eventLogOver, openEventLog } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { startStore } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { GatewayUnderTest, START, seedRequest } from '../../gateway-under-test.js';

const KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"';
const DAY_S = 24 * 60 * 60;

const ask = (gateway: GatewayUnderTest, more: object = {}, { token = gateway.token, key = KEY } = {}) =>
  gateway.call<ReportAccepted & { error: string }>('/api/v2/reports', {
    method: 'POST',
    json: { ...seedRequest, ...more },
    token,
    headers: { 'idempotency-key': key },
  });

async function requestsIn(store: EventLog): Promise<string[]> {
  const ids: string[] = [];
  for await (const { data } of store.readAll({ filter: { types: ['ReportRequested'] } })) {
    ids.push((data as { reportId: string }).reportId);
  }
  return ids;
}

test('the same key and body return the same response, and nothing is appended', async () => {
  const gateway = await GatewayUnderTest.open();
  const first = await ask(gateway);
  const events = await gateway.eventCount();
  gateway.wait(DAY_S - 1);
  const { scope, ...rest } = seedRequest;
  const again = [await ask(gateway), await ask(gateway, {}, { key: KEY.replaceAll('"', '') })];
  const reordered = await gateway.call('/api/v2/reports', {
    method: 'POST',
    json: { scope: Object.fromEntries(Object.entries(scope).toReversed()), ...rest },
    headers: { 'idempotency-key': KEY },
  });
  for (const answer of [...again, reordered]) {
    expect(answer.status).toBe(202);
    expect(answer.body.equals(first.body)).toBe(true);
    expect(answer.headers.get('location')).toBe(first.headers.get('location'));
  }
  expect(await gateway.eventCount()).toBe(events);
});

test('the same key with another body is refused, and nothing is appended', async () => {
  const gateway = await GatewayUnderTest.open();
  await ask(gateway);
  const events = await gateway.eventCount();
  expect(await ask(gateway, { format: 'json' })).toMatchObject({
    status: 422,
    json: { error: 'idempotency_key_reused', field: 'Idempotency-Key' },
  });
  expect(await gateway.eventCount()).toBe(events);
});

test('after 24 hours the key makes another report', async () => {
  const gateway = await GatewayUnderTest.open();
  const { id } = (await ask(gateway)).json;
  gateway.wait(DAY_S);
  const later = await ask(gateway, { format: 'json' });
  expect(later).toMatchObject({ status: 202, json: { format: 'json' } });
  expect(later.json.id).not.toBe(id);
  expect((await ask(gateway, { format: 'json' })).json).toEqual(later.json);
});

test('the keys of one tenant do not affect another; the tokens of one tenant share them', async () => {
  const gateway = await GatewayUnderTest.open();
  const scopes = ['reports:generate', 'reports:read'];
  const [stranger, colleague] = [await gateway.mint('globex', scopes), await gateway.mint('acme', scopes)];
  const { id } = (await ask(gateway)).json;
  expect((await ask(gateway, {}, { token: stranger })).json.id).not.toBe(id);
  expect((await ask(gateway, {}, { token: colleague })).json.id).toBe(id);
});

test('a refused request uses up no key, and a malformed key is refused', async () => {
  const gateway = await GatewayUnderTest.open();
  expect((await ask(gateway, { title: '' })).status).toBe(400);
  expect((await ask(gateway)).status).toBe(202);
  const events = await gateway.eventCount();
  for (const key of ['""', 'two words', 'x'.repeat(256)]) {
    expect(await ask(gateway, {}, { key })).toMatchObject({
      status: 400,
      json: { error: 'invalid_request', field: 'Idempotency-Key' },
    });
  }
  expect(await gateway.eventCount()).toBe(events);
});

test('100 concurrent calls with one key make one report', async () => {
  const gateway = await GatewayUnderTest.open();
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(gateway)));
  const accepted = answers.filter(({ status }) => status === 202);
  const inUse = answers.filter(({ status }) => status === 409);
  expect(accepted.length + inUse.length).toBe(100);
  for (const { json, headers } of inUse) {
    expect(json.error).toBe('idempotency_key_in_use');
    expect(headers.get('retry-after')).toBe('1');
  }
  const [id, ...others] = new Set(accepted.map(({ json }) => json.id));
  expect(others).toEqual([]);
  expect((await ask(gateway)).json.id).toBe(id);
  expect(await requestsIn(gateway.store)).toEqual([id]);
});

test('100 concurrent calls with one key to two gateways with one store make one report', async () => {
  const server = await startStore();
  onTestFinished(server.dispose);
  const stores = [0, 1].map(() => openEventLog(server.url, () => new Date(START)));
  for (const store of stores) onTestFinished(() => store.close());
  const gateways = await Promise.all(stores.map((store) => GatewayUnderTest.open({ store })));
  const [one, other] = gateways as [GatewayUnderTest, GatewayUnderTest];
  await other.reached((await one.store.head()) ?? 0n);
  const { token } = one;
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => ask(index % 2 === 0 ? one : other, {}, { token })),
  );
  expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
  const ids = new Set(answers.flatMap(({ status, json }) => (status === 202 ? [json.id] : [])));
  expect(await requestsIn(one.store)).toEqual([...ids]);
  expect(ids.size).toBe(1);
  for (const gateway of gateways) expect([...ids]).toEqual([(await ask(gateway, {}, { token })).json.id]);
});

test('a key is still known after the views were deleted', async () => {
  const gateway = await GatewayUnderTest.open();
  const { id } = (await ask(gateway)).json;
  await gateway.stop();
  await rm(`${gateway.folder}/views`, { recursive: true });
  await gateway.start();
  expect((await ask(gateway)).json.id).toBe(id);
  expect((await ask(gateway, { format: 'json' })).status).toBe(422);
});

test('a claim whose report was never recorded is fulfilled by the retry', async () => {
  const engine = eventLogOver(openSqliteEventStore({ file: ':memory:', now: () => new Date(START) }));
  let isAway = true;
  const store: EventLog = {
    ...engine,
    append(stream, expected, events) {
      if (isAway && stream.startsWith('report-')) throw new EventStoreError('unavailable', 'The store is down.');
      return engine.append(stream, expected, events);
    },
  };
  const gateway = await GatewayUnderTest.open({ store });
  expect((await ask(gateway)).status).toBe(503);
  isAway = false;
  gateway.wait(60);
  const { status, json } = await ask(gateway);
  expect({ status, queuedAt: json.queued_at }).toEqual({ status: 202, queuedAt: START });
  expect(await requestsIn(gateway.store)).toEqual([json.id]);
  expect(await gateway.eventsIn(streamOf.report(json.id))).toEqual(['ReportRequested']);
});

test('neither the log nor the events contain the key', async () => {
  const gateway = await GatewayUnderTest.open();
  await ask(gateway);
  await ask(gateway, { format: 'json' });
  const events: unknown[] = [];
  for await (const { data, metadata, stream } of gateway.store.readAll()) events.push({ stream, data, metadata });
  const bare = KEY.replaceAll('"', '');
  expect(JSON.stringify(events)).not.toContain(bare);
  expect(gateway.logLines.join('')).not.toContain(bare);
});
