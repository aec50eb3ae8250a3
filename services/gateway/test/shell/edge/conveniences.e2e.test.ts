import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { ReportPage } from '@evidence/contracts';
import { streamOf } from '@evidence/contracts';
import { openApi } from '@evidence/contracts/openapi';
import { expect, test } from 'vitest';
import { takesGzip } from '../../../src/shell/edge/hooks/compression.js';
import { operations } from '../../from-contract.js';
import { GatewayUnderTest, type Received, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const ORIGIN = 'https://app.example';
const KIB = 1024;

async function asked(gateway: GatewayUnderTest, title = 'One'): Promise<string> {
  const json = { ...seedRequest, title };
  return String((await gateway.call('/api/v2/reports', { method: 'POST', json })).json.id);
}

/** The response as received, because `fetch` would decompress it. */
function raw({ url, token }: GatewayUnderTest, path: string, headers = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    const options = { headers: { authorization: `Bearer ${token}`, ...headers } };
    request(new URL(path, url), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

test('paging by Link returns the same as paging by cursor, with the filters of the first call, under a proxy’s path', async () => {
  const gateway = await GatewayUnderTest.open({ publicUrl: 'https://proxy.example/evidence' });
  const ids = [await asked(gateway, 'One'), await asked(gateway, 'Two'), await asked(gateway, 'Three')];
  const seen: string[] = [];
  let next: string | undefined = '/api/v2/reports?limit=2&status=queued';
  while (next !== undefined) {
    const page: Received<ReportPage> = await gateway.call<ReportPage>(next);
    const { json, headers } = page;
    seen.push(...json.data.map(({ id }) => id));
    const links: string = headers.get('link') ?? '';
    expect(links).toContain('<https://proxy.example/evidence/api/v2/reports?limit=2&status=queued>; rel="first"');
    const [, url]: string[] = /<https:\/\/proxy\.example\/evidence([^>]+)>; rel="next"/.exec(links) ?? [];
    expect(url !== undefined).toBe(json.next_cursor !== null);
    next = url;
  }
  expect(seen).toEqual(ids.toReversed());
});

test('JSON above 1 KiB is compressed for clients that accept it, and artifacts never are', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const bytes = Buffer.from(JSON.stringify({ text: 'x'.repeat(4 * KIB) }));
  const artifact = await gateway.artifacts.put('acme', bytes, 'application/json');
  const { started, scoped, mapped, ready } = lifeOf(id, artifact, 'json');
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, ready);
  const gzip = { 'accept-encoding': 'br, gzip' };
  const large = await raw(gateway, '/openapi.json', gzip);
  const plain = await raw(gateway, '/openapi.json');
  expect(large.headers['content-encoding']).toBe('gzip');
  expect(large.headers.vary).toContain('Accept-Encoding');
  expect(large.body.length).toBeLessThan(plain.body.length / 4);
  expect(gunzipSync(large.body)).toEqual(plain.body);
  expect(large.headers.etag).toBe(plain.headers.etag);
  expect((await raw(gateway, '/healthz', gzip)).headers['content-encoding']).toBeUndefined();

  const link = await raw(gateway, `/api/v2/reports/${id}/download`, gzip);
  const file = await raw(gateway, String(link.headers.location), gzip);
  expect(file.headers['content-encoding']).toBeUndefined();
  expect(file.body).toEqual(bytes);
});

test.each([
  [undefined, false],
  ['gzip', true],
  ['GZIP;q=0.5, br', true],
  ['*', true],
  ['gzip;q=0, *', false],
  ['identity', false],
  ['', false],
])('Accept-Encoding %s: gzip %s', (header, takes) => expect(takesGzip(header)).toBe(takes));

test('frameworks and the document have an entity tag, and clients that already have them get 304', async () => {
  const gateway = await GatewayUnderTest.open();
  const frameworks = '/api/v2/frameworks';
  const tags = new Set<string>();
  for (const path of [
    frameworks,
    `${frameworks}/OWASP_LLM`,
    `${frameworks}/OWASP_LLM/crosswalk`,
    '/openapi.json',
    '/asyncapi.json',
  ]) {
    const first = await gateway.call(path);
    const tag = first.headers.get('etag') ?? '';
    tags.add(tag);
    for (const known of [tag, `"another", ${tag}`, tag.replace('W/', ''), '*']) {
      const again = await gateway.call(path, { headers: { 'if-none-match': known } });
      expect([again.status, again.body.length, again.headers.get('etag')]).toEqual([304, 0, tag]);
    }
    expect((await gateway.call(path, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  }
  expect(tags.size).toBe(5);
});

test('by default pages of other origins may not call; those of CORS_ORIGINS may, and may read the headers', async () => {
  const closed = await GatewayUnderTest.open();
  const preflight = { origin: ORIGIN, 'access-control-request-method': 'POST' };
  const asks = (gateway: GatewayUnderTest, headers: Record<string, string>, method = 'OPTIONS') =>
    fetch(new URL('/api/v2/reports', gateway.url), { method, headers });
  const refused = await asks(closed, preflight);
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([405, null]);

  const open = await GatewayUnderTest.open({ corsOrigins: [ORIGIN] });
  const allowed = await asks(open, preflight);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization');
  const called = await asks(open, { origin: ORIGIN, authorization: `Bearer ${open.token}` }, 'GET');
  expect(called.status).toBe(200);
  expect(called.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(called.headers.get('access-control-expose-headers')).toContain('Link');
  expect(called.headers.get('vary')).toContain('Origin');
  const stranger = await asks(open, { ...preflight, origin: 'https://evil.example' });
  expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([405, null]);
});

test('a page of another origin may send and read every header that the document names', async () => {
  const gateway = await GatewayUnderTest.open({ corsOrigins: [ORIGIN] });
  const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' };
  const answer = await fetch(new URL('/api/v2/reports', gateway.url), { method: 'OPTIONS', headers });
  const listed = (name: string) => (answer.headers.get(name) ?? '').toLowerCase().split(', ');
  const named = { parameters: new Set<string>(), headers: new Set<string>() };
  JSON.stringify(openApi, (key, value) => {
    if (value?.in === 'header') named.parameters.add(String(value.name).toLowerCase());
    if (key === 'headers') for (const name of Object.keys(value ?? {})) named.headers.add(name.toLowerCase());
    // The header components have other names.
    return key === 'components' ? { ...value, headers: undefined } : value;
  });
  // These are always readable (Fetch standard, CORS-safelisted response-header names).
  for (const name of ['cache-control', 'content-length']) named.headers.delete(name);
  expect(named.parameters.size).toBeGreaterThan(4);
  expect([...named.parameters].filter((name) => !listed('access-control-allow-headers').includes(name))).toEqual([]);
  expect([...named.headers].filter((name) => !listed('access-control-expose-headers').includes(name))).toEqual([]);
});

test('every call refuses unknown query parameters; Accept changes nothing', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const { method, path } of operations.filter((one) => one.method !== 'HEAD')) {
    const at = path.replaceAll(/\{\w+\}/g, 'x');
    const answer = await gateway.call(`${at}?surprise=1`, { method });
    expect([path, answer.status]).toEqual([path, 400]);
    expect(answer.json).toMatchObject({ error: 'invalid_request', field: 'surprise' });
  }
  for (const path of ['/', '/docs/']) {
    const { status, headers, json } = await gateway.call(`${path}?surprise=1`, { token: null });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(json).toMatchObject({ error: 'invalid_request', field: 'surprise' });
  }
  for (const path of ['/healthz', '/openapi.json', '/api/v2/reports', '/api/v2/frameworks']) {
    const answers = await Promise.all(
      ['*/*', 'text/html', 'application/xml;q=1'].map((accept) => gateway.call(path, { headers: { accept } })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ headers }) => headers.get('content-type'))).size).toBe(1);
  }
});

test('the document’s server is PUBLIC_URL, including a proxy’s path', async () => {
  const publicUrl = 'https://proxy.example/evidence';
  const gateway = await GatewayUnderTest.open({ publicUrl });
  expect((await gateway.call('/openapi.json', { token: null })).json).toMatchObject({ servers: [{ url: publicUrl }] });
});

test('the bus has a document too, with the server for subscribers, without a password', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json, body } = await gateway.call('/asyncapi.json', { token: null });
  expect(json).toMatchObject({ asyncapi: '3.1.0', servers: { nats: { host: 'bus.example:4443', protocol: 'tls' } } });
  expect(body.toString()).not.toContain('secret');
});
