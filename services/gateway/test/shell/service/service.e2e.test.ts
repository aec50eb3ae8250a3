import { request } from 'node:http';
import type { SubscribeOptions } from '@evidence/event-store';
import { eventLogOver, type LogDelivery } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { eventually } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { everybodyListens, GatewayUnderTest, START, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const BLOB = { sha256: 'a'.repeat(64), sizeBytes: 3, mediaType: 'application/pdf' };

/** The defaults of Helmet 8 that an API needs; stricter, because nothing may be run or framed here. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
};

async function figures(gateway: GatewayUnderTest): Promise<Record<string, number>> {
  const { body } = await gateway.call('/metrics', { token: null });
  const lines = body
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])]));
}

test('every response has the security headers, from whichever layer it comes', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });
  const answers = [
    await gateway.call(`/api/v2/reports/${json.id}`),
    await gateway.call('/api/v2/reports', { token: null }),
    await gateway.call('/api/v2/reports', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }),
    await gateway.call('/api/v2/reports', { method: 'DELETE' }),
    await gateway.call('/nowhere'),
    await gateway.call('/healthz', { token: null }),
    await gateway.call('/metrics', { token: null }),
    await gateway.call('/docs/start.js', { token: null }),
  ];
  const malformed = await rawHeaders(`${gateway.url}/api/v2/reports/%E0%A4%A`);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    for (const { url, headers } of answers) expect({ url, [name]: headers.get(name) }).toEqual({ url, [name]: value });
    expect(malformed[name]).toBe(value);
  }
  const page = await gateway.call('/docs', { token: null });
  expect(page.headers.get('x-frame-options')).toBe('DENY');
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
});

/** The headers of the response to a path that `fetch` would not send. */
function rawHeaders(url: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    request(url, (answer) => resolve(answer.resume().headers))
      .on('error', reject)
      .end();
  });
}

test('requests are counted by route and status; ids and unknown paths add no series', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const id of ['rpt_2026_1', 'rpt_2026_2', 'rpt_2026_3']) await gateway.call(`/api/v2/reports/${id}`);
  for (const path of ['/a', '/b']) await gateway.call(path);
  await rawHeaders(`${gateway.url}/%E0%A4%A`);
  await gateway.call('/healthz', { token: null, method: 'HEAD' });
  await eventually(async () => {
    expect(await figures(gateway)).toMatchObject({
      'http_requests_total{method="GET",route="/api/v2/reports/:id",status="404"}': 3,
      'http_requests_total{method="GET",route="none",status="404"}': 2,
      'http_requests_total{method="GET",route="none",status="400"}': 1,
      'http_requests_total{method="HEAD",route="/healthz",status="200"}': 1,
      'http_request_duration_seconds_count{method="GET",route="/api/v2/reports/:id"}': 3,
    });
  });
  const routes = Object.keys(await figures(gateway)).flatMap((key) => /route="([^"]*)"/.exec(key)?.[1] ?? []);
  expect(routes.filter((route) => route !== 'none' && !gateway.gateway.routes.has(route))).toEqual([]);
});

test('reports are counted by status, messages by service, and the lag of the relay in seconds', async () => {
  let oldest: string | undefined;
  const bus = {
    ...everybodyListens,
    queueDepth: async () => ({ scoping: 3 }),
    oldestUnpublished: async () => oldest,
  };
  const gateway = await GatewayUnderTest.open({ bus });
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });
  await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });
  const { started } = lifeOf(String(json.id), BLOB);
  await gateway.append(`report-${json.id}`, 'acme', started);
  const seen = await figures(gateway);
  expect(seen).toMatchObject({
    'evidence_reports{status="queued"}': 1,
    'evidence_reports{status="running"}': 1,
    'evidence_reports{status="failed"}': 0,
    'evidence_consumer_messages{service="scoping"}': 3,
    'evidence_relay_lag_seconds{service="gateway"}': 0,
    'evidence_part_up{part="nats"}': 1,
    'evidence_part_up{part="event-store"}': 1,
  });
  oldest = gateway.now.toISOString();
  gateway.wait(90);
  expect((await figures(gateway))['evidence_relay_lag_seconds{service="gateway"}']).toBe(90);
});

test('a metric that cannot be read is absent, and the others are present', async () => {
  const away = async () => Promise.reject(new Error('away'));
  const gateway = await GatewayUnderTest.open({
    bus: { ...everybodyListens, ping: away, queueDepth: away, oldestUnpublished: away },
  });
  await eventually(async () => expect((await figures(gateway))['evidence_part_up{part="nats"}']).toBe(0));
  const names = Object.keys(await figures(gateway));
  expect(names.filter((name) => /consumer_messages|relay_lag/.test(name))).toEqual([]);
  expect(names).toContain('evidence_reports{status="ready"}');
});

test('a gateway whose views have not reached the end of the log is alive but not ready, and names the views', async () => {
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now: () => new Date(START) }));
  let held = Promise.resolve();
  async function* late(batches: AsyncIterable<readonly LogDelivery[]>) {
    await held;
    yield* batches;
  }
  const slow = { ...store, subscribe: (options: SubscribeOptions) => late(store.subscribe(options)) };
  const gateway = await GatewayUnderTest.open({ store: slow });
  expect((await gateway.call('/readyz', { token: null })).status).toBe(200);
  await gateway.stop();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  onTestFinished(() => release());
  held = promise;
  gateway.url = '';
  const starting = gateway.start();
  await eventually(() => expect(gateway.url).not.toBe(''));
  expect((await gateway.call('/healthz', { token: null })).status).toBe(200);
  expect(await gateway.call('/readyz', { token: null })).toMatchObject({
    status: 503,
    json: { not_ready: ['view:reports', 'view:findings', 'view:tokens', 'view:audit'] },
  });
  release();
  await starting;
  expect((await gateway.call('/readyz', { token: null })).status).toBe(200);
});
