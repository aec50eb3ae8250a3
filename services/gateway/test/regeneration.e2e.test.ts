import { exampleOf, type Report, type ReportAccepted, type ReportRequested, streamOf } from '@evidence/contracts';
import { loadFrameworks } from '@evidence/frameworks';
import { expect, test } from 'vitest';
import { GatewayUnderTest, lifeOf, seedRequest } from './gateway-under-test.js';
import { byInstalledRules } from './installed-rules.js';

const BLOB = { sha256: 'a'.repeat(64), sizeBytes: 3, mediaType: 'application/pdf' };
const template = { content: ['{{ report.title }}'] };

/** A report that lived and has expired, or is about to; `rules: other`: by rules that are not those installed. */
async function lived(gateway: GatewayUnderTest, { rules = 'installed', expired = true } = {}): Promise<string> {
  const json = { ...seedRequest, template };
  const { id } = (await gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json })).json;
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  const ruled = rules === 'installed' ? byInstalledRules(mapped) : mapped;
  await gateway.append(streamOf.report(id), 'acme', started, scoped, ruled, ready);
  const gone = { type: 'ReportExpired', data: { ...exampleOf('ReportExpired'), reportId: id } } as const;
  if (expired) await gateway.append(streamOf.report(id), 'acme', gone);
  return id;
}

const regenerate = (gateway: GatewayUnderTest, id: string) =>
  gateway.call<ReportAccepted>(`/api/v2/reports/${id}/regenerate`, { method: 'POST' });

test('an expired report is asked for again as of the same point, with its template and the URLs of its findings', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await lived(gateway);
  const { status, json, headers } = await regenerate(gateway, id);
  expect(status).toBe(202);
  expect(json.id).not.toBe(id);
  expect(headers.get('location')).toBe(`/api/v2/reports/${json.id}`);
  const recordedOf = async (report: string) =>
    (await gateway.recordedIn(streamOf.report(report)))[0]?.data as ReportRequested;
  const [first, again] = [await recordedOf(id), await recordedOf(json.id)];
  expect(first.findingUrlTemplate).toBe('https://reports.example/findings/{id}');
  const { reportId: _, requestedAt: __, requestedBy: ___, ...asked } = first;
  expect(again).toMatchObject(asked);
  expect(again.regenerates).toEqual({ reportId: id, dataAsOf: exampleOf('ReportScoped').dataAsOf });
  const report = (await gateway.call<Report>(`/api/v2/reports/${json.id}`)).json;
  expect(report).toMatchObject({ regenerates: id, request: { template } });
  const expired = (await gateway.call<Report>(`/api/v2/reports/${id}`)).json;
  expect(expired.artifact?.content_sha256).toBe(exampleOf('ReportReady').contentSha256);
});

test('a report whose artifact is there is not regenerated, nor one that was made by other rules, and nothing is appended', async () => {
  const gateway = await GatewayUnderTest.open();
  const ready = await lived(gateway, { expired: false });
  const other = await lived(gateway, { rules: 'other' });
  const before = await gateway.eventCount();
  expect(await regenerate(gateway, ready)).toMatchObject({
    status: 409,
    json: { error: 'report_not_expired', report_status: 'ready' },
  });
  expect(await regenerate(gateway, other)).toMatchObject({
    status: 409,
    json: { error: 'rules_changed', allowed: [loadFrameworks().rules.version] },
  });
  expect(await gateway.eventCount()).toBe(before);
});
