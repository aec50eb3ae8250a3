import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';
import { raw, request } from '../../raw.js';

const posting = (gateway: GatewayUnderTest, body: string) =>
  request(
    gateway,
    'POST /api/v2/reports HTTP/1.1',
    ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`],
    body,
  );

/** Every log line is JSON, and none contains the token. */
function expectCleanLog({ logLines, token }: GatewayUnderTest): void {
  expect(logLines.length).toBeGreaterThan(0);
  for (const line of logLines) {
    expect(line.trimEnd()).not.toMatch(/[\r\n]/);
    expect(JSON.parse(line)).toMatchObject({ service: 'gateway' });
    expect(line).not.toContain(token);
    // The token as a logged buffer.
    expect(line).not.toContain([...Buffer.from(token)].join(','));
    expect(JSON.parse(line).level).toBeLessThan(50);
  }
}

test.each([
  ['a duplicate name', JSON.stringify(seedRequest).replace('{', '{"format":"json",'), '/format'],
  ['a nested duplicate name', '{"scope":{"from":"2026-04-01","from":"2026-05-01"}}', '/scope/from'],
  ['a lone surrogate', JSON.stringify({ ...seedRequest, title: 'x' }).replace('"x"', '"x\\ud800"'), '/title'],
  ['a text with two lines', JSON.stringify({ ...seedRequest, title: 'x\r\n{"level":60}' }), '/title'],
  ['a NUL', JSON.stringify({ ...seedRequest, title: 'x\0' }), '/title'],
  ['a deep value', `{"title":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, /^\/title(\/0){31}$/],
])('%s in a body is refused with its location, and nothing is appended', async (_, body, field) => {
  const gateway = await GatewayUnderTest.open();
  const before = await gateway.eventCount();
  const { status, problem } = await raw(gateway.url, posting(gateway, body));
  expect({ status, error: problem.error }).toEqual({ status: 400, error: 'invalid_request' });
  expect(problem.field).toMatch(field);
  expect(await gateway.eventCount()).toBe(before);
  expectCleanLog(gateway);
});

test('paths that try to escape are not found', async () => {
  const gateway = await GatewayUnderTest.open();
  const elsewhere = [
    '/api/v2/reports/%2e%2e/%2e%2e/healthz',
    '/api/v2/reports/../../../healthz',
    '/api/v2/reports/..%2f..%2f..%2fetc%2fpasswd',
    '/api/v2/reports/%2e%2e%2f%2e%2e%2fetc%2fpasswd/download',
    '/api/v2/reports/..%5c..%5cetc/download',
    '//api/v2/reports',
    '/api//v2/reports',
    '/api/v2/reports/',
    '/api/v2/reports//download',
    '/api/v2/reports/%00',
    '/api/v2/reports/x%00.pdf/download',
    '/api/v2/reports/%252e%252e/download',
    '/api/v2/reports/a%0d%0aX-Evil:%201',
    '/api/v2/reports;x=1',
    '/API/V2/REPORTS',
    '/api/v2/frameworks/__proto__',
    '/api/v2/findings/constructor',
    'http://elsewhere.example/etc/passwd',
    '*',
  ];
  for (const path of elsewhere) {
    const { status, problem, head } = await raw(gateway.url, request(gateway, `GET ${path} HTTP/1.1`));
    expect({ path, status }).toEqual({ path, status: 404 });
    expect(problem.error).toMatch(/not_found$/);
    expect(head).not.toContain('X-Evil');
  }
  for (const path of ['/api/v2/reports/%ff', '/api/v2/reports/%zz', '/api/v2/reports/%c0%ae%c0%ae']) {
    expect(await raw(gateway.url, request(gateway, `GET ${path} HTTP/1.1`))).toMatchObject({ status: 400 });
  }
  // A long path is not repeated in full, because `raw` checks the response against its contract.
  const long = `/api/v2/findings/%ff${'x'.repeat(5_000)}`;
  expect(await raw(gateway.url, request(gateway, `GET ${long} HTTP/1.1`))).toMatchObject({ status: 400 });
  expectCleanLog(gateway);
});

test('malformed requests return a problem, and their bytes are not logged', async () => {
  const gateway = await GatewayUnderTest.open();
  const before = await gateway.eventCount();
  const get = 'GET /api/v2/reports HTTP/1.1';
  const wrong: readonly (readonly [string, number, string])[] = [
    [request(gateway, 'GET /api/v2/rep\0orts HTTP/1.1'), 400, 'invalid_request'],
    [request(gateway, 'GET /api/v2/rep orts HTTP/1.1'), 400, 'invalid_request'],
    [request(gateway, 'GARBAGE'), 400, 'invalid_request'],
    [request(gateway, get, ['Idempotency-Key: a\0b']), 400, 'invalid_request'],
    [request(gateway, get, ['X-A: b\rX-C: d']), 400, 'invalid_request'],
    [request(gateway, get, ['No colon']), 400, 'invalid_request'],
    [request(gateway, get, ['Content-Length: 1', 'Transfer-Encoding: chunked']), 400, 'invalid_request'],
    [request(gateway, get, ['Content-Length: 1', 'Content-Length: 2']), 400, 'invalid_request'],
    [request(gateway, get, [`X-Large: ${'x'.repeat(20_000)}`]), 431, 'headers_too_large'],
    [request(gateway, `GET /${'x'.repeat(20_000)} HTTP/1.1`), 431, 'headers_too_large'],
  ];
  for (const [bytes, status, error] of wrong) {
    const answer = await raw(gateway.url, bytes);
    expect({ bytes: bytes.slice(0, 40), status: answer.status, error: answer.problem.error }).toEqual({
      bytes: bytes.slice(0, 40),
      status,
      error,
    });
    expect(answer.head).toContain('application/problem+json');
  }
  expect((await gateway.call('/healthz', { token: null })).status).toBe(200);
  expect(await gateway.eventCount()).toBe(before);
  expectCleanLog(gateway);
});

test('secrets in the wrong place are not logged', async () => {
  const gateway = await GatewayUnderTest.open();
  const { token } = gateway;
  await gateway.call(`/api/v2/reports?access_token=${token}`);
  await gateway.call('/api/v2/reports', { method: 'POST', json: { ...seedRequest, token } });
  await gateway.call('/api/v2/reports', { headers: { 'idempotency-key': token, cookie: `session=${token}` } });
  await gateway.call('/api/v2/reports', { method: 'POST', body: token, headers: { 'content-type': token } });
  expectCleanLog(gateway);
});
