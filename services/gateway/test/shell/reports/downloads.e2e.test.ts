import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { eventually, tempFolder, tool } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { GatewayUnderTest, seedRequest, type TestOptions } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const run = promisify(execFile);
const BYTES = randomBytes(300_000);

interface Ready {
  readonly gateway: GatewayUnderTest;
  readonly id: string;
  readonly path: string;
}

/** A gateway with one ready report whose artifact is `bytes`. */
async function ready(
  bytes: Uint8Array = BYTES,
  format: 'pdf' | 'json' = 'pdf',
  options: TestOptions = {},
): Promise<Ready> {
  const gateway = await GatewayUnderTest.open(options);
  const id = await asked(gateway, format);
  const artifact = await gateway.artifacts.put(
    'acme',
    bytes,
    format === 'pdf' ? 'application/pdf' : 'application/json',
  );
  const { started, scoped, mapped, ready: last } = lifeOf(id, artifact, format);
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, last);
  return { gateway, id, path: `/api/v2/reports/${id}/download` };
}

async function asked(gateway: GatewayUnderTest, format: 'pdf' | 'json' = 'pdf'): Promise<string> {
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: { ...seedRequest, format } });
  return String(json.id);
}

const linkFrom = async ({ gateway, path }: Ready) => (await gateway.call(path)).headers.get('location') ?? '';

test('the first response is a link on the same path that is valid for 60 seconds', async () => {
  const report = await ready();
  const { status, headers, body } = await report.gateway.call(report.path);
  expect(status).toBe(302);
  expect(body.length).toBe(0);
  expect(headers.get('cache-control')).toBe('no-store');
  const link = new URL(headers.get('location') ?? '', report.gateway.url);
  expect(link.pathname).toBe(report.path);
  expect([...link.searchParams.keys()]).toEqual(['expires', 'signature']);

  report.gateway.wait(59);
  expect((await report.gateway.call(link.href)).status).toBe(200);
  report.gateway.wait(2);
  expect(await report.gateway.call(link.href)).toMatchObject({ status: 403, json: { error: 'link_expired' } });
});

test('if a proxy serves the API under a path, links include that path', async () => {
  const { gateway, id, path } = await ready(BYTES, 'pdf', { publicUrl: 'https://proxy.example/evidence' });
  const asked = await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });
  expect(asked.headers.get('location')).toBe(`/evidence/api/v2/reports/${asked.json.id}`);
  const { headers } = await gateway.call(path);
  expect(headers.get('location')).toMatch(`/evidence/api/v2/reports/${id}/download?expires=`);
});

test('the link returns the bytes with name and digest, and the download is recorded', async () => {
  const report = await ready();
  const { gateway, id } = report;
  const { status, headers, body } = await gateway.call(await linkFrom(report));
  expect(status).toBe(200);
  expect(body.equals(BYTES)).toBe(true);
  const digest = createHash('sha256').update(BYTES).digest();
  expect(headers.get('content-type')).toBe('application/pdf');
  expect(headers.get('content-length')).toBe(String(BYTES.length));
  expect(headers.get('content-disposition')).toBe(`attachment; filename="${id}.pdf"`);
  expect(headers.get('etag')).toBe(`"${digest.toString('hex')}"`);
  expect(headers.get('repr-digest')).toBe(`sha-256=:${digest.toString('base64')}:`);
  await eventually(async () => expect((await gateway.eventsIn(streamOf.report(id))).at(-1)).toBe('ReportDownloaded'));
});

test('curl -fOJL writes <report-id>.pdf and <report-id>.json', async (context) => {
  if (!(await tool('curl'))) return context.skip('curl is not installed: apt-get install curl');
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  for (const format of ['pdf', 'json'] as const) {
    const { gateway, id, path } = await ready(BYTES, format);
    const arguments_ = ['-fsSOJL', '-H', `Authorization: Bearer ${gateway.token}`, `${gateway.url}${path}`];
    await run('curl', arguments_, { cwd: folder.path });
    expect(await readdir(folder.path)).toContain(`${id}.${format}`);
    expect((await readFile(join(folder.path, `${id}.${format}`))).equals(BYTES)).toBe(true);
  }
});

test('the link does not replace the token, nor work with another tenant’s', async () => {
  const report = await ready();
  const { gateway } = report;
  const link = await linkFrom(report);
  expect(await gateway.call(link, { token: null })).toMatchObject({ status: 401, json: { error: 'missing_token' } });
  const stranger = await gateway.mint('globex', ['reports:read']);
  expect(await gateway.call(link, { token: stranger })).toMatchObject({ status: 404 });
});

test('a link that was tampered with is refused', async () => {
  const report = await ready();
  const other = await ready();
  const link = await linkFrom(report);
  const later = link.replace(/expires=\d+/, 'expires=9999999999');
  const unsigned = link.replace(/&signature=.*/, '');
  const cut = link.slice(0, -1);
  const foreign = link.replace(report.id, other.id);
  for (const wrong of [later, unsigned, cut, `${link}A`]) {
    expect(await report.gateway.call(wrong)).toMatchObject({ status: 403, json: { error: 'link_expired' } });
  }
  expect(await other.gateway.call(foreign)).toMatchObject({ status: 403, json: { error: 'link_expired' } });
});

test('HEAD returns the headers of GET without the bytes, and is not recorded', async () => {
  const report = await ready();
  const { gateway, id, path } = report;
  expect((await gateway.call(path, { method: 'HEAD' })).status).toBe(302);
  const link = await linkFrom(report);
  const head = await gateway.call(link, { method: 'HEAD' });
  const before = await gateway.eventsIn(streamOf.report(id));
  const get = await gateway.call(link);
  expect(head.status).toBe(200);
  expect(head.body.length).toBe(0);
  const headers = (answer: typeof head) =>
    [...answer.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name));
  expect(headers(head)).toEqual(headers(get));
  expect(before).not.toContain('ReportDownloaded');
});

test('a range returns that part; a part in the middle is not a new download', async () => {
  const report = await ready();
  const { gateway, id } = report;
  const link = await linkFrom(report);
  const part = async (range: string) => {
    gateway.wait(1);
    return gateway.call(link, { headers: { range } });
  };
  const size = BYTES.length;

  const middle = await part('bytes=1000-1999');
  expect(middle.status).toBe(206);
  expect(middle.headers.get('content-range')).toBe(`bytes 1000-1999/${size}`);
  expect(middle.headers.get('content-length')).toBe('1000');
  expect(middle.body.equals(BYTES.subarray(1000, 2000))).toBe(true);
  const end = await part('bytes=-10');
  expect(end.headers.get('content-range')).toBe(`bytes ${size - 10}-${size - 1}/${size}`);
  expect(end.body.equals(BYTES.subarray(-10))).toBe(true);
  expect((await part(`bytes=${size - 1}-`)).body.equals(BYTES.subarray(-1))).toBe(true);

  const outside = await part(`bytes=${size}-`);
  expect(outside).toMatchObject({ status: 416, json: { error: 'range_not_satisfiable' } });
  expect(outside.headers.get('content-range')).toBe(`bytes */${size}`);
  expect((await part('bytes=0-0,2-2')).body.length).toBe(size);

  await gateway.stop();
  const recorded = (await gateway.eventsIn(streamOf.report(id))).filter((type) => type === 'ReportDownloaded');
  expect(recorded).toHaveLength(1);
});

test('with If-Range, the range counts only for this artifact', async () => {
  const report = await ready();
  const link = await linkFrom(report);
  const etag = (await report.gateway.call(link, { method: 'HEAD' })).headers.get('etag') ?? '';
  const part = (ifRange: string) => report.gateway.call(link, { headers: { range: 'bytes=0-9', 'if-range': ifRange } });
  expect((await part(etag)).status).toBe(206);
  for (const other of ['"0000"', `W/${etag}`, 'Fri, 22 May 2026 10:35:00 GMT']) {
    expect((await part(other)).body.length).toBe(BYTES.length);
  }
});

test('a client that has the artifact gets 304; a client that requires another one gets 412', async () => {
  const report = await ready();
  const { gateway, id } = report;
  const link = await linkFrom(report);
  const etag = (await gateway.call(link, { method: 'HEAD' })).headers.get('etag') ?? '';
  for (const method of ['GET', 'HEAD']) {
    const asking = (headers: Record<string, string>) => gateway.call(link, { method, headers });
    const known = await asking({ 'if-none-match': `"x", W/${etag}`, range: 'bytes=0-9' });
    expect({ status: known.status, length: known.body.length, etag: known.headers.get('etag') }).toEqual({
      status: 304,
      length: 0,
      etag,
    });
    expect((await asking({ 'if-match': '"x"', range: `bytes=${BYTES.length}-` })).status).toBe(412);
    expect((await asking({ 'if-match': etag, 'if-none-match': '"x"' })).status).toBe(200);
    expect((await asking({ 'if-modified-since': 'Fri, 22 May 2026 10:35:00 GMT' })).status).toBe(200);
  }
  const refused = await gateway.call(link, { headers: { 'if-match': '"x"' } });
  expect(refused.json).toMatchObject({
    error: 'precondition_failed',
    field: 'If-Match',
    value: '"x"',
    allowed: [etag],
  });
  // Access is checked first, so a stranger learns nothing.
  const stranger = await gateway.mint('globex', ['reports:read']);
  expect((await gateway.call(link, { token: stranger, headers: { 'if-none-match': etag } })).status).toBe(404);
  await gateway.stop();
  const recorded = (await gateway.recordedIn(streamOf.report(id))).filter(({ type }) => type === 'ReportDownloaded');
  // The two GETs that returned 200, at the same time with the same token, are one download.
  expect(recorded).toHaveLength(1);
});

test('an interrupted download is resumed by curl -C - and complete', async (context) => {
  if (!(await tool('curl'))) return context.skip('curl is not installed: apt-get install curl');
  const { gateway, id, path } = await ready();
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const file = join(folder.path, `${id}.pdf`);
  const curl = (...more: string[]) =>
    run('curl', [
      '-fsSL',
      '-o',
      file,
      '-H',
      `Authorization: Bearer ${gateway.token}`,
      ...more,
      `${gateway.url}${path}`,
    ]);
  await curl('-r', '0-123455');
  expect((await readFile(file)).length).toBe(123_456);
  await curl('-C', '-');
  expect((await readFile(file)).equals(BYTES)).toBe(true);
});

test('a report that is in progress or has failed is not ready; one past its retention is gone', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const stream = streamOf.report(id);
  const refused = async (path = 'download') => {
    const { status, json } = await gateway.call(`/api/v2/reports/${id}/${path}`);
    return `${status} ${json.error} ${json.report_status}`;
  };
  expect(await refused()).toBe('409 report_not_ready queued');
  const blob = { sha256: 'a'.repeat(64), sizeBytes: 3, mediaType: 'application/pdf' };
  const { started, scoped, mapped, ready: last } = lifeOf(id, blob);
  await gateway.append(stream, 'acme', started);
  expect(await refused()).toBe('409 report_not_ready running');
  expect(await refused('attestation')).toBe('409 report_not_ready running');

  const other = await asked(gateway);
  const failed = { ...exampleOf('ReportFailed'), reportId: other };
  await gateway.append(streamOf.report(other), 'acme', { type: 'ReportFailed', data: failed });
  expect((await gateway.call(`/api/v2/reports/${other}/download`)).json).toMatchObject({ report_status: 'failed' });

  await gateway.append(stream, 'acme', scoped, mapped, last);
  // The bytes are removed before the view knows that they were pruned.
  gateway.now = new Date(last.data.expiresAt);
  const late = (await gateway.call(`/api/v2/reports/${id}/download`)).headers.get('location') ?? '';
  expect(await gateway.call(late)).toMatchObject({ status: 410, json: { error: 'report_expired' } });
  const expired = { ...exampleOf('ReportExpired'), reportId: id, artifactSha256: blob.sha256 };
  await gateway.append(stream, 'acme', { type: 'ReportExpired', data: expired });
  expect(await refused()).toBe('410 report_expired undefined');
  expect(await refused('attestation')).toBe('410 report_expired undefined');
  expect(await gateway.call(late)).toMatchObject({ status: 410 });
});

test('the attestation is served byte for byte', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const envelope = Buffer.from(
    '{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"eA=="}]}',
  );
  const {
    started,
    scoped,
    mapped,
    ready: last,
  } = lifeOf(id, await gateway.artifacts.put('acme', BYTES, 'application/pdf'));
  const attestation = await gateway.artifacts.put('acme', envelope, 'application/vnd.dsse.envelope.v1+json');
  const data = { ...last.data, attestation };
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, { ...last, data });
  const { status, headers, body } = await gateway.call(`/api/v2/reports/${id}/attestation`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/vnd.dsse.envelope.v1+json');
  expect(body.equals(envelope)).toBe(true);
});
