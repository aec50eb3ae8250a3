import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tool } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, type Send, seedRequest } from '../../gateway-under-test.js';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const { scope } = seedRequest;

/** Requests a report in a way that must be refused, and checks that nothing was appended. */
async function refused(gateway: GatewayUnderTest, send: Send): Promise<Record<string, unknown>> {
  const before = await gateway.eventCount();
  const { status, json, headers } = await gateway.call('/api/v2/reports', { method: 'POST', ...send });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(json.status).toBe(status);
  expect(json.type).toBe(`https://evidence-reports.example/problems/${json.error}`);
  expect(await gateway.eventCount()).toBe(before);
  return json;
}

const asking = (more: object): Send => ({ json: { ...seedRequest, ...more } });
const typed = (body: string | Uint8Array, type = 'application/json'): Send => ({
  body,
  headers: { 'content-type': type },
});

test('an unknown framework is named, with the allowed ones', async () => {
  const gateway = await GatewayUnderTest.open();
  const unknown = await refused(gateway, asking({ frameworks: ['EU_AI_ACT', 'OWASP_LLMS'] }));
  expect(unknown).toMatchObject({
    status: 400,
    error: 'framework_unknown',
    field: '/frameworks/1',
    value: 'OWASP_LLMS',
  });
  expect(unknown.allowed).toContain('OWASP_LLM');
  const edition = await refused(gateway, asking({ frameworks: ['OWASP_LLM@1999'] }));
  expect(edition).toMatchObject({ error: 'framework_unknown', value: 'OWASP_LLM@1999' });
  expect(edition.allowed).toContain('OWASP_LLM@2026');
  const twice = await refused(gateway, asking({ frameworks: ['OWASP_LLM', 'OWASP_LLM@2026'] }));
  expect(twice).toMatchObject({ error: 'invalid_request', field: '/frameworks/1' });
});

test('a scope that ends before it begins, or narrows nothing, is refused', async () => {
  const gateway = await GatewayUnderTest.open();
  const backwards = asking({ scope: { ...scope, from: '2026-07-01' } });
  expect(await refused(gateway, backwards)).toMatchObject({
    status: 400,
    error: 'scope_invalid',
    field: '/scope/from',
  });
  for (const nothing of [{}, { endpoint_ids: [] }, { endpoint_ids: [], include_severities: [] }, undefined]) {
    expect(await refused(gateway, asking({ scope: nothing }))).toMatchObject({ error: 'scope_invalid' });
  }
});

test.each([
  ['an unknown member', { titel: 'x' }, { field: '/titel', value: 'x' }],
  ['an unknown member within the scope', { scope: { ...scope, endpoints: [] } }, { field: '/scope/endpoints' }],
  ['a missing title', { title: undefined }, { field: '/title' }],
  ['a missing format', { format: undefined }, { field: '/format', allowed: ['pdf', 'json'] }],
  ['an empty title', { title: '' }, { field: '/title', value: '' }],
  ['a title with two lines', { title: 'a\r\nX-Evil: 1' }, { field: '/title' }],
  ['no framework', { frameworks: [] }, { field: '/frameworks' }],
  ['an unknown format', { format: 'docx' }, { field: '/format', value: 'docx', allowed: ['pdf', 'json'] }],
  ['an unknown severity', { scope: { include_severities: ['bad'] } }, { field: '/scope/include_severities/0' }],
  ['a day that does not exist', { scope: { from: '2026-02-30' } }, { field: '/scope/from', value: '2026-02-30' }],
  ['a timestamp for a day', { scope: { from: '2026-04-01T00:00:00Z' } }, { field: '/scope/from' }],
  ['a number for a text', { title: 7 }, { field: '/title', value: 7 }],
])('%s is an invalid request that names the field', async (_, wrong, named) => {
  const gateway = await GatewayUnderTest.open();
  expect(await refused(gateway, asking(wrong))).toMatchObject({ status: 400, error: 'invalid_request', ...named });
});

test('a body that is not a JSON object in UTF-8 is an invalid request', async () => {
  const gateway = await GatewayUnderTest.open();
  const bodies = ['{', '', '[]', 'null', '"text"', '{"title":"x"}}', Buffer.from([0x22, 0xff, 0xfe, 0x22])];
  for (const body of bodies) {
    expect(await refused(gateway, typed(body))).toMatchObject({ status: 400, error: 'invalid_request' });
  }
  // Valid except for one byte of the title.
  const [before = '', after = ''] = JSON.stringify({ ...seedRequest, title: 'x' }).split('"x"');
  const odd = Buffer.concat([Buffer.from(`${before}"`), Buffer.from([0xff]), Buffer.from(`"${after}`)]);
  expect(await refused(gateway, typed(odd))).toMatchObject({ status: 400, detail: expect.stringContaining('UTF-8') });
  const prototype = await refused(gateway, typed(JSON.stringify(seedRequest).replace('{', '{"__proto__":{"a":1},')));
  expect(prototype).toMatchObject({ error: 'invalid_request', field: '/__proto__' });
});

test('a body of another media type, or of none, is refused', async () => {
  const gateway = await GatewayUnderTest.open();
  const body = JSON.stringify(seedRequest);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json-patch+json']) {
    const refusal = await refused(gateway, typed(body, type));
    expect(refusal).toMatchObject({ status: 415, error: 'unsupported_media_type', value: type });
  }
  const sentTo = async (method: string, path: string) =>
    (await gateway.call(path, { method, ...typed(body, 'text/plain') })).headers;
  expect((await sentTo('POST', '/api/v2/reports')).get('accept')).toBe('application/json');
  expect((await sentTo('PATCH', '/api/v2/findings/x')).get('accept-patch')).toBe('application/json');
  const { status } = await gateway.call('/api/v2/reports', {
    method: 'POST',
    ...typed(body, 'Application/JSON; charset=utf-8'),
  });
  expect(status).toBe(202);
});

test('a body over 1 MiB is too large, however it is sent', async (context) => {
  const gateway = await GatewayUnderTest.open();
  const large = JSON.stringify({ ...seedRequest, title: 'x'.repeat(2 * MIB) });
  const expected = { status: 413, error: 'payload_too_large', limit_bytes: MIB };
  expect(await refused(gateway, typed(large))).toMatchObject(expected);

  if (!(await tool('curl'))) return context.skip('curl is not installed: apt-get install curl');
  const file = join(gateway.folder, 'large.json');
  await writeFile(file, large);
  for (const how of [[], ['-H', 'Transfer-Encoding: chunked'], ['-H', 'Expect: 100-continue']]) {
    const headers = ['-H', `Authorization: Bearer ${gateway.token}`, '-H', 'Content-Type: application/json', ...how];
    const { stdout } = await run('curl', [
      '-sS',
      ...headers,
      '--data-binary',
      `@${file}`,
      `${gateway.url}/api/v2/reports`,
    ]);
    expect(JSON.parse(stdout)).toMatchObject(expected);
  }
  const barely = JSON.stringify(seedRequest).padEnd(MIB, ' ');
  expect((await gateway.call('/api/v2/reports', { method: 'POST', ...typed(barely) })).status).toBe(202);
});

test('a list refuses invalid parameters', async () => {
  const gateway = await GatewayUnderTest.open();
  const wrong = {
    'limit=0': 'limit',
    'limit=201': 'limit',
    'limit=ten': 'limit',
    'limit=1&limit=2': 'limit',
    'status=done': 'status',
    'format=docx': 'format',
    'from=yesterday': 'from',
    'from=2026-05-02&to=2026-05-01': 'from',
    'state=ready': 'state',
  };
  for (const [query, field] of Object.entries(wrong)) {
    const { status, json } = await gateway.call(`/api/v2/reports?${query}`);
    expect({ query, status, error: json.error, field: json.field }).toEqual({
      query,
      status: 400,
      error: 'invalid_request',
      field,
    });
  }
  expect((await gateway.call('/api/v2/reports?status=done')).json.allowed).toContain('ready');
  const told = {
    'limit=ten': 'limit must be a whole number from 1 to 200.',
    'limit=201': 'limit must be a whole number from 1 to 200.',
    'from=yesterday': 'from must match format "date", such as "2026-04-01".',
    'limit=1&limit=2': '`limit` is given more than once. Send it once.',
    'status=ready&status=failed': '`status` is given more than once. Send it once.',
  };
  for (const [query, detail] of Object.entries(told)) {
    expect((await gateway.call(`/api/v2/reports?${query}`)).json.detail).toBe(detail);
  }
  expect((await gateway.call('/api/v2/findings?severity=bad')).json).toMatchObject({ field: 'severity' });
});

test('an unknown path, an unsupported method and a malformed path have their own responses', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const path of ['/api', '/api/v2', '/api/v1/reports', '/api/v2/reports/', '/api/v2/reports//download']) {
    expect(await gateway.call(path)).toMatchObject({ status: 404, json: { error: 'not_found' } });
  }
  const wrong = await gateway.call('/api/v2/reports', { method: 'DELETE' });
  expect(wrong).toMatchObject({ status: 405, json: { error: 'method_not_allowed' } });
  expect(wrong.headers.get('allow')).toBe('GET, HEAD, POST');
  expect((await gateway.call('/api/v2/findings/x', { method: 'PUT', json: {} })).headers.get('allow')).toBe(
    'GET, HEAD, PATCH',
  );
  expect(await gateway.call('/api/v2/reports/%zz')).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  for (const odd of ['..%2f..%2fetc', '%00', `rpt_${'x'.repeat(5000)}`, '%F0%9F%92%A9']) {
    expect((await gateway.call(`/api/v2/reports/${odd}`)).status).toBe(404);
  }
});
