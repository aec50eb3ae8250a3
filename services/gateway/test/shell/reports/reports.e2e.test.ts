import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type Problem, type Report, type ReportAccepted, type ReportPage, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { SubscribeOptions } from '@evidence/event-store';
import { eventLogOver, type LogDelivery } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest, START, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const NEVER_MADE = 'rpt_2026_00000000000000000000000000';
const BLOB = { sha256: 'a'.repeat(64), sizeBytes: 3, mediaType: 'application/pdf' };

const ask = (gateway: GatewayUnderTest, more: object = {}, token = gateway.token) =>
  gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json: { ...seedRequest, ...more }, token });

test('the seed’s request is accepted and recorded, and can be read at once', async () => {
  const gateway = await GatewayUnderTest.open();
  const { status, headers, json } = await ask(gateway);
  expect(status).toBe(202);
  expect(json).toEqual({
    id: expect.stringMatching(/^rpt_2026_[0-9a-v]{26}$/),
    status: 'queued',
    format: 'pdf',
    queued_at: START,
  });
  expect(headers.get('location')).toBe(`/api/v2/reports/${json.id}`);
  expect(headers.get('retry-after')).toBe('1');

  const [recorded, ...others] = await gateway.recordedIn(streamOf.report(json.id));
  expect(others).toEqual([]);
  expect(recorded).toMatchObject({
    type: 'ReportRequested',
    data: {
      tenant: 'acme',
      frameworks: [
        { framework: 'OWASP_LLM', edition: '2025' },
        { framework: 'NIST_AI_600_1', edition: '1.0' },
        { framework: 'EU_AI_ACT', edition: '2024/1689@2026-07-27' },
      ],
      mapping: 'derived',
      requestedAt: START,
    },
    metadata: { tenant: 'acme', correlationId: json.id, occurredAt: START, schema: 'ReportRequested.v2' },
  });
  const { status: found, json: report } = await gateway.call<Report>(headers.get('location') ?? '');
  expect(found).toBe(200);
  expect(report).toEqual({
    ...json,
    title: seedRequest.title,
    frameworks: seedRequest.frameworks,
    framework_editions: [
      { framework: 'OWASP_LLM', edition: '2025' },
      { framework: 'NIST_AI_600_1', edition: '1.0' },
      { framework: 'EU_AI_ACT', edition: '2024/1689@2026-07-27' },
    ],
    scope: seedRequest.scope,
    mapping: 'derived',
    strength: 'primary',
    system: null,
    request: {
      ...seedRequest,
      frameworks: ['OWASP_LLM@2025', 'NIST_AI_600_1@1.0', 'EU_AI_ACT@2024/1689@2026-07-27'],
      mapping: 'derived',
      strength: 'primary',
    },
    legal_hold: null,
    lost: null,
    regenerates: null,
    tombstone: null,
    progress: { stage: 'queued', percent: 0 },
    started_at: null,
    ready_at: null,
    expires_at: null,
    failure: null,
    artifact: null,
    download_url: null,
  });
});

test('the system and the strength in a request are recorded and can be read', async () => {
  const gateway = await GatewayUnderTest.open();
  const system = { roles: ['provider'], ai_act_risk_class: 'high_risk_annex_iii', assessment_date: '2026-11-29' };
  const { json } = await ask(gateway, { strength: 'supporting', system });
  const [recorded] = await gateway.recordedIn(streamOf.report(json.id));
  expect(recorded?.data).toMatchObject({
    strength: 'supporting',
    system: { roles: ['provider'], aiActRiskClass: 'high_risk_annex_iii', assessmentDate: '2026-11-29' },
  });
  const { json: report } = await gateway.call<Report>(`/api/v2/reports/${json.id}`);
  expect(report).toMatchObject({ strength: 'supporting', system });
});

test.each<[object, string, unknown, string]>([
  [{ strength: 'strong' }, '/strength', 'strong', 'primary'],
  [{ system: { roles: ['vendor'] } }, '/system/roles/0', 'vendor', 'deployer'],
  [{ system: { ai_act_risk_class: 'high' } }, '/system/ai_act_risk_class', 'high', 'high_risk_annex_iii'],
  [{ system: { general_purpose: true } }, '/system/general_purpose', true, 'systemic_risk'],
])('%j is refused with the value and what is allowed', async (asked, field, value, allowed) => {
  const gateway = await GatewayUnderTest.open();
  const { status, json } = await gateway.call<Problem>('/api/v2/reports', {
    method: 'POST',
    json: { ...seedRequest, ...asked },
  });
  expect([status, json]).toMatchObject([400, { error: 'invalid_request', field, value }]);
  expect(json.allowed).toContain(allowed);
  expect(json.detail).toContain(`${JSON.stringify(value)} is not a valid value for ${field}. Use one of: `);
});

test('a report contains its request, pinned, without nulls and with the template, but not in lists', async () => {
  const gateway = await GatewayUnderTest.open();
  const body = {
    title: 'All of it',
    frameworks: ['EU_AI_ACT', 'OWASP_LLM@2026'],
    scope: { endpoint_ids: ['ep_one'] },
    format: 'pdf',
    mapping: 'published',
    strength: 'supporting',
    system: { roles: ['provider'], assessment_date: '2026-11-29' },
    template: { content: ['{{ report.title }}'] },
  };
  const first = await ask(gateway, { ...body, scope: { ...body.scope } });
  const look = async (id: string) => (await gateway.call<Report>(`/api/v2/reports/${id}`)).json;
  const { request, scope } = await look(first.json.id);
  expect(request).toEqual({ ...body, frameworks: ['EU_AI_ACT@2024/1689@2026-07-27', 'OWASP_LLM@2026'] });
  // All severities are listed, as in the artifact.
  expect(scope.include_severities).toEqual(['critical', 'high', 'medium', 'low', 'info']);
  const again = await gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json: request });
  expect(again.status).toBe(202);
  expect((await look(again.json.id)).request).toEqual(request);
  expect((await gateway.call<ReportPage>('/api/v2/reports')).json.data.map((one) => 'request' in one)).toEqual([
    false,
    false,
  ]);
});

test('a request returns only when the report can be read', async () => {
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now: () => new Date(START) }));
  let held = Promise.resolve();
  const slow = { ...store, subscribe: (options: SubscribeOptions) => late(store.subscribe(options)) };
  async function* late(batches: AsyncIterable<readonly LogDelivery[]>) {
    for await (const batch of batches) {
      await held;
      yield batch;
    }
  }
  const gateway = await GatewayUnderTest.open({ store: slow });
  const before = await gateway.eventCount();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  held = promise;
  let answered = false;
  const asking = ask(gateway).finally(() => {
    answered = true;
  });
  await eventually(async () => expect(await gateway.eventCount()).toBe(before + 1));
  expect((await gateway.call<ReportPage>('/api/v2/reports')).json.data).toEqual([]);
  expect(answered).toBe(false);
  release();
  const { id } = (await asking).json;
  expect((await gateway.call(`/api/v2/reports/${id}`)).status).toBe(200);
});

test('a report changes from queued to running to ready, and then expires', async () => {
  const gateway = await GatewayUnderTest.open();
  const { id } = (await ask(gateway)).json;
  const look = async () => (await gateway.call<Report>(`/api/v2/reports/${id}`)).json;
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  const seen = [];
  for (const event of [started, scoped, mapped, ready]) {
    const { status, progress } = await look();
    seen.push(`${status} ${progress.stage}`);
    await gateway.append(streamOf.report(id), 'acme', event);
  }
  expect(seen).toEqual(['queued queued', 'running scoping', 'running mapping', 'running rendering']);
  expect(await look()).toMatchObject({
    status: 'ready',
    progress: { stage: 'finished', percent: 100 },
    started_at: started.data.startedAt,
    ready_at: ready.data.readyAt,
    expires_at: ready.data.expiresAt,
    artifact: { sha256: BLOB.sha256, size_bytes: 3, media_type: 'application/pdf' },
    download_url: `https://reports.example/api/v2/reports/${id}/download`,
  });

  const expired = { ...exampleOf('ReportExpired'), reportId: id, artifactSha256: BLOB.sha256 };
  await gateway.append(streamOf.report(id), 'acme', { type: 'ReportExpired', data: expired });
  expect(await look()).toMatchObject({ status: 'expired', artifact: { sha256: BLOB.sha256 }, download_url: null });
});

test('a failed report has the stage, a code and what to do', async () => {
  const gateway = await GatewayUnderTest.open();
  const { id } = (await ask(gateway)).json;
  const failed = { ...exampleOf('ReportFailed'), reportId: id };
  await gateway.append(streamOf.report(id), 'acme', { type: 'ReportFailed', data: failed });
  const { json } = await gateway.call<Report>(`/api/v2/reports/${id}`);
  expect(json).toMatchObject({
    status: 'failed',
    failure: { stage: failed.stage, code: failed.code, message: failed.message },
  });
});

test('another tenant’s report and one that never existed get the same response', async () => {
  const gateway = await GatewayUnderTest.open();
  const { id } = (await ask(gateway)).json;
  const stranger = await gateway.mint('globex', ['reports:read', 'reports:generate']);
  for (const path of ['', '/download', '/attestation']) {
    const [theirs, none] = await Promise.all(
      [id, NEVER_MADE].map((each) => gateway.call(`/api/v2/reports/${each}${path}`, { token: stranger })),
    );
    expect(theirs?.status).toBe(404);
    expect(theirs?.json).toMatchObject({ error: 'report_not_found' });
    expect(theirs?.body.equals(none?.body ?? Buffer.alloc(0))).toBe(true);
    const headers = (answer: typeof none) => [...(answer?.headers ?? [])].filter(([name]) => name !== 'date');
    expect(headers(theirs)).toEqual(headers(none));
  }
  expect((await gateway.call<ReportPage>('/api/v2/reports', { token: stranger })).json.data).toEqual([]);
});

test('the list is newest first; paging by cursor skips and repeats none while reports are added', async () => {
  const gateway = await GatewayUnderTest.open();
  const ids: string[] = [];
  for (let count = 0; count < 7; count++) ids.unshift((await ask(gateway)).json.id);

  const walked: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { json } = await gateway.call<ReportPage>(`/api/v2/reports?limit=3${query}`);
    walked.push(...json.data.map(({ id }) => id));
    cursor = json.next_cursor;
    await ask(gateway);
  }
  expect(walked).toEqual(ids);
});

test('the list is narrowed by status, format and day', async () => {
  const gateway = await GatewayUnderTest.open();
  const pdf = (await ask(gateway)).json.id;
  gateway.wait(24 * 60 * 60);
  const json = (await ask(gateway, { format: 'json' })).json.id;
  await gateway.append(streamOf.report(json), 'acme', lifeOf(json, BLOB).started);
  const idsOf = async (query: string) =>
    (await gateway.call<ReportPage>(`/api/v2/reports?${query}`)).json.data.map(({ id }) => id);
  expect(await idsOf('')).toEqual([json, pdf]);
  expect(await idsOf('status=running')).toEqual([json]);
  expect(await idsOf('status=ready')).toEqual([]);
  expect(await idsOf('format=pdf')).toEqual([pdf]);
  expect(await idsOf('from=2026-05-23')).toEqual([json]);
  expect(await idsOf('to=2026-05-22')).toEqual([pdf]);
  expect(await idsOf('from=2026-05-22&to=2026-05-23')).toEqual([json, pdf]);
});

test('a forged cursor, and one of another tenant or list, is refused', async () => {
  const gateway = await GatewayUnderTest.open();
  await ask(gateway);
  await ask(gateway);
  const { json } = await gateway.call<ReportPage>('/api/v2/reports?limit=1');
  const cursor = json.next_cursor ?? '';
  const stranger = await gateway.mint('globex', ['reports:read', 'findings:read']);
  const foreign = await gateway.call(`/api/v2/reports?cursor=${cursor}`, { token: stranger });
  expect(foreign).toMatchObject({ status: 400, json: { error: 'invalid_cursor', field: 'cursor' } });
  expect(await gateway.call(`/api/v2/findings?cursor=${cursor}`)).toMatchObject({ status: 400 });
  const forged = `${Buffer.from('999').toString('base64url')}.${cursor.split('.')[1]}`;
  for (const wrong of [forged, 'x', '.', 'MTA0Mg', randomUUID()]) {
    const answer = await gateway.call(`/api/v2/reports?cursor=${wrong}`);
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_cursor' } });
  }
});

test('everything is available again after the views were deleted', async () => {
  const gateway = await GatewayUnderTest.open();
  const { id } = (await ask(gateway)).json;
  await gateway.append(streamOf.report(id), 'acme', lifeOf(id, BLOB).started);
  const before = await gateway.call<ReportPage>('/api/v2/reports');
  await gateway.stop();
  await rm(`${gateway.folder}/views`, { recursive: true });
  await gateway.start();
  const after = await gateway.call<ReportPage>('/api/v2/reports');
  expect(after.json).toEqual(before.json);
});
