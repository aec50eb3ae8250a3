import { expect, test } from 'vitest';
import { GatewayUnderTest, type Received, seedRequest } from '../../gateway-under-test.js';

const DEFAULTS = { reports: 6, token: 60, tenant: 1200 };

const look = (gateway: GatewayUnderTest, token = gateway.token) => gateway.call('/api/v2/reports', { token });
const ask = (gateway: GatewayUnderTest) => gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });

const standingIn = ({ headers }: Received<unknown>) =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`)).join(' ');

async function statuses(count: number, call: () => Promise<Received<unknown>>): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: count }, call));
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

test('a token has 120 calls at once, then one per second; a refused call is not charged', async () => {
  const gateway = await GatewayUnderTest.open({ callsPerMinute: DEFAULTS });
  expect(standingIn(await look(gateway))).toBe('60 119 1');
  expect(await statuses(130, () => look(gateway))).toEqual({ 200: 119, 429: 11 });
  const refused = await look(gateway);
  expect(refused.json).toMatchObject({ error: 'rate_limited', retry_after_seconds: 1, limit: 60, window: '1m' });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(standingIn(refused)).toBe('60 0 120');
  gateway.wait(17);
  expect(await statuses(20, () => look(gateway))).toEqual({ 200: 17, 429: 3 });
});

test('a token may request 6 reports per minute, whatever its other limits', async () => {
  const gateway = await GatewayUnderTest.open({ callsPerMinute: DEFAULTS });
  const before = await gateway.eventCount();
  expect(standingIn(await ask(gateway))).toBe('6 5 10');
  expect(await statuses(9, () => ask(gateway))).toEqual({ 202: 5, 429: 4 });
  expect(await gateway.eventCount()).toBe(before + 6);
  const refused = await ask(gateway);
  expect(refused.json).toMatchObject({ error: 'rate_limited', limit: 6, retry_after_seconds: 10 });
  expect((await look(gateway)).status).toBe(200);
  gateway.wait(10);
  expect(await statuses(2, () => ask(gateway))).toEqual({ 202: 1, 429: 1 });
});

test('each token has its own limits, and the tenant has one for all tokens', async () => {
  const gateway = await GatewayUnderTest.open({ callsPerMinute: { token: 5, tenant: 12 } });
  const colleague = await gateway.mint('acme', ['reports:read']);
  const stranger = await gateway.mint('globex', ['reports:read']);
  expect(await statuses(12, () => look(gateway))).toEqual({ 200: 10, 429: 2 });
  expect(await statuses(3, () => look(gateway, colleague))).toEqual({ 200: 2, 429: 1 });
  expect((await look(gateway, colleague)).json).toMatchObject({ limit: 12, retry_after_seconds: 5 });
  expect(await statuses(12, () => look(gateway, stranger))).toEqual({ 200: 10, 429: 2 });
});

test('calls without a token are not limited, and 0 turns a limit off', async () => {
  const gateway = await GatewayUnderTest.open({ callsPerMinute: { token: 1 } });
  expect(await statuses(5, () => gateway.call('/healthz', { token: null }))).toEqual({ 200: 5 });
  expect(await statuses(3, () => look(gateway))).toEqual({ 200: 2, 429: 1 });
  const without = await GatewayUnderTest.open();
  const answer = await look(without);
  expect([...answer.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
});

test('a call is limited before its body is read, even if it is invalid', async () => {
  const gateway = await GatewayUnderTest.open({ callsPerMinute: { reports: 2 } });
  const wrong = () => gateway.call('/api/v2/reports', { method: 'POST', json: {} });
  expect(await statuses(3, wrong)).toEqual({ 400: 2, 429: 1 });
});
