import {
  type Problem,
  type Report,
  type ReportAccepted,
  type ReportRequested,
  type Rules,
  streamOf,
} from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { loadFrameworks } from '@evidence/frameworks/load';
import { rulesOf } from '@evidence/verdicts';
import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const BLOB = { sha256: 'a'.repeat(64), sizeBytes: 3, mediaType: 'application/pdf' };
const template = { content: ['{{ report.title }}'] };

const installed = rulesOf(loadFrameworks());

/** A report that has expired, or is about to. */
async function lived(
  gateway: GatewayUnderTest,
  { rules = installed, expired = true }: { rules?: Rules; expired?: boolean } = {},
): Promise<string> {
  const json = { ...seedRequest, template };
  const { id } = (await gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json })).json;
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  const ruled = { ...mapped, data: { ...mapped.data, rules } };
  await gateway.append(streamOf.report(id), 'acme', started, scoped, ruled, ready);
  const gone = { type: 'ReportExpired', data: { ...exampleOf('ReportExpired'), reportId: id } } as const;
  if (expired) await gateway.append(streamOf.report(id), 'acme', gone);
  return id;
}

const regenerate = (gateway: GatewayUnderTest, id: string) =>
  gateway.call<ReportAccepted>(`/api/v2/reports/${id}/regenerate`, { method: 'POST' });

test('a report with a template is not regenerated if templates are turned off', async () => {
  const options: { packTemplates: 'on' | 'off' } = { packTemplates: 'on' };
  const gateway = await GatewayUnderTest.open(options);
  const id = await lived(gateway);
  await gateway.stop();
  options.packTemplates = 'off';
  await gateway.start();
  const refused = await regenerate(gateway, id);
  expect(refused).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  expect(await gateway.recordedIn(streamOf.report(id))).toHaveLength(6);
});

test('an expired report is requested again as of the same time, with its template and the URLs of its findings', async () => {
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
  expect(again.regenerates).toEqual({
    reportId: id,
    dataAsOf: exampleOf('ReportScoped').dataAsOf,
    rules: installed,
  });
  const report = (await gateway.call<Report>(`/api/v2/reports/${json.id}`)).json;
  expect(report).toMatchObject({ regenerates: id, request: { template } });
  const expired = (await gateway.call<Report>(`/api/v2/reports/${id}`)).json;
  expect(expired.artifact?.content_sha256).toBe(exampleOf('ReportReady').contentSha256);
});

test('a report whose artifact exists is not regenerated, nor one whose rules are no longer supported, and nothing is appended', async () => {
  const gateway = await GatewayUnderTest.open();
  const ready = await lived(gateway, { expired: false });
  const lost = { ...installed, sha256: '0'.repeat(64) };
  const formerOrder = rulesOf(loadFrameworks(), 1);
  const refused = [await lived(gateway, { rules: lost }), await lived(gateway, { rules: formerOrder })];
  const before = await gateway.eventCount();
  expect(await regenerate(gateway, ready)).toMatchObject({
    status: 409,
    json: { error: 'report_not_expired', report_status: 'ready' },
  });
  for (const [index, { version }] of [lost, formerOrder].entries()) {
    const { status, json } = await regenerate(gateway, refused[index]!);
    expect({ status, json }).toMatchObject({
      status: 409,
      json: { error: 'rules_changed', value: version, allowed: [installed.version] },
    });
    const { detail } = json as unknown as Problem;
    expect(detail).toContain(version);
    expect(detail).toContain(installed.version);
  }
  expect(await gateway.eventCount()).toBe(before);
});
