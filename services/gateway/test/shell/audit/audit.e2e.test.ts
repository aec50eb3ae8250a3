import { randomUUID } from 'node:crypto';
import { type ApiCallAudited, type AuditEntry, type AuditPage, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { EventStoreError } from '@evidence/event-store';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, START, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const REPORTS = '/api/v2/reports';
const AUDIT = '/api/v2/audit';

/** The events in the tenant's stream, once it has as many as are expected. */
async function recorded(gateway: GatewayUnderTest, count: number, tenant = 'acme'): Promise<ApiCallAudited[]> {
  return eventually(async () => {
    const calls = (await gateway.recordedIn(streamOf.audit(tenant))).map(({ data }) => data as ApiCallAudited);
    expect(calls).toHaveLength(count);
    return calls;
  });
}

/** The list, once the view has as many entries as are expected. The call for the list is itself audited after its response. */
async function listed(gateway: GatewayUnderTest, query: string, count: number): Promise<readonly AuditEntry[]> {
  return eventually(async () => {
    const { data } = (await gateway.call<AuditPage>(`${AUDIT}?${query}`)).json;
    expect(data).toHaveLength(count);
    return data;
  });
}

test('a call is audited: who, what, when, from where, and its outcome', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call(REPORTS, { method: 'POST', json: seedRequest });
  const [call] = await recorded(gateway, 1);
  expect(call).toMatchObject({
    tenant: 'acme',
    calledAt: START,
    action: 'report.created',
    actor: expect.stringMatching(/^token:tok_/),
    subject: null,
    method: 'POST',
    route: REPORTS,
    resourceId: json.id,
    status: 202,
    error: null,
    address: '127.0.0.1',
  });
});

test('every call has its action; requesting the link or the headers is not a download', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call(REPORTS, { method: 'POST', json: seedRequest });
  const id = String(json.id);
  const artifact = await gateway.artifacts.put('acme', Buffer.from('%PDF'), 'application/pdf');
  const { started, scoped, mapped, ready } = lifeOf(id, artifact);
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, ready);
  const link = (await gateway.call(`${REPORTS}/${id}/download`)).headers.get('location') ?? '';
  await gateway.call(link, { method: 'HEAD' });
  await gateway.call(link, { headers: { 'if-none-match': '*' } });
  await gateway.call(link);
  await gateway.call(`${REPORTS}/${id}`);
  await gateway.call(REPORTS);
  await gateway.call('/api/v2/frameworks/EU_AI_ACT');
  const calls = await recorded(gateway, 8);
  expect(calls.map(({ action }) => action).toSorted()).toEqual([
    'framework.viewed',
    'report.created',
    'report.download.inspected',
    'report.download.inspected',
    'report.download.linked',
    'report.downloaded',
    'report.listed',
    'report.viewed',
  ]);
  expect(calls.filter(({ resourceId }) => resourceId === id)).toHaveLength(6);
});

test('a dry run of an import is audited as a preview', async () => {
  const gateway = await GatewayUnderTest.open();
  const importing = `/api/v2/findings/import?endpoint_id=ep_1`;
  const body = '{"entry_type": "init"}\n';
  for (const query of ['', '&dry_run=false', '&dry_run=true'])
    await gateway.call(importing + query, { method: 'POST', body });
  const actions = (await recorded(gateway, 3)).map(({ action }) => action);
  expect(actions.toSorted()).toEqual(['finding.import.previewed', 'finding.imported', 'finding.imported']);
});

test('a denied call is audited for the tenant of its token, even a revoked one; a stranger’s call is not audited', async () => {
  const gateway = await GatewayUnderTest.open();
  const expired = await gateway.mint('acme', ['reports:read'], { expiresAt: '2026-05-22T10:35:00.500Z' });
  const elsewhere = await gateway.mint('acme', ['reports:read'], { allowedCidrs: ['10.0.0.0/8'] });
  const scopeless = await gateway.mint('acme', ['audit:read']);
  const revoked = await gateway.mint('acme', ['reports:read']);
  await gateway.revoke(revoked);
  gateway.wait(1);
  for (const token of [expired, elsewhere, scopeless, revoked, null, 'ert_stranger']) {
    expect((await gateway.call(REPORTS, { token })).status).toBeGreaterThanOrEqual(401);
  }
  const calls = await recorded(gateway, 4);
  expect(calls.map(({ action, route }) => `${action} ${route}`)).toEqual(Array(4).fill(`auth.denied ${REPORTS}`));
  expect(calls.map(({ error }) => error)).toEqual([
    'expired_token',
    'ip_not_allowed',
    'missing_scope',
    'invalid_token',
  ]);
});

test('an invalid call is audited with its action and the reason', async () => {
  const gateway = await GatewayUnderTest.open();
  await gateway.call(REPORTS, { method: 'POST', json: { ...seedRequest, frameworks: ['SOC_9'] } });
  await gateway.call(`${REPORTS}/rpt_2026_nothing`);
  const [create, view] = await recorded(gateway, 2);
  expect(create).toMatchObject({ action: 'report.created', status: 400, error: 'framework_unknown', resourceId: null });
  expect(view).toMatchObject({ action: 'report.viewed', status: 404, resourceId: 'rpt_2026_nothing' });
});

test('a rate-limited call is audited too', async () => {
  const gateway = await GatewayUnderTest.open({ callsPerMinute: { token: 1 } });
  const statuses: number[] = [];
  while (!statuses.includes(429)) statuses.push((await gateway.call(REPORTS)).status);
  const calls = await recorded(gateway, statuses.length);
  expect(calls.at(-1)).toMatchObject({ action: 'report.listed', status: 429, error: 'rate_limited' });
});

test('no secret is audited: no token, not even one in the path, no signature, no cursor', async () => {
  const gateway = await GatewayUnderTest.open();
  const { token } = gateway;
  await gateway.call(`/api/v2/findings/${token}`);
  await gateway.call(`${REPORTS}/${token}/download?expires=1&signature=geheim`);
  await gateway.call(`${REPORTS}?cursor=geheim`);
  const text = JSON.stringify(await recorded(gateway, 3));
  expect(text).not.toContain(token);
  expect(text).not.toContain('geheim');
});

test('the list is newest first, only the tenant’s own, and filtered by action, actor and day', async () => {
  const gateway = await GatewayUnderTest.open();
  const reader = await gateway.mint('acme', ['reports:read']);
  const stranger = await gateway.mint('globex', ['reports:read']);
  await gateway.call('/api/v2/findings');
  await recorded(gateway, 1);
  gateway.now = new Date('2026-05-23T00:00:00.000Z');
  await gateway.call(REPORTS, { token: reader });
  await gateway.call(REPORTS, { token: stranger });
  await recorded(gateway, 2);
  await recorded(gateway, 1, 'globex');
  await gateway.call(`${REPORTS}/rpt_2026_nothing`);
  const [, own] = await recorded(gateway, 3);

  expect((await listed(gateway, 'action=report', 2)).map(({ action }) => action)).toEqual([
    'report.viewed',
    'report.listed',
  ]);
  expect(await listed(gateway, 'action=report.listed', 1)).toMatchObject([{ actor: own?.actor, route: REPORTS }]);
  expect(await listed(gateway, `actor=${own?.actor}`, 1)).toMatchObject([{ action: 'report.listed' }]);
  expect(await listed(gateway, 'to=2026-05-22', 1)).toMatchObject([{ action: 'finding.listed', called_at: START }]);
  expect(await listed(gateway, 'from=2026-05-23&action=finding', 0)).toEqual([]);
  await eventually(async () =>
    expect((await listed(gateway, 'action=audit&limit=1', 1))[0]).toMatchObject({ action: 'audit.listed' }),
  );
});

test('paging by cursor skips and repeats none while calls are coming in', async () => {
  const gateway = await GatewayUnderTest.open();
  for (let each = 0; each < 25; each++) await gateway.call('/api/v2/findings');
  const before = await recorded(gateway, 25);
  await listed(gateway, 'action=finding&limit=200', 25);
  const walked: AuditEntry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    await gateway.call('/api/v2/findings');
    const query = `action=finding.listed&limit=4${cursor && `&cursor=${cursor}`}`;
    const page: AuditPage = (await gateway.call<AuditPage>(`${AUDIT}?${query}`)).json;
    walked.push(...page.data);
    cursor = page.next_cursor;
  }
  const ids = walked.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.slice(-25)).toEqual(before.map(({ callId }) => callId).toReversed());
});

test('an invalid query is refused, and the list needs its scope', async () => {
  const gateway = await GatewayUnderTest.open();
  const wrong = [
    'action=Report',
    'actor=root',
    'from=yesterday',
    'limit=0',
    'tenant=globex',
    'from=2026-02-02&to=2026-02-01',
  ];
  for (const query of wrong) {
    const { status, json } = await gateway.call(`${AUDIT}?${query}`);
    expect([query, status, json.error]).toEqual([query, 400, 'invalid_request']);
  }
  expect((await gateway.call(`${AUDIT}?cursor=MQ.x`)).json.error).toBe('invalid_cursor');
  const reader = await gateway.mint('acme', ['reports:read']);
  expect((await gateway.call(AUDIT, { token: reader })).json.error).toBe('missing_scope');
});

test('while the store is unavailable calls wait, and are audited once and in order when it is back', async () => {
  const store = openSqliteEventStore({ file: ':memory:', now: () => new Date(START) });
  let appends = 0;
  const away = new EventStoreError('unavailable', 'away');
  const append: typeof store.append = async (stream, expected, events) => {
    if (!stream.startsWith('audit-')) return store.append(stream, expected, events);
    appends += 1;
    // The first append does not reach the store; the response to the second is lost.
    if (appends === 1) throw away;
    const appended = await store.append(stream, expected, events);
    if (appends === 2) throw away;
    return appended;
  };
  const gateway = await GatewayUnderTest.open({ store: Object.assign(Object.create(store), { append }) });
  await gateway.call('/api/v2/frameworks');
  await gateway.call('/api/v2/findings');
  await eventually(() => expect(appends).toBeGreaterThanOrEqual(3));
  expect((await recorded(gateway, 2)).map(({ action }) => action)).toEqual(['framework.listed', 'finding.listed']);
});

test('calls before the drain are audited by the end of it', async () => {
  const gateway = await GatewayUnderTest.open();
  await Promise.all(Array.from({ length: 20 }, () => gateway.call(REPORTS)));
  await gateway.stop();
  expect(await gateway.recordedIn(streamOf.audit('acme'))).toHaveLength(20);
});

test('audit events are valid by their contract, and a rebuild of the view repeats none', async () => {
  const gateway = await GatewayUnderTest.open();
  const data = { ...exampleOf('ApiCallAudited'), callId: randomUUID() };
  await gateway.append(streamOf.audit('acme'), 'acme', { type: 'ApiCallAudited', data });
  expect(await listed(gateway, `actor=${data.actor}`, 1)).toMatchObject([{ id: data.callId, action: data.action }]);
  await gateway.stop();
  await gateway.start();
  expect(await listed(gateway, `actor=${data.actor}`, 1)).toMatchObject([{ id: data.callId }]);
});
