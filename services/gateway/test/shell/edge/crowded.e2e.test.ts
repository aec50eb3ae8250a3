import { connect, type Socket } from 'node:net';
import { eventually } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { ALL_SCOPES, GatewayUnderTest } from '../../gateway-under-test.js';
import { request } from '../../raw.js';

const IMPORT = '/api/v2/findings/import?format=garak&endpoint_id=ep_1';
const HOSTILE = 1_000;
/** The required response time. A busy machine must not fail the test, but a gateway that is blocked until a timeout must. */
const PATIENCE_MS = 5_000;

/** Sockets that send `bytes` and nothing else, and read nothing. */
async function crowd(url: string, size: number, bytes: string): Promise<Socket[]> {
  const sockets = Array.from({ length: size }, () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined).write(bytes);
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))),
  );
  return sockets;
}

test.each([
  ['silent', () => ''],
  ['with half a header', () => 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A'],
  ['with half a body and no token', () => `POST ${IMPORT} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{`],
  [
    'with a token and half a body',
    (gateway: GatewayUnderTest) =>
      request(
        gateway,
        'POST /api/v2/reports HTTP/1.1',
        ['Content-Type: application/json', 'Content-Length: 1000'],
        '{',
      ),
  ],
  [
    'with a token and half a file',
    (gateway: GatewayUnderTest) =>
      request(gateway, `POST ${IMPORT} HTTP/1.1`, ['Content-Length: 1000000'], '{"entry_type":'),
  ],
])('other tenants get responses while 1,000 sockets are open: %s', async (_, bytes) => {
  const gateway = await GatewayUnderTest.open();
  const other = await gateway.mint('globex', ALL_SCOPES);
  await crowd(gateway.url, HOSTILE, bytes(gateway));
  const headers = { connection: 'close' };
  for (let call = 0; call < 5; call += 1) {
    const begun = performance.now();
    const answer = await gateway.call('/api/v2/reports', { token: other, headers });
    expect(answer.status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(PATIENCE_MS);
  }
  const file = JSON.stringify({ format: 'evidence-findings/v1', tool: { name: 'own' }, findings: [] });
  const imported = await gateway.call('/api/v2/findings/import?endpoint_id=ep_1', {
    method: 'POST',
    token: other,
    body: file,
    headers,
  });
  expect(imported.status).toBe(200);
});

test('beyond the limit, the connection that has been idle longest is closed, and none with a request', async () => {
  const gateway = await GatewayUnderTest.open({ limits: { connections: 3, perAddress: 3 } });
  const half = request(gateway, `POST ${IMPORT} HTTP/1.1`, ['Content-Length: 1000'], '{');
  const [busy] = await crowd(gateway.url, 1, half);
  const [first] = await crowd(gateway.url, 1, '');
  const [second] = await crowd(gateway.url, 1, '');
  expect((await gateway.call('/healthz')).status).toBe(200);
  await eventually(() => expect(first?.closed).toBe(true));
  expect([busy?.closed, second?.closed]).toEqual([false, false]);
});

test('calls beyond a token’s limit of calls in progress are refused until one has finished', async () => {
  const gateway = await GatewayUnderTest.open({ limits: { token: 1 } });
  const half = request(gateway, `POST ${IMPORT} HTTP/1.1`, ['Content-Length: 1000'], '{');
  const [busy] = await crowd(gateway.url, 1, half);
  await eventually(async () => {
    const refused = await gateway.call('/api/v2/reports');
    expect(refused).toMatchObject({ status: 429, json: { error: 'rate_limited', limit: 1, retry_after_seconds: 1 } });
    expect(refused.headers.get('retry-after')).toBe('1');
  });
  busy?.destroy();
  await eventually(async () => expect((await gateway.call('/api/v2/reports')).status).toBe(200));
});
