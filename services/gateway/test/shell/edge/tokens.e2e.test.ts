import { connect } from 'node:net';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest, stalled } from '../../gateway-under-test.js';

const REPORTS = '/api/v2/reports';

test('without a token, or with an invalid one, every call is refused', async () => {
  const gateway = await GatewayUnderTest.open();
  const missing = await gateway.call(REPORTS, { token: null });
  expect(missing).toMatchObject({ status: 401, json: { error: 'missing_token' } });
  expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="evidence-reports"');
  for (const authorization of ['', 'Bearer', `Basic ${gateway.token}`, gateway.token, `Bearer ${gateway.token} x`]) {
    const answer = await gateway.call(REPORTS, { token: null, headers: { authorization } });
    expect(answer).toMatchObject({ status: 401, json: { error: 'missing_token' } });
  }
  const invalid = await gateway.call(REPORTS, { token: `${gateway.token}0` });
  expect(invalid).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
  expect(invalid.headers.get('www-authenticate')).toContain('error="invalid_token"');
  const lower = { token: null, headers: { authorization: `bearer ${gateway.token}` } };
  expect((await gateway.call(REPORTS, lower)).status).toBe(200);
});

test('a revoked token is refused as soon as the revocation is known, and other tokens are not', async () => {
  const gateway = await GatewayUnderTest.open();
  const token = await gateway.mint('acme', ['reports:read']);
  expect((await gateway.call(REPORTS, { token })).status).toBe(200);
  await gateway.revoke(token);
  expect(await gateway.call(REPORTS, { token })).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
  expect((await gateway.call(REPORTS)).status).toBe(200);
});

test('a token is valid until it expires, but not at that instant', async () => {
  const gateway = await GatewayUnderTest.open();
  const token = await gateway.mint('acme', ['reports:read'], { expiresAt: '2026-05-22T10:36:00.000Z' });
  gateway.wait(59);
  expect((await gateway.call(REPORTS, { token })).status).toBe(200);
  gateway.wait(1);
  expect(await gateway.call(REPORTS, { token })).toMatchObject({ status: 401, json: { error: 'expired_token' } });
});

test('a call needs its scope, and a refused request appends nothing', async () => {
  const gateway = await GatewayUnderTest.open();
  const reader = await gateway.mint('acme', ['reports:read', 'something:else']);
  const before = await gateway.eventCount();
  const refused = await gateway.call(REPORTS, { method: 'POST', json: seedRequest, token: reader });
  expect(refused).toMatchObject({ status: 403, json: { error: 'missing_scope', allowed: ['reports:generate'] } });
  expect(refused.headers.get('www-authenticate')).toContain('scope="reports:generate"');
  expect(await gateway.eventCount()).toBe(before);
  expect((await gateway.call('/api/v2/findings', { token: reader })).status).toBe(403);
  expect((await gateway.call('/api/v2/findings/x', { method: 'PATCH', json: {}, token: reader })).status).toBe(403);
  expect((await gateway.call('/api/v2/findings/import', { method: 'POST', token: reader })).status).toBe(403);

  const writer = await gateway.mint('acme', ['reports:generate']);
  expect((await gateway.call(REPORTS, { token: writer })).status).toBe(403);
  expect((await gateway.call('/api/v2/frameworks', { token: writer })).status).toBe(200);
});

test('a token that is restricted to other addresses is refused, whatever its scopes', async () => {
  const gateway = await GatewayUnderTest.open();
  const elsewhere = await gateway.mint('acme', ['reports:read'], { allowedCidrs: ['10.0.0.0/8'] });
  expect(await gateway.call(REPORTS, { token: elsewhere })).toMatchObject({
    status: 403,
    json: { error: 'ip_not_allowed' },
  });
  const here = await gateway.mint('acme', ['reports:read'], { allowedCidrs: ['127.0.0.0/8'] });
  expect((await gateway.call(REPORTS, { token: here })).status).toBe(200);
});

test('a stranger is refused before the body is read', async () => {
  const gateway = await GatewayUnderTest.open();
  // The body never ends: a gateway that reads it would wait, and return 408.
  const send = () => ({ method: 'POST', body: stalled(), headers: { 'content-type': 'application/json' } });
  for (const token of [null, 'ert_stranger']) {
    expect((await gateway.call(REPORTS, { ...send(), token })).status).toBe(401);
  }
  const reader = await gateway.mint('acme', ['reports:read']);
  expect((await gateway.call(REPORTS, { ...send(), token: reader })).status).toBe(403);
});

test('each request is one line in the log, without a token and without a signature', async () => {
  const gateway = await GatewayUnderTest.open();
  await gateway.call(`${REPORTS}/rpt_2026_x/download?expires=1&signature=geheim`);
  await gateway.call('/api/v2/nothing%0d%0ahere');
  await gateway.call('/api/v2/reports/%zz');
  await eventually(() => expect(gateway.logLines).toHaveLength(3));
  expect(gateway.logLines.map((line) => JSON.parse(line))).toMatchObject([
    { method: 'GET', path: `${REPORTS}/rpt_2026_x/download`, status: 404, tenant: 'acme' },
    { method: 'GET', path: '/api/v2/nothing%0d%0ahere', status: 404 },
    { method: 'GET', path: '/api/v2/reports/%zz', status: 400 },
  ]);
  const log = gateway.logLines.join('');
  expect(log).not.toContain(gateway.token);
  expect(log).not.toContain('geheim');
});

const INFO = 30;

test('a client that disconnects midway is not logged as a failure', async () => {
  const gateway = await GatewayUnderTest.open();
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const head = [`POST ${REPORTS} HTTP/1.1`, 'Host: gateway', `Authorization: Bearer ${gateway.token}`];
  const body = ['Content-Type: application/json', 'Content-Length: 1000', '', '{"title":'];
  socket.write([...head, ...body].join('\r\n'), () => socket.destroy());
  await eventually(() => expect(gateway.logLines.join('')).toContain(`"path":"${REPORTS}"`));
  expect(gateway.logLines.filter((line) => JSON.parse(line).level > INFO)).toEqual([]);
});
