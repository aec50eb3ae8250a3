import { expect, test } from 'vitest';
import { ALL_SCOPES, GatewayUnderTest } from '../../gateway-under-test.js';

const json = { title: 'T', frameworks: ['OWASP_LLM'], scope: { endpoint_ids: ['ep_1'] }, format: 'json' };
const ask = (gateway: GatewayUnderTest, token: string, headers: Record<string, string> = {}) =>
  gateway.call('/api/v2/reports', { method: 'POST', token, json, headers });

test('a tenant whose queue is full gets Retry-After and nothing is recorded; others are served until the system is full', async () => {
  const gateway = await GatewayUnderTest.open({ deadlineSeconds: 40 });
  const [acme, globex, initech] = [
    gateway.token,
    await gateway.mint('globex', ALL_SCOPES),
    await gateway.mint('initech', ALL_SCOPES),
  ];
  const first = await ask(gateway, acme, { 'idempotency-key': 'k' });
  for (let n = 1; n < 10; n++) expect((await ask(gateway, acme)).status).toBe(202);
  const before = await gateway.eventCount();
  const refused = await ask(gateway, acme);
  expect(refused).toMatchObject({ status: 429, json: { error: 'queue_full', limit: 10, retry_after_seconds: 1 } });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await gateway.eventCount()).toBe(before);
  expect((await ask(gateway, acme, { 'idempotency-key': 'k' })).json).toEqual(first.json);

  for (let n = 0; n < 10; n++) expect((await ask(gateway, globex)).status).toBe(202);
  expect(await ask(gateway, initech)).toMatchObject({ status: 503, json: { error: 'unavailable', limit: 20 } });

  // A report with a template waits in its own lane, and the two lanes do not take room from each other.
  const template = { content: ['x'] };
  const laidOut = () =>
    gateway.call('/api/v2/reports', { method: 'POST', token: acme, json: { ...json, format: 'pdf', template } });
  for (let n = 0; n < 5; n++) expect((await laidOut()).status).toBe(202);
  expect(await laidOut()).toMatchObject({ status: 429, json: { error: 'queue_full', limit: 5 } });

  const reportId = String(first.json.id);
  const data = {
    reportId,
    failedAt: gateway.now.toISOString(),
    stage: 'scoping',
    code: 'gave_up',
    message: 'It failed.',
  } as const;
  await gateway.append(`report-${reportId}`, 'acme', { type: 'ReportFailed', data });
  expect((await ask(gateway, acme)).status).toBe(202);
});
