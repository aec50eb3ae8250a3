import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiCallAudited, streamOf } from '@evidence/contracts';
import { eventually, REPOSITORY } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { GatewayUnderTest } from '../../gateway-under-test.js';
import { raw, request } from '../../raw.js';

const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');
const IMPORT = '/api/v2/findings/import?format=garak&endpoint_id=ep_1';
const DRIP_MS = 20;

/** Sends `head`, then `drop` repeatedly until the connection is closed. Returns the response. */
async function dripping(url: string, head: string, drop: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk;
  });
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined).write(head);
  const dripper = setInterval(() => socket.write(drop), DRIP_MS);
  onTestFinished(() => clearInterval(dripper));
  await ended;
  clearInterval(dripper);
  return answer;
}

test.each([
  ['nothing', '', ''],
  ['half of a header', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A', ''],
  ['one header after the other', 'GET /healthz HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n'],
])('a connection that sends %s is closed when the time for headers is over', async (_, head, drop) => {
  const gateway = await GatewayUnderTest.open({ timeouts: { headersMs: 200 } });
  const answer = await dripping(gateway.url, head, drop);
  if (head === '') return;
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('"error":"request_timeout"');
});

test.each([
  ['a JSON body', '/api/v2/reports', ['Content-Type: application/json'], '{"title":'],
  ['a file', IMPORT, [], '{"entry_type":'],
])(
  '%s that stops half-way returns 408, closes the connection, and records nothing but the call',
  async (_, path, headers, half) => {
    const gateway = await GatewayUnderTest.open({ timeouts: { bodyMs: 100, stalledMs: 100 } });
    const before = await gateway.eventCount();
    const begun = request(gateway, `POST ${path} HTTP/1.1`, [...headers, 'Content-Length: 10000'], half);
    const { status, head, problem } = await raw(gateway.url, begun.replace('Connection: close\r\n', ''));
    expect({ status, error: problem.error }).toEqual({ status: 408, error: 'request_timeout' });
    expect(head).toMatch(/^connection: close$/im);
    expect(await gateway.eventCount()).toBe(before);
    await eventually(async () => {
      const calls = await gateway.recordedIn(streamOf.audit('acme'));
      expect(calls.map(({ data }) => (data as ApiCallAudited).error)).toEqual(['request_timeout']);
    });
  },
);

test('a JSON body that arrives in drips has the same time limit as one that stops', async () => {
  const gateway = await GatewayUnderTest.open({ timeouts: { bodyMs: 200 } });
  const headers = ['Content-Type: application/json', 'Content-Length: 10000'];
  const answer = await dripping(gateway.url, request(gateway, 'POST /api/v2/reports HTTP/1.1', headers), ' ');
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
});

test('a file that arrives slowly is imported; one that never ends is not', async () => {
  const gateway = await GatewayUnderTest.open({ timeouts: { stalledMs: 5_000, requestMs: 1_000 } });
  const before = await gateway.eventCount();
  const headers = ['Transfer-Encoding: chunked'];
  const endless = await dripping(gateway.url, request(gateway, `POST ${IMPORT} HTTP/1.1`, headers), '1\r\n\n\r\n');
  expect(endless).toMatch(/^HTTP\/1.1 408 /);
  expect(await gateway.eventCount()).toBe(before);

  const patient = await GatewayUnderTest.open({ timeouts: { stalledMs: 5_000 } });
  const scan = await readFile(SCAN);
  const slowly = async function* () {
    for (let at = 0; at < scan.length; at += Math.ceil(scan.length / 5)) {
      yield scan.subarray(at, at + Math.ceil(scan.length / 5));
      await pause(DRIP_MS);
    }
  };
  const { status } = await patient.call(IMPORT, { method: 'POST', body: slowly() });
  expect(status).toBe(200);
});

test('a file that arrives in drips is aborted before the time for the whole request is over', async () => {
  const gateway = await GatewayUnderTest.open({ timeouts: { stalledMs: 200 } });
  const headers = ['Transfer-Encoding: chunked'];
  const answer = await dripping(gateway.url, request(gateway, `POST ${IMPORT} HTTP/1.1`, headers), '1\r\n\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('less than 1024 bytes per second');
});

test('a refused client that continues to send gets a response and is disconnected', async () => {
  const gateway = await GatewayUnderTest.open({ timeouts: { unwantedMs: 100 } });
  const stranger = [`POST ${IMPORT} HTTP/1.1`, 'Host: x', 'Content-Length: 1000000', '', ''].join('\r\n');
  expect(await dripping(gateway.url, stranger, 'x')).toMatch(/^HTTP\/1.1 401 /);
  const nowhere = stranger.replace(IMPORT, '/%zz');
  expect(await dripping(gateway.url, nowhere, 'x')).toMatch(/^HTTP\/1.1 400 /);
});

test('a body with a content coding is refused with what is accepted', async () => {
  const gateway = await GatewayUnderTest.open();
  for (const path of ['/api/v2/reports', IMPORT]) {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const answer = await gateway.call(path, { method: 'POST', body: Buffer.from([0x1f, 0x8b, 8]), headers });
    expect(answer).toMatchObject({
      status: 415,
      json: { error: 'unsupported_media_type', field: 'Content-Encoding', value: 'gzip' },
    });
    expect(answer.headers.get('accept-encoding')).toBe('identity');
  }
});
