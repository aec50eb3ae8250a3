import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { expect, test } from 'vitest';
import { openOverBroken } from '../broken-event.js';
import { type GatewayUnderTest, seedRequest } from '../gateway-under-test.js';
import { lifeOf } from '../life-of.js';

const REPORTS = '/api/v2/reports';

async function requested(gateway: GatewayUnderTest): Promise<string> {
  return String((await gateway.call(REPORTS, { method: 'POST', json: seedRequest })).json.id);
}

async function ready(gateway: GatewayUnderTest): Promise<string> {
  const id = await requested(gateway);
  const artifact = await gateway.artifacts.put('acme', Buffer.from('%PDF-1.7'), 'application/pdf');
  await gateway.append(streamOf.report(id), 'acme', ...Object.values(lifeOf(id, artifact)));
  return id;
}

const tokenStreamOf = async (gateway: GatewayUnderTest): Promise<string> => {
  for await (const { stream, type } of gateway.store.readAll()) if (type === 'ApiTokenMinted') return stream;
  throw new Error('there is no token');
};

test('only a token with an unreadable event is refused, before and after the view is rebuilt', async () => {
  const { gateway, appendBroken } = await openOverBroken();
  const other = await gateway.mint('acme', ['reports:read']);
  expect((await gateway.call(REPORTS)).status).toBe(200);
  await appendBroken(await tokenStreamOf(gateway), 'ApiTokenRevoked');
  const isRefused = async () => {
    expect(await gateway.call(REPORTS)).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
    expect((await gateway.call(REPORTS, { token: other })).status).toBe(200);
  };
  await isRefused();
  await gateway.stop();
  await gateway.start();
  await isRefused();
});

test('a report whose request is unreadable returns history_unreadable, and another tenant’s is not found', async () => {
  const { gateway, appendBroken } = await openOverBroken();
  const nobodys = 'rpt_2026_11111111111111111111111111';
  const theirs = 'rpt_2026_22222222222222222222222222';
  const position = await appendBroken(streamOf.report(nobodys), 'ReportRequested');
  await appendBroken(streamOf.report(theirs), 'ReportRequested', { tenant: 'globex' });
  for (const path of ['', '/events', '/download', '/attestation']) {
    const answer = await gateway.call(`${REPORTS}/${nobodys}${path}`);
    expect(answer).toMatchObject({ status: 500, json: { error: 'history_unreadable' } });
    expect(answer.json.detail).toContain(`evidence log show ${position}`);
  }
  expect(await gateway.call(`${REPORTS}/${theirs}`)).toMatchObject({
    status: 404,
    json: { error: 'report_not_found' },
  });
  expect(gateway.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
});

test('a report that failed because of an unreadable event is shown, and reported to its followers', async () => {
  const { gateway, appendBroken } = await openOverBroken();
  const id = await requested(gateway);
  await appendBroken(streamOf.report(id), 'ReportStarted');
  const failure = { ...exampleOf('ReportFailed'), reportId: id, code: 'history_unreadable' };
  await gateway.append(streamOf.report(id), 'acme', { type: 'ReportFailed', data: failure });
  expect((await gateway.call(`${REPORTS}/${id}`)).json).toMatchObject({
    status: 'failed',
    failure: { code: 'history_unreadable' },
  });
  expect((await gateway.call(`${REPORTS}/${id}/events`)).body.toString()).toContain('"status":"failed"');
});

test('a report with an unreadable event can still be downloaded', async () => {
  const { gateway, appendBroken } = await openOverBroken();
  const id = await ready(gateway);
  await appendBroken(streamOf.report(id), 'ReportDownloaded');
  const link = (await gateway.call(`${REPORTS}/${id}/download`)).headers.get('location') ?? '';
  expect(await gateway.call(link)).toMatchObject({ status: 200, body: Buffer.from('%PDF-1.7') });
});

test('unreadable events are a warning and a metric, and the gateway stays ready', async () => {
  const { gateway, appendBroken } = await openOverBroken();
  const readiness = async () => (await gateway.call('/readyz', { token: null })).json;
  const figure = async () =>
    /evidence_quarantined_events\{view="findings"\} (\d+)/.exec((await gateway.call('/metrics')).body.toString())?.[1];
  expect(await readiness()).toEqual({ status: 'ready' });
  expect(await figure()).toBe('0');
  await appendBroken('scan-1', 'FindingRecorded');
  expect(await readiness()).toEqual({
    status: 'ready',
    warnings: [expect.stringMatching(/^The view findings .*\(1\).*evidence log check/)],
  });
  expect(await figure()).toBe('1');
});
