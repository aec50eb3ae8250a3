import { type ApiCallAudited, streamOf } from '@evidence/contracts';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest } from '../../gateway-under-test.js';

const REPORTS = '/api/v2/reports';
const forwarded = (addresses: string) => ({ 'x-forwarded-for': addresses });

test('without a trusted proxy, the address that a client claims is ignored', async () => {
  const gateway = await GatewayUnderTest.open();
  const token = await gateway.mint('acme', ['reports:read'], { allowedCidrs: ['203.0.113.0/24'] });
  const answer = await gateway.call(REPORTS, { token, headers: forwarded('203.0.113.7') });
  expect(answer).toMatchObject({ status: 403, json: { error: 'ip_not_allowed' } });
});

test('behind a trusted proxy, the address is the one that the proxy saw, not one that the client claims', async () => {
  const gateway = await GatewayUnderTest.open({ trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });
  const token = await gateway.mint('acme', ['reports:read'], { allowedCidrs: ['203.0.113.0/24'] });
  const status = async (addresses: string) =>
    (await gateway.call(REPORTS, { token, headers: forwarded(addresses) })).status;
  expect(await status('203.0.113.7')).toBe(200);
  expect(await status('203.0.113.7, 10.1.2.3')).toBe(200);
  expect(await status('198.51.100.1')).toBe(403);
  expect(await status('203.0.113.7, 198.51.100.1')).toBe(403);
  expect(await status('203.0.113.7, 198.51.100.1, 10.1.2.3')).toBe(403);
});

test('an invalid address grants nothing and is not audited as an address', async () => {
  const gateway = await GatewayUnderTest.open({ trustedProxies: ['127.0.0.0/8'] });
  const token = await gateway.mint('acme', ['reports:read'], { allowedCidrs: ['0.0.0.0/0', '::/0'] });
  expect((await gateway.call(REPORTS, { token, headers: forwarded('not-an-address') })).status).toBe(403);
  expect((await gateway.call(REPORTS, { token, headers: forwarded('203.0.113.7') })).status).toBe(200);
  await eventually(async () => {
    const calls = await gateway.recordedIn(streamOf.audit('acme'));
    expect(calls.map(({ data }) => (data as ApiCallAudited).address)).toEqual([null, '203.0.113.7']);
  });
});
