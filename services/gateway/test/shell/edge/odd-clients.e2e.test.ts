import { readFile } from 'node:fs/promises';
import { METHODS } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';
import { raw, received, request } from '../../raw.js';

const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');
const REPORTS = '/api/v2/reports';
const IMPORT = '/api/v2/findings/import?format=garak&endpoint_id=ep_1';

test('a request without a Host is refused with a problem, except for HTTP/1.0', async () => {
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

test('a Host must be a name and an optional port', async () => {
  const gateway = await GatewayUnderTest.open();
  const statusOf = async (version: string, ...hosts: string[]) => {
    const headers = [...hosts.map((host) => `Host: ${host}`), 'Connection: close'].join('\r\n');
    return (await raw(gateway.url, `GET /healthz HTTP/${version}\r\n${headers}\r\n\r\n`)).status;
  };
  for (const host of ['reports.example', 'reports.example:8080', '127.0.0.1:1', '[::1]:8080', 'x:', '']) {
    expect({ host, status: await statusOf('1.1', host) }).toEqual({ host, status: 200 });
  }
  for (const host of ['a b', 'a/b', 'user@a', 'a:b', 'a,b.example/', '[::1', '::1', 'münchen.example']) {
    expect({ host, status: await statusOf('1.1', host) }).toEqual({ host, status: 400 });
  }
});

test('ambiguous requests are refused: two hosts, two tokens, two media types', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const version of ['1.0', '1.1']) {
    for (const repeated of ['Host: x', `Authorization: Bearer ${gateway.token}`, 'Content-Type: text/plain']) {
      const headers = ['Content-Type: application/json', repeated];
      const { status, problem } = await raw(gateway.url, request(gateway, `GET ${REPORTS} HTTP/${version}`, headers));
      const [field] = repeated.split(':');
      expect({ status, error: problem?.error, field: problem?.field }).toEqual({
        status: 400,
        error: 'invalid_request',
        field,
      });
    }
    expect((await raw(gateway.url, request(gateway, `GET ${REPORTS} HTTP/${version}`))).status).toBe(200);
  }
});

test('an HTTP/1.0 client gets nothing that it cannot read', async () => {
  const gateway = await GatewayUnderTest.open();
  const body = JSON.stringify(seedRequest);
  const headers = ['Expect: 100-continue', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  const answer = await received(gateway.url, request(gateway, `POST ${REPORTS} HTTP/1.0`, headers, body));
  expect([...answer.matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status)).toEqual(['202']);
});

test('an unsupported transfer coding is refused, and its body is not misread', async () => {
  const gateway = await GatewayUnderTest.open();
  const before = await gateway.eventCount();
  const scan = await readFile(SCAN, 'utf8');
  const chunked = `${Buffer.byteLength(scan).toString(16)}\r\n${scan}\r\n0\r\n\r\n`;
  const sent = (coding: string) =>
    raw(gateway.url, request(gateway, `POST ${IMPORT} HTTP/1.1`, [`Transfer-Encoding: ${coding}`], chunked));
  const { status, problem } = await sent('gzip, chunked');
  expect({ status, ...problem }).toMatchObject({ status: 400, error: 'invalid_request', field: 'Transfer-Encoding' });
  expect(await gateway.eventCount()).toBe(before);
  expect((await sent('Chunked')).status).toBe(200);
});

test('header names and the authentication scheme are case-insensitive', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const header of ['AUTHORIZATION: BEARER', 'authorization: bearer', 'Authorization:  Bearer ']) {
    const bytes = `GET ${REPORTS} HTTP/1.1\r\nHOST: x\r\n${header} ${gateway.token}\r\nCONNECTION: close\r\n\r\n`;
    expect((await raw(gateway.url, bytes)).status).toBe(200);
  }
});

test('a body is accepted in chunks, with a byte-order mark, with a charset, and with any expectation', async () => {
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
  // Refused before the body is sent.
  expect((await raw(gateway.url, `POST ${REPORTS} HTTP/1.1\r\n${stranger}`)).status).toBe(401);
});

test('a file in a form is refused with how to send it, which curl --data-binary does', async () => {
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

test('every method that a path does not support returns 405', async () => {
  const gateway = await GatewayUnderTest.open();
  // CONNECT has no path.
  for (const method of METHODS.filter((name) => !['GET', 'HEAD', 'CONNECT'].includes(name))) {
    const { status, head, problem } = await raw(gateway.url, request(gateway, `${method} /healthz HTTP/1.1`));
    expect({ method, status, error: problem?.error }).toEqual({ method, status: 405, error: 'method_not_allowed' });
    expect(head).toMatch(/^allow: GET, HEAD$/im);
  }
  const parameters = request(gateway, 'DELETE /api/v2/reports/rpt_1/download?expires=1&surprise=1 HTTP/1.1');
  expect((await raw(gateway.url, parameters)).problem?.error).toBe('method_not_allowed');
  const tunnel = await raw(gateway.url, request(gateway, 'CONNECT reports.example:443 HTTP/1.1'));
  expect({ status: tunnel.status, error: tunnel.problem?.error }).toEqual({ status: 400, error: 'invalid_request' });
  expect(gateway.logLines.at(-1)).toContain('"code":"CONNECT"');
});
