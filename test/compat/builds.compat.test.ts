import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { scriptsOf } from '@evidence/local';
import {
  REPOSITORY,
  startNats,
  startOldStore,
  startStack,
  type TempFolder,
  type TestServer,
  type TestStack,
  tempFolder,
} from '@evidence/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Client, type ReportResource } from '../e2e/client.js';
import { buildOf, hasCommit } from './build-of.js';

/** The last build that read events strictly and knew only their first versions. */
const STRICT = 'aa5f4fce90dabe2415a07f381cea56ec797943cf';
/** The first build that reads events tolerantly. It does not know `ReportRequested.v2`. */
const TOLERANT = '617ee0b2117ec7b522e9d5898bffdbe00ad421d3';

const request = (format: 'pdf' | 'json') => ({
  title: `Across builds, ${format}`,
  format,
  frameworks: ['OWASP_LLM', 'EU_AI_ACT'],
  scope: { endpoint_ids: ['ep_support_chat'] },
});

let folder: TempFolder;
let dataDir: string;
/** Needs no login, because the older builds drop the login in NATS_URL and support no other. */
let nats: TestServer;
const running: TestStack[] = [];
const oldStores: TestServer[] = [];
beforeEach(async () => {
  folder = await tempFolder();
  dataDir = join(folder.path, 'data');
  nats = await startNats();
});
afterEach(async () => {
  for (const stack of running.splice(0)) await stack.dispose();
  for (const store of oldStores.splice(0)) await store.dispose();
  await nats.dispose();
  await folder.remove();
});

/** Starts the system on this test's data, with all programs of this build, except those taken from the build at `root`. */
async function started(
  root?: string,
  ...names: readonly ('gateway' | 'all')[]
): Promise<{ stack: TestStack; client: Client }> {
  const theirs = root === undefined ? {} : scriptsOf(root);
  const scripts = names.includes('all')
    ? theirs
    : Object.fromEntries(Object.entries(theirs).filter(([name]) => names.includes(name as 'gateway')));
  const seededBy = root !== undefined && names.includes('all') ? root : REPOSITORY;
  // An older store-server is started separately, because it does not know the logins that the supervisor uses.
  const store = root !== undefined && names.includes('all') ? await startOldStore(root, dataDir) : undefined;
  if (store) oldStores.push(store);
  const stack = await startStack({
    dataDir,
    samples: true,
    scripts,
    seededBy,
    env: { NATS_URL: nats.url, ...(store && { EVENT_STORE_URL: store.url }) },
  });
  running.push(stack);
  return { stack, client: new Client(stack.url, stack.token) };
}

async function made(client: Client, format: 'pdf' | 'json'): Promise<ReportResource> {
  const { status, body } = await client.create(request(format));
  expect({ status, body }).toMatchObject({ status: 202 });
  return client.ready(body.id, 60_000);
}

async function bytesOf(client: Client, id: string): Promise<Buffer> {
  const own = await mkdtemp(join(folder.path, 'download-'));
  return readFile(join(own, await client.download(id, own)));
}

const idsOf = (reports: readonly ReportResource[]) => reports.map(({ id }) => id).toSorted();

describe.skipIf(!(await hasCommit(STRICT)))('data of an older build', () => {
  let old: string;
  beforeAll(async () => {
    old = await buildOf(STRICT);
  });

  test('is read by this one: reports, artifacts, findings, an unfinished report, and new reports from it', async () => {
    const before = await started(old, 'all');
    const reports = [await made(before.client, 'pdf'), await made(before.client, 'json')];
    const bytes = await Promise.all(reports.map(({ id }) => bytesOf(before.client, id)));
    const unfinished = (await before.client.create(request('json'))).body.id;
    await before.stack.stop();
    for (const store of oldStores.splice(0)) await store.dispose();

    const after = await started();
    await after.client.ready(unfinished, 60_000);
    expect(idsOf(await after.client.list())).toEqual([...idsOf(reports), unfinished].toSorted());
    for (const [index, { id, artifact }] of reports.entries()) {
      expect(await after.client.report(id)).toMatchObject({ status: 'ready', artifact });
      expect(await bytesOf(after.client, id)).toEqual(bytes[index]);
    }
    const next = await made(after.client, 'json');
    expect(next.artifact?.size_bytes).toBeGreaterThan(1_000);
  });
});

describe.skipIf(!(await hasCommit(TOLERANT)))('data of this build', () => {
  let old: string;
  beforeAll(async () => {
    old = await buildOf(TOLERANT);
  });

  test('does not stop an older gateway, which keeps making reports, and whose views this build completes', async () => {
    const newer = await started();
    const report = await made(newer.client, 'json');
    await newer.stack.stop();
    // From now on, the older gateway can know only what is in the log.
    await rm(join(dataDir, 'views'), { recursive: true });

    const rolledBack = await started(old, 'gateway');
    const between = await made(rolledBack.client, 'json');
    expect(await bytesOf(rolledBack.client, between.id)).toHaveLength(between.artifact?.size_bytes ?? 0);
    expect(idsOf(await rolledBack.client.list())).toEqual([between.id]);
    await rolledBack.stack.stop();

    const again = await started();
    expect(idsOf(await again.client.list())).toEqual(idsOf([report, between]));
    for (const { id, artifact } of [report, between])
      expect(await again.client.report(id)).toMatchObject({ status: 'ready', artifact });
  });
});
