import { createLogger } from '@evidence/runtime';
import { eventually, startNats } from '@evidence/testkit';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { SharedCellsInNatsKv } from '../../../src/adapters/shared-cells-in-nats-kv.js';
import { RateLimits } from '../../../src/shell/call/rate-limits.js';
import { GatewayUnderTest, START } from '../../gateway-under-test.js';

const CALLER = { tenant: 'acme', tokenId: 'tok_1', scopes: [] };
const logger = createLogger('gateway', { level: 'silent' });

async function natsServer() {
  const nats = await startNats();
  onTestFinished(nats.dispose);
  const dial = async () => {
    const nc = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    onTestFinished(() => nc.close());
    return nc;
  };
  return { nats, dial };
}

function limitsOver(nc: NatsConnection, clock = { now: new Date(START) }) {
  const shared = new SharedCellsInNatsKv(() => nc);
  const callsPerMinute = { reports: 6, token: 60, tenant: 0 };
  return new RateLimits({ callsPerMinute, shared, now: () => clock.now, logger });
}

async function passed(calls: readonly Promise<{ allowed: boolean } | undefined>[]): Promise<number> {
  return (await Promise.all(calls)).filter((charged) => charged?.allowed).length;
}

test('three gateways together allow what one would', async () => {
  const { dial } = await natsServer();
  const gateways = await Promise.all([0, 1, 2].map(async () => limitsOver(await dial())));
  const calls = Array.from({ length: 300 }, (_, index) => index);
  const taken = calls.map((index) => (gateways[index % 3] as RateLimits).take(CALLER, undefined));
  expect(await passed(taken)).toBe(120);
  expect(await passed(gateways.map((gateway) => gateway.take(CALLER, undefined)))).toBe(0);
});

test('three gateways that take calls in turn allow what one would', async () => {
  const { dial } = await natsServer();
  const gateways = await Promise.all([0, 1, 2].map(async () => limitsOver(await dial())));
  const taking = gateways.map(async (gateway) => {
    let count = 0;
    for (let call = 0; call < 100; call++) count += await passed([gateway.take(CALLER, undefined)]);
    return count;
  });
  const counts = await Promise.all(taking);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(120);
});

test('the limit on reports holds over HTTP across two gateways', async () => {
  const { dial } = await natsServer();
  const [one, other] = await Promise.all([dial(), dial()]);
  const callsPerMinute = { reports: 6, token: 60, tenant: 1200 };
  const first = await GatewayUnderTest.open({ callsPerMinute, shared: new SharedCellsInNatsKv(() => one) });
  const { store } = first;
  const second = await GatewayUnderTest.open({ callsPerMinute, store, shared: new SharedCellsInNatsKv(() => other) });
  const { token } = first;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? first : second).call('/api/v2/reports', { method: 'POST', json: {}, token }),
    ),
  );
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(6);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(14);
});

test('while NATS is unavailable each gateway counts alone, and keeps its count afterwards', async () => {
  const { nats, dial } = await natsServer();
  const clock = { now: new Date(START) };
  const [one, other] = [limitsOver(await dial(), clock), limitsOver(await dial(), clock)];
  expect(await passed(Array.from({ length: 20 }, () => one.take(CALLER, undefined)))).toBe(20);
  await nats.stop();
  expect(await passed(Array.from({ length: 130 }, () => one.take(CALLER, undefined)))).toBe(100);
  expect(await passed(Array.from({ length: 130 }, () => other.take(CALLER, undefined)))).toBe(120);
  await nats.start();
  // Both limits are used up. In 6 s the same number of calls becomes available again: for each gateway while they count alone, for both together
  // otherwise.
  await eventually(async () => {
    clock.now = new Date(clock.now.getTime() + 6_000);
    const taken = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? one : other).take(CALLER, undefined));
    expect(await passed(taken)).toBe(6);
  });
});
