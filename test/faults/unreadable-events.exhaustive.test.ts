import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newestVersion } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { eventually, REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { binaryEvent, jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, packRequest, type ReportResource } from '../e2e/client.js';

const run = promisify(execFile);
const SETTLED_TIMEOUT_MS = 30_000;
const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');
/** A report whose tenant is unknown, and a report of a tenant without any others. */
const NOBODYS = 'rpt_2026_11111111111111111111111111';
const THEIRS = 'rpt_2026_22222222222222222222222222';
/** A report of globex, requested by a build whose event has an additional member. */
const WITH_MORE = 'rpt_2026_33333333333333333333333333';

let stack: TestStack;
let acme: Client;
let globex: Client;
let doubtful: Client;
/** A report that was ready before the events became unreadable. */
let old: ReportResource;

async function evidence(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['packages/cli/dist/main.js', ...args], { env: stack.env });
  return stdout;
}

async function clientOf(tenant: string): Promise<Client> {
  const scopes = 'reports:generate,reports:read,findings:read,findings:write';
  const mint = ['tokens', 'mint', '--tenant', tenant, '--name', 'test', '--scopes', scopes, '--print-token-only'];
  return new Client(stack.url, (await evidence(...mint)).trim());
}

async function download({ token }: Client, { id }: ReportResource): Promise<Record<string, unknown>> {
  const url = `${stack.url}/api/v2/reports/${id}/download`;
  const { stdout } = await run('curl', ['-sSfL', '-H', `Authorization: Bearer ${token}`, url]);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  stack = await startStack({ samples: true });
  acme = new Client(stack.url, stack.token);
  [globex, doubtful] = await Promise.all([clientOf('globex'), clientOf('acme')]);
  await evidence('import', SCAN, '--tenant', 'globex', '--endpoint', 'ep_support_chat');
  old = await acme.ready((await acme.create(packRequest('json', 'Before'))).body.id, SETTLED_TIMEOUT_MS);
}, 90_000);
afterAll(() => stack?.dispose());

/** Appends what an intruder with write access to the store, or a later build, might leave there. Returns how many of these are events of ours. */
async function spoil(): Promise<number> {
  const store = KurrentDBClient.connectionString(stack.openStoreUrl);
  const metadataOf = (schema: string, tenant: string) => ({
    ...exampleMetadata(),
    eventId: randomUUID(),
    schema,
    tenant,
  });
  const put = (stream: string, type: string, data: Record<string, unknown>, metadata: object = {}) =>
    store.appendToStream(stream, jsonEvent({ type, data, metadata }));
  try {
    const tokenId = /tok_[0-9a-z]+/.exec(await tokenLine())?.[0];
    await put(`report-${THEIRS}`, 'ReportRequested', { title: 7 }, metadataOf('ReportRequested.v1', 'initech'));
    await put(`report-${NOBODYS}`, 'ReportRequested', { title: 7 });
    const owner = { reportId: WITH_MORE, tenant: 'globex', requestedAt: new Date().toISOString() };
    const requested = { ...exampleOf('ReportRequested'), ...owner, extra: true };
    const newest = `ReportRequested.v${newestVersion.ReportRequested}`;
    await put(`report-${WITH_MORE}`, 'ReportRequested', requested, metadataOf(newest, 'globex'));
    const ready = { ...exampleOf('ReportReady'), extra: true };
    await put('report-rpt_2026_v99', 'ReportReady', ready, metadataOf('ReportReady.v99', 'initech'));
    await put('somebody-elses', 'ReportReadyNotified', { anything: [1] });
    await put('scan-acme', 'ScanRecorded', { tenant: 'acme' }, metadataOf('ScanRecorded.v1', 'acme'));
    await put(`token-${tokenId}`, 'ApiTokenRevoked', { revokedAt: 'now' });
    const bytes = Uint8Array.from([0xff, 0x00, 0x7b]);
    await store.appendToStream('scan-garbage', binaryEvent({ type: 'FindingRecorded', data: bytes }));
    return 6;
  } finally {
    await store.dispose();
  }
}

/** The output for the newest token of acme. */
async function tokenLine(): Promise<string> {
  const lines = (await evidence('tokens', 'list', '--tenant', 'acme', '--json')).trim().split('\n');
  return lines.find((line) => line.includes('"name":"test"')) ?? '';
}

async function settled(client: Client, title: string): Promise<ReportResource> {
  const { id } = (await client.create(packRequest('json', title))).body;
  return eventually(
    async () => {
      const report = await client.report(id);
      expect(['ready', 'failed']).toContain(report.status);
      return report;
    },
    { timeoutMs: SETTLED_TIMEOUT_MS },
  );
}

async function expectClosedAndUp(title: string): Promise<void> {
  const [made, failed] = await Promise.all([settled(globex, title), settled(acme, title)]);
  expect(made.status).toBe('ready');
  await globex.ready(WITH_MORE, SETTLED_TIMEOUT_MS);
  expect(await download(globex, made)).toMatchObject({ receipt: { unreadable_events: 1 } });
  expect(failed).toMatchObject({ status: 'failed', failure: { stage: 'scoping', code: 'history_unreadable' } });
  expect(failed.failure?.message).toMatch(/position \d+ .*evidence log show \d+/);
  expect(await download(acme, old)).toMatchObject({ report_id: old.id });
  expect(await doubtful.call('GET', '/reports')).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  expect(await acme.call('GET', `/reports/${NOBODYS}`)).toMatchObject({
    status: 500,
    body: { error: 'history_unreadable' },
  });
  expect(await acme.call('GET', `/reports/${THEIRS}`)).toMatchObject({ status: 404 });
  const readiness = await fetch(`${stack.url}/readyz`);
  expect(readiness.status).toBe(200);
  expect(((await readiness.json()) as { warnings: string[] }).warnings.join()).toContain('The view tokens');
  expect(await (await fetch(`${stack.url}/metrics`)).text()).toContain('evidence_quarantined_events{view="tokens"} 1');
}

test('unreadable events end no service, affect only what they concern, and are reported, also after views are rebuilt', async () => {
  const before = new Map(stack.pids());
  const unreadable = await spoil();
  await expectClosedAndUp('With events that cannot be read');
  expect(stack.pids()).toEqual(before);
  const checked = await evidence('log', 'check', '--json').then(
    () => expect.unreachable('evidence log check must fail while events are unreadable'),
    (error: { code: number; stdout: string }) => error,
  );
  expect(checked.code).toBe(1);
  expect(checked.stdout.trim().split('\n')).toHaveLength(unreadable);

  await stack.stop();
  await rm(join(stack.dataDir, 'views'), { recursive: true });
  await stack.start();
  await expectClosedAndUp('With views that are rebuilt');
}, 120_000);
