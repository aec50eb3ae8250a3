import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { REPOSITORY, smallDisk } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { ALL_SCOPES, GatewayUnderTest } from '../../gateway-under-test.js';
import { lifeOf } from '../../life-of.js';

const IMPORT = '/api/v2/findings/import?format=garak&endpoint_id=ep_1';
const json = { title: 'T', frameworks: ['OWASP_LLM'], scope: { endpoint_ids: ['ep_1'] }, format: 'json' };
const MIB = 1024 * 1024;

/** A scan with this many findings, each from its own probe. */
const scanOf = (findings: number, run = 'r'): string =>
  [
    { entry_type: 'init', garak_version: '0.14.0', start_time: '2026-05-01T08:00:00', run },
    ...Array.from({ length: findings }, (_, n) => ({
      ...{ entry_type: 'eval', probe: `p.P${run}${n}`, detector: 'd.D', passed: 0, fails: 1, total_evaluated: 1 },
    })),
    { entry_type: 'completion' },
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

const send = (gateway: GatewayUnderTest, body: Parameters<GatewayUnderTest['call']>[1] & object) =>
  gateway.call(IMPORT, { method: 'POST', ...body });
const ask = (gateway: GatewayUnderTest, token = gateway.token) =>
  gateway.call('/api/v2/reports', { method: 'POST', token, json });

function quotas(gateway: GatewayUnderTest, own: { findings?: number; artifactBytes?: number; queuedReports?: number }) {
  const none = { findings: null, artifactBytes: null, queuedReports: null };
  const data = { ...exampleOf('QuotasSet'), tenant: 'acme', ...none, ...own };
  return gateway.append(streamOf.tenant('acme'), 'acme', { type: 'QuotasSet', data });
}

test('a scan that exceeds the findings quota is refused as a whole; a known scan, a dry run and other tenants are not', async () => {
  const gateway = await GatewayUnderTest.open({ quotas: { findings: 5 } });
  const first = scanOf(3, 'a');
  expect(await send(gateway, { body: first })).toMatchObject({ status: 200, json: { counts: { recorded: 3 } } });
  const before = await gateway.eventCount();
  const refused = await send(gateway, { body: scanOf(3, 'b') });
  expect(refused).toMatchObject({
    status: 507,
    json: { error: 'findings_quota_reached', limit: 5, used: 3, requested: 3 },
  });
  expect(refused.json.detail).toContain('which leaves room for 2');
  expect(refused.headers.has('retry-after')).toBe(false);
  expect(await gateway.eventCount()).toBe(before);

  expect(await send(gateway, { body: first })).toMatchObject({ status: 200, json: { counts: { recorded: 0 } } });
  const dryRun = await gateway.call(`${IMPORT}&dry_run=true`, { method: 'POST', body: scanOf(9, 'c') });
  expect(dryRun.status).toBe(200);
  const globex = await gateway.mint('globex', ALL_SCOPES);
  expect((await send(gateway, { body: scanOf(5, 'b'), token: globex })).status).toBe(200);

  // The operator raises the limit, and then removes it.
  await quotas(gateway, { findings: 6 });
  expect((await send(gateway, { body: scanOf(3, 'b') })).status).toBe(200);
  expect((await send(gateway, { body: scanOf(1, 'd') })).status).toBe(507);
  await quotas(gateway, { findings: 0 });
  expect((await send(gateway, { body: scanOf(1, 'd') })).status).toBe(200);
  expect(await gateway.gateway.metrics.expose()).toContain(
    'evidence_refused_for_room_total{error="findings_quota_reached"} 2',
  );
});

test('an observation of a known weakness counts too', async () => {
  const gateway = await GatewayUnderTest.open({ quotas: { findings: 3 } });
  const seenAgain = scanOf(2, 'a').replace('2026-05-01', '2026-05-02');
  expect((await send(gateway, { body: scanOf(2, 'a') })).status).toBe(200);
  expect(await send(gateway, { body: seenAgain })).toMatchObject({ status: 507, json: { used: 2, requested: 2 } });
});

test('reports are refused while the stored bytes reach the quota, until one expires', async () => {
  const gateway = await GatewayUnderTest.open({ quotas: { artifactBytes: 10 * MIB } });
  const { json: accepted } = await ask(gateway);
  const reportId = String(accepted.id);
  const blob = (sizeBytes: number) => ({ sha256: '0'.repeat(64), sizeBytes, mediaType: 'application/pdf' });
  const { started, scoped, mapped, ready } = lifeOf(reportId, blob(10 * MIB));
  await gateway.append(streamOf.report(reportId), 'acme', started, scoped, mapped, ready);
  const { snapshot } = scoped.data;
  const used = 10 * MIB + snapshot.sizeBytes + mapped.data.snapshot.sizeBytes + ready.data.attestation.sizeBytes;

  gateway.now = new Date(Date.parse(ready.data.expiresAt) - 1_000 * 1_000);
  const before = await gateway.eventCount();
  const refused = await ask(gateway);
  expect(refused).toMatchObject({
    status: 503,
    json: { error: 'artifact_quota_reached', limit: 10 * MIB, used, retry_after_seconds: 1_000 },
  });
  expect(refused.headers.get('retry-after')).toBe('1000');
  expect(await gateway.eventCount()).toBe(before);
  expect((await ask(gateway, await gateway.mint('globex', ALL_SCOPES))).status).toBe(202);

  const data = { ...exampleOf('ReportExpired'), reportId };
  await gateway.append(streamOf.report(reportId), 'acme', { type: 'ReportExpired', data });
  expect((await ask(gateway)).status).toBe(202);
});

test('the quota of queued reports counts both lanes, and has room again when one is finished', async () => {
  const gateway = await GatewayUnderTest.open({ quotas: { queuedReports: 2 } });
  const { json: first } = await ask(gateway);
  const template = { content: ['x'] };
  const laidOut = { method: 'POST', json: { ...json, format: 'pdf', template } };
  expect((await gateway.call('/api/v2/reports', laidOut)).status).toBe(202);
  const refused = await ask(gateway);
  expect(refused).toMatchObject({ status: 429, json: { error: 'queue_full', limit: 2, retry_after_seconds: 1 } });
  expect(refused.json.detail).toContain('your quota');

  const reportId = String(first.id);
  const data = { ...exampleOf('ReportFailed'), reportId };
  await gateway.append(streamOf.report(reportId), 'acme', { type: 'ReportFailed', data });
  expect((await ask(gateway)).status).toBe(202);
});

test('simultaneous calls do not exceed a quota together', async () => {
  const gateway = await GatewayUnderTest.open({ quotas: { findings: 5, queuedReports: 2 } });
  const slow = slowed(gateway);
  const scans = ['a', 'b', 'c', 'a'].map((run) => send(gateway, { body: scanOf(2, run) }));
  const reports = Array.from({ length: 5 }, () => ask(gateway));
  await expect.poll(slow.waiting, { timeout: 10_000 }).toBe(5);
  slow.release();
  const statuses = async (calls: typeof scans) => (await Promise.all(calls)).map(({ status }) => status).toSorted();
  expect(await statuses(scans)).toEqual([200, 200, 200, 507]);
  expect(await statuses(reports)).toEqual([202, 202, 429, 429, 429]);
  // Nothing of the refused calls, and nothing twice, is still counted.
  expect(await send(gateway, { body: scanOf(2, 'd') })).toMatchObject({ status: 507, json: { used: 4, requested: 2 } });
  expect((await send(gateway, { body: scanOf(1, 'd') })).status).toBe(200);
});

/** Makes appends wait. */
function slowed(gateway: GatewayUnderTest) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const append = gateway.store.append.bind(gateway.store);
  let waiting = 0;
  Object.assign(gateway.store, {
    async append(...args: Parameters<typeof append>) {
      if (!args[0].startsWith('audit-')) waiting += 1;
      await released;
      return append(...args);
    },
  });
  return { waiting: () => waiting, release };
}

test('below the watermark imports and reports are refused, reads and decisions continue, and everything is accepted when there is room again', async () => {
  let freeBytes = 100 * MIB;
  const gateway = await GatewayUnderTest.open({ diskWatermarkBytes: 64 * MIB, freeBytes: async () => freeBytes });
  expect((await send(gateway, { body: scanOf(1) })).status).toBe(200);
  freeBytes = 63 * MIB;
  const shortage = { free_bytes: 63 * MIB, watermark_bytes: 64 * MIB, retry_after_seconds: 60 };
  await expect.poll(() => send(gateway, { body: scanOf(2, 'b') }), { timeout: 5_000 }).toMatchObject({ status: 507 });
  const before = await gateway.eventCount();
  const refused = await send(gateway, { body: scanOf(2, 'c') });
  expect(refused).toMatchObject({ status: 507, json: { error: 'insufficient_storage', ...shortage } });
  expect(refused.json.detail).toContain('Nothing was recorded.');
  const report = await ask(gateway);
  expect(report).toMatchObject({ status: 503, json: { error: 'unavailable', not_ready: ['disk'], ...shortage } });
  expect(report.headers.get('retry-after')).toBe('60');
  expect(await gateway.eventCount()).toBe(before);

  const readiness = await gateway.call('/readyz');
  expect(readiness).toMatchObject({ status: 503, json: { not_ready: ['disk'] } });
  expect(readiness.json.detail).toContain('DISK_WATERMARK_BYTES');
  expect(await gateway.gateway.metrics.expose()).toContain(`evidence_disk_free_bytes{folder="data"} ${63 * MIB}`);
  const { json: page } = await gateway.call<{ data: { id: string }[] }>('/api/v2/findings');
  const change = { method: 'PATCH', json: { status: 'triaged' } };
  expect((await gateway.call(`/api/v2/findings/${page.data[0]?.id}`, change)).status).toBe(200);

  freeBytes = 64 * MIB;
  await expect.poll(() => ask(gateway), { timeout: 5_000 }).toMatchObject({ status: 202 });
  expect((await send(gateway, { body: scanOf(2, 'c') })).status).toBe(200);
  expect((await gateway.call('/readyz')).status).toBe(200);
});

test('an import stops when the disk fills up; what was recorded stays and is reported, and the rest is recorded later', async () => {
  let freeBytes = 100 * MIB;
  const gateway = await GatewayUnderTest.open({ diskWatermarkBytes: 64 * MIB, freeBytes: async () => freeBytes });
  const append = gateway.store.append.bind(gateway.store);
  let filled = false;
  // The disk is full once the first findings of the scan are on it, and the next append comes after that is known.
  Object.assign(gateway.store, {
    async append(...args: Parameters<typeof append>) {
      const result = await append(...args);
      if (args[0].startsWith('scan-') && !filled) {
        filled = true;
        freeBytes = 0;
        const shown = () => gateway.gateway.metrics.expose();
        await expect.poll(shown, { timeout: 5_000 }).toContain('evidence_disk_free_bytes{folder="data"} 0');
      }
      return result;
    },
  });
  const scan = scanOf(3_000, 'long');
  const refused = await send(gateway, { body: scan });
  expect(refused).toMatchObject({ status: 507, json: { error: 'insufficient_storage', free_bytes: 0 } });
  const told = Number(/ (\d+) events of this import were recorded and are kept/.exec(String(refused.json.detail))?.[1]);
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(3_001);

  freeBytes = 100 * MIB;
  await expect.poll(() => gateway.call('/readyz'), { timeout: 5_000 }).toMatchObject({ status: 200 });
  const finished = await send(gateway, { body: scan });
  expect(finished.status).toBe(200);
  const { skipped, recorded } = (finished.json as { counts: { skipped: Record<string, number>; recorded: number } })
    .counts;
  expect(recorded).toBeGreaterThan(0);
  expect(recorded + (skipped.already_recorded ?? 0)).toBe(3_000);
});

test('imports and reports are refused on a real disk that fills up', async ({ skip }) => {
  const disk = await smallDisk(32);
  if (!disk) return skip('only root on Linux may mount a disk of its own');
  const { path, remove } = disk;
  onTestFinished(remove);
  const gateway = await GatewayUnderTest.open({ folder: path, diskWatermarkBytes: 8 * MIB });
  const scan = await readFile(join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl'));
  await writeFile(join(path, 'filler'), Buffer.alloc(25 * MIB));
  await expect
    .poll(() => send(gateway, { body: scan }), { timeout: 5_000 })
    .toMatchObject({
      status: 507,
      json: { error: 'insufficient_storage', watermark_bytes: 8 * MIB },
    });
  expect((await ask(gateway)).status).toBe(503);
  await rm(join(path, 'filler'));
  await expect.poll(() => ask(gateway), { timeout: 5_000 }).toMatchObject({ status: 202 });
  expect((await send(gateway, { body: scan })).status).toBe(200);
});
