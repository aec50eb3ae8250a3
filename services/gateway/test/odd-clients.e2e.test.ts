import { readFile } from 'node:fs/promises';
import { METHODS } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest } from './gateway-under-test.js';
import { raw, received, request } from './raw.js';

const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');
const REPORTS = '/api/v2/reports';
const IMPORT = '/api/v2/findings/import?format=garak&endpoint_id=ep_1';

test('a request that does not say for whom it is, is refused with a problem; HTTP/1.0 need not say it', async () => {
  const gateway = await GatewayUnderTest.open();
  const { status, problem, head } = await raw(gateway.url, 'GET /healthz HTTP/1.1\r\n\r\n');
  expect({ status, error: problem.error, field: problem.field }).toEqual({
    status: 400,
    error: 'invalid_request',
    field: 'Host',
  });
  expect(head).toContain('application/problem+json');
  expect((await raw(gateway.url, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200);
});

test('names of headers and of the scheme are read in any case', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const header of ['AUTHORIZATION: BEARER', 'authorization: bearer', 'Authorization:  Bearer ']) {
    const bytes = `GET ${REPORTS} HTTP/1.1\r\nHOST: x\r\n${header} ${gateway.token}\r\nCONNECTION: close\r\n\r\n`;
    expect((await raw(gateway.url, bytes)).status).toBe(200);
  }
});

test('a body is taken in pieces, with a byte-order mark, with a charset, and whatever is expected', async () => {
  const gateway = await GatewayUnderTest.open();
  const json = JSON.stringify(seedRequest);
  const typed = (type: string) => ({ headers: { 'content-type': type } });
  const marked = { method: 'POST', body: `\ufeff${json}`, ...typed('application/json; charset=utf-8') };
  expect((await gateway.call(REPORTS, marked)).status).toBe(202);
  const pieces = Readable.from([Buffer.from(json.slice(0, 9)), Buffer.from(json.slice(9))]);
  expect((await gateway.call(REPORTS, { method: 'POST', body: pieces, ...typed('APPLICATION/JSON') })).status).toBe(
    202,
  );
  const headers = ['Content-Type: application/json', `Content-Length: ${json.length}`];
  const answersTo = async (expectation: string) => {
    const bytes = request(gateway, `POST ${REPORTS} HTTP/1.1`, [...headers, `Expect: ${expectation}`], json);
    return [...(await received(gateway.url, bytes)).matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status);
  };
  expect(await answersTo('100-continue')).toEqual(['100', '202']);
  expect(await answersTo('something-else')).toEqual(['202']);
  const stranger = ['Host: x', 'Expect: 100-continue', ...headers, 'Connection: close', '', ''].join('\r\n');
  // Refused before it has sent anything.
  expect((await raw(gateway.url, `POST ${REPORTS} HTTP/1.1\r\n${stranger}`)).status).toBe(401);
});

test('a file in a form is refused, with how to send it; as curl --data-binary sends it, it is taken', async () => {
  const gateway = await GatewayUnderTest.open();
  const scan = await readFile(SCAN);
  const before = await gateway.eventCount();
  const form = Buffer.concat([Buffer.from('--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'), scan]);
  const sent = (body: Buffer, type: string) =>
    gateway.call(IMPORT, { method: 'POST', body, headers: { 'content-type': type } });
  expect(await sent(form, 'multipart/form-data; boundary=x')).toMatchObject({
    status: 415,
    json: { error: 'unsupported_media_type', field: 'Content-Type', value: 'multipart/form-data' },
  });
  expect(await gateway.eventCount()).toBe(before);
  expect((await sent(scan, 'application/x-www-form-urlencoded')).status).toBe(200);
});

test('a method that a path does not take is answered 405, whatever its name', async () => {
  const gateway = await GatewayUnderTest.open();
  // CONNECT asks for a tunnel: Node ends the connection.
  for (const method of METHODS.filter((name) => !['GET', 'HEAD', 'CONNECT'].includes(name))) {
    const { status, head, problem } = await raw(gateway.url, request(gateway, `${method} /healthz HTTP/1.1`));
    expect({ method, status, error: problem?.error }).toEqual({ method, status: 405, error: 'method_not_allowed' });
    expect(head).toMatch(/^allow: GET, HEAD$/im);
  }
});
