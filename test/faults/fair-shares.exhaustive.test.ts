import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PackTemplate } from '@evidence/contracts';
import { openEventLog } from '@evidence/event-store/log';
import { type Program, scriptsOf, startProgram } from '@evidence/local';
import { eventually, freePort, REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, packRequest } from '../e2e/client.js';

const run = promisify(execFile);
const READY_TIMEOUT_MS = 90_000;
const FLOOD = 40;
const PLACES = 4;
const ENDPOINT = 'ep_support_chat';
const SAMPLE = 'deploy/local/samples/support-chat.report.jsonl';

let stack: TestStack;
let flooding: Client;
let other: Client;
/** A second scoping on the same bus and log, as another machine would run it. */
let second: Program;

const evidence = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, ['packages/cli/dist/main.js', ...args], { env: stack.env })).stdout;

beforeAll(async () => {
  stack = await startStack({ samples: true, env: { TEMPLATE_DEADLINE_SECONDS: '6', REPORTS_AT_ONCE: `${PLACES}` } });
  flooding = new Client(stack.url, stack.token);
  await evidence('import', SAMPLE, '--tenant', 'other', '--endpoint', ENDPOINT);
  const mint = ['--tenant', 'other', '--name', 'test', '--scopes', 'reports:generate,reports:read'];
  other = new Client(stack.url, (await evidence('tokens', 'mint', ...mint, '--print-token-only')).trim());
  second = await startSecondScoping();
}, 120_000);
afterAll(async () => {
  await second?.stop(10_000);
  await stack?.dispose();
});

async function startSecondScoping(): Promise<Program> {
  const [dataDir, port] = [join(stack.dataDir, 'second'), await freePort()];
  await mkdir(dataDir);
  await symlink(join(stack.dataDir, 'artifacts'), join(dataDir, 'artifacts'));
  const program = startProgram({
    name: 'scoping',
    command: process.execPath,
    args: [scriptsOf(REPOSITORY).scoping],
    env: { ...stack.serviceEnv('scoping'), DATA_DIR: dataDir, HEALTH_PORT: String(port) },
    leashed: true,
    logFile: join(dataDir, 'scoping.log'),
  });
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200), {
    timeoutMs: 60_000,
  });
  return program;
}

interface Step {
  readonly type: string;
  readonly tenant: string;
  readonly reportId: string;
}

/** The starts and ends of reports, in log order. */
async function steps(): Promise<Step[]> {
  const store = openEventLog(stack.eventStoreUrl, () => new Date());
  const types = ['ReportRequested', 'ReportStarted', 'ReportReady', 'ReportFailed'] as const;
  const found: Step[] = [];
  for await (const { type, data, metadata } of store.readAll({ filter: { types } }))
    found.push({ type, tenant: metadata.tenant, reportId: (data as { reportId: string }).reportId });
  await store.close();
  return found;
}

/** How many reports were in progress at once, of all tenants and of the one that floods. */
function mostInHand(all: readonly Step[]): { all: number; flooding: number } {
  const inHand = new Map<string, string>();
  const most = { all: 0, flooding: 0 };
  for (const { type, tenant, reportId } of all) {
    if (type === 'ReportStarted') inHand.set(reportId, tenant);
    if (type === 'ReportReady' || type === 'ReportFailed') inHand.delete(reportId);
    most.all = Math.max(most.all, inHand.size);
    most.flooding = Math.max(most.flooding, [...inHand.values()].filter((one) => one === 'acme').length);
  }
  return most;
}

test('a flood delays no other tenant across two instances, even when one of them is killed', async () => {
  const flood: string[] = [];
  for (let n = 0; n < FLOOD; n++) flood.push((await flooding.create(packRequest('json', `Flood ${n}`))).body.id);
  const single = (await other.create(packRequest('json', 'Single'))).body.id;
  await other.ready(single, READY_TIMEOUT_MS);
  await second.stop(0);
  for (const id of flood) await flooding.ready(id, READY_TIMEOUT_MS);

  const all = await steps();
  const started = all.filter(({ type }) => type === 'ReportStarted').map(({ reportId }) => reportId);
  expect(started.toSorted()).toEqual([...flood, single].toSorted());
  const most = mostInHand(all);
  expect(most.all).toBeLessThanOrEqual(PLACES);
  expect(most.flooding).toBeLessThan(PLACES);
  const at = (type: string) => all.findIndex((step) => step.type === type && step.reportId === single);
  const before = all.slice(at('ReportRequested'), at('ReportStarted'));
  expect(before.filter(({ type }) => type === 'ReportStarted').length).toBeLessThanOrEqual(1);
}, 180_000);

/** Words of 2,000 letters in narrow columns, for every finding. */
const ENDLESS: PackTemplate = {
  content: [
    {
      forEach: 'report.findings',
      as: 'finding',
      content: Array.from({ length: 20 }, () => ({ columns: [{ width: 60, text: 'W'.repeat(2_000) }, { text: 'x' }] })),
      empty: ['none'],
    },
  ],
};

test('an endless template delays no standard report, and the template of another tenant by at most its deadline', async () => {
  const ask = async (client: Client, title: string, template?: PackTemplate) =>
    (await client.create({ ...packRequest('pdf', title), ...(template && { template }) })).body.id;
  const heavy = await ask(flooding, 'Heavy', ENDLESS);
  const [standard, light] = [await ask(flooding, 'Standard'), await ask(other, 'Light', { content: ['x'] })];
  await flooding.ready(standard, READY_TIMEOUT_MS);
  await other.ready(light, READY_TIMEOUT_MS);
  expect(await flooding.report(heavy)).toMatchObject({
    status: 'failed',
    failure: { stage: 'rendering', code: 'deadline_exceeded', message: expect.stringContaining('more room') },
  });
  const ends = (await steps()).filter(({ type }) => type === 'ReportReady' || type === 'ReportFailed');
  const order = ends.map(({ reportId }) => reportId).filter((id) => [heavy, standard, light].includes(id));
  expect(order).toEqual([standard, heavy, light]);
}, 180_000);
