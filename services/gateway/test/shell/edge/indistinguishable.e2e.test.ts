import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { expect, test } from 'vitest';
import { GatewayUnderTest, type Send, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

/** The content of a response, without what differs in every response. */
async function toldBy(gateway: GatewayUnderTest, path: string, send: Send) {
  const { status, headers, body } = await gateway.call(path, send);
  const own = (name: string) => ['date', 'connection', 'keep-alive'].includes(name) || name.startsWith('x-ratelimit-');
  return { status, headers: [...headers].filter(([name]) => !own(name)), body: body.toString() };
}

test('another tenant’s report and one that never existed get the same response, in every call with an id', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call('/api/v2/reports', { method: 'POST', json: seedRequest });
  const id = String(json.id);
  const artifact = await gateway.artifacts.put('acme', Buffer.from('%PDF'), 'application/pdf');
  const { started, scoped, mapped, ready } = lifeOf(id, artifact);
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, ready);
  const link = (await gateway.call(`/api/v2/reports/${id}/download`)).headers.get('location') ?? '';
  const token = await gateway.mint('globex', ['reports:read']);
  const never = id.replace(/[0-9a-z]{8}$/, '00000000');
  for (const rest of ['', '/download', '/attestation', '/events', `/download?${link.split('?')[1]}`]) {
    for (const method of ['GET', 'HEAD']) {
      const send = { method, token };
      const foreign = await toldBy(gateway, `/api/v2/reports/${id}${rest}`, send);
      expect(foreign.status).toBe(404);
      expect(foreign).toEqual(await toldBy(gateway, `/api/v2/reports/${never}${rest}`, send));
    }
  }
});

test('another tenant’s finding and one that never existed get the same response', async () => {
  const gateway = await GatewayUnderTest.open();
  const data = { ...exampleOf('FindingRecorded'), tenant: 'acme' };
  await gateway.append(streamOf.finding(data.findingId), 'acme', { type: 'FindingRecorded', data });
  expect((await gateway.call(`/api/v2/findings/${data.findingId}`)).status).toBe(200);
  const token = await gateway.mint('globex', ['findings:read', 'findings:write']);
  for (const send of [{ token }, { method: 'PATCH', json: { status: 'triaged' }, token }]) {
    const foreign = await toldBy(gateway, `/api/v2/findings/${data.findingId}`, send);
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(await toldBy(gateway, '/api/v2/findings/fnd_never', send));
  }
});

test('a revoked token and one that never existed get the same response', async () => {
  const gateway = await GatewayUnderTest.open();
  const revoked = await gateway.mint('acme', ['reports:read']);
  await gateway.revoke(revoked);
  const answer = await toldBy(gateway, '/api/v2/reports', { token: revoked });
  expect(answer.status).toBe(401);
  expect(answer).toEqual(await toldBy(gateway, '/api/v2/reports', { token: `${revoked.slice(0, -4)}0000` }));
});
