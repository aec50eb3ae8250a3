import { type Problem, type Report, type ReportAccepted, type ReportPage, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { expect, test } from 'vitest';
import { GatewayUnderTest, START, seedRequest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const BLOB = { sha256: 'a'.repeat(64), sizeBytes: 3, mediaType: 'application/pdf' };

async function asked(gateway: GatewayUnderTest): Promise<string> {
  return (await gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json: seedRequest })).json.id;
}

test('a report shows its legal hold while it lasts', async () => {
  const gateway = await GatewayUnderTest.open();
  const reportId = await asked(gateway);
  const held = async () => {
    const one = (await gateway.call<Report>(`/api/v2/reports/${reportId}`)).json.legal_hold;
    const { data } = (await gateway.call<ReportPage>('/api/v2/reports')).json;
    expect(data[0]?.legal_hold).toEqual(one);
    return one;
  };
  expect(await held()).toBeNull();
  const hold = { tenant: 'acme', reportId };
  const placed = { ...hold, reason: 'Litigation 2026-17', placedAt: START, placedBy: 'operator:root' };
  await gateway.append(streamOf.tenant('acme'), 'acme', { type: 'LegalHoldPlaced', data: placed });
  expect(await held()).toEqual({ placed_at: START, reason: 'Litigation 2026-17' });
  const { started } = lifeOf(reportId, BLOB);
  await gateway.append(streamOf.report(reportId), 'acme', started);
  expect(await held()).not.toBeNull();
  const released = { ...hold, releasedAt: START, releasedBy: 'operator:root' };
  await gateway.append(streamOf.tenant('acme'), 'acme', { type: 'LegalHoldReleased', data: released });
  expect(await held()).toBeNull();
});

test('a retention floor of the tenant extends a ready report, and removing it restores the expiry', async () => {
  const gateway = await GatewayUnderTest.open();
  const reportId = await asked(gateway);
  const { started, scoped, mapped, ready } = lifeOf(reportId, BLOB);
  await gateway.append(streamOf.report(reportId), 'acme', started, scoped, mapped, ready);
  const expiresAt = async () => (await gateway.call<Report>(`/api/v2/reports/${reportId}`)).json.expires_at;
  const { readyAt, expiresAt: promised } = ready.data;
  const setFloor = (floorSeconds: number, tenant = 'acme') => {
    const data = { ...exampleOf('RetentionFloorSet'), tenant, floorSeconds };
    return gateway.append(streamOf.tenant(tenant), tenant, { type: 'RetentionFloorSet', data });
  };
  await setFloor(315_360_000, 'globex');
  expect(await expiresAt()).toBe(promised);
  await setFloor(315_360_000);
  expect(await expiresAt()).toBe(new Date(Date.parse(readyAt) + 315_360_000_000).toISOString());
  await setFloor(0);
  expect(await expiresAt()).toBe(promised);
});

test('a pruned report returns its tombstone, with how to regenerate it', async () => {
  const gateway = await GatewayUnderTest.open();
  const id = await asked(gateway);
  const { started, scoped, mapped, ready } = lifeOf(id, BLOB);
  const expired = { ...exampleOf('ReportExpired'), reportId: id };
  const gone = { type: 'ReportExpired', data: expired } as const;
  await gateway.append(streamOf.report(id), 'acme', started, scoped, mapped, ready, gone);
  const { status, json } = await gateway.call<Problem>(`/api/v2/reports/${id}/download`);
  const { tombstone: recorded } = expired;
  expect({ status, json }).toMatchObject({
    status: 410,
    json: {
      detail: expect.stringContaining(`POST /api/v2/reports/${id}/regenerate`),
      tombstone: {
        reason: recorded?.reason,
        retention: { seconds: 7_776_000, event_id: recorded?.retention?.eventId },
        artifact: { sha256: recorded?.artifact.sha256, content_sha256: recorded?.contentSha256 },
        totals: { findings: 15, total_open: 15 },
        regenerate: {
          path: `/api/v2/reports/${id}/regenerate`,
          data_as_of: recorded?.dataAsOf,
          rules: recorded?.rules,
        },
      },
    },
  });
  expect((await gateway.call<Report>(`/api/v2/reports/${id}`)).json.tombstone).toEqual(json.tombstone);
});
