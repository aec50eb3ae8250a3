import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, startStack, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Client, packRequest } from '../e2e/client.js';

const run = promisify(execFile);
/** A message that a killed consumer was handling is redelivered after its acknowledgement time, 10 s. The rest is for the supervisor's restart. */
const READY_TIMEOUT_MS = 90_000;
const STAGES = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'];

let stack: TestStack;
let client: Client;

beforeAll(async () => {
  stack = await startStack({ samples: true });
  client = new Client(stack.url, stack.token);
}, 90_000);
afterAll(() => stack?.dispose());

/**
 * The running services may write while the folder is removed: a message that is redelivered after a kill makes a snapshot again if it is gone. That
 * fails the removal with ENOTEMPTY, and Node then tries it again.
 */
const removeArtifacts = () => rm(join(stack.dataDir, 'artifacts'), { recursive: true, maxRetries: 10 });

async function typesOf(id: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, ['packages/cli/dist/main.js', 'events', id, '--json'], {
    env: stack.env,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
}

test.each(['scoping', 'mapping', 'renderer', 'nats-server', 'store-server', 'gateway', 'expiry'] as const)(
  'when %s is killed while a report is made, the report is neither lost nor made twice',
  async (name) => {
    const { id } = (await client.create(packRequest('pdf', `While ${name} dies`))).body;
    stack.kill(name);
    await client.ready(id, READY_TIMEOUT_MS);
    await eventually(async () => expect(await typesOf(id)).toEqual(STAGES));
    expect((await client.list()).filter((report) => report.id === id)).toHaveLength(1);
  },
  READY_TIMEOUT_MS + 30_000,
);

test.each([
  ['mapping', 'ReportScoped'],
  ['renderer', 'ReportMapped'],
] as const)(
  'when the snapshots are deleted before %s reads them, they are made again, and the report becomes ready',
  async (name, after) => {
    const stage = stack.pids().get(name) ?? 0;
    process.kill(stage, 'SIGSTOP');
    onTestFinished(() => void process.kill(stage, 'SIGCONT'));
    const { id } = (await client.create(packRequest('json', `Without snapshots for ${name}`))).body;
    await eventually(async () => expect(await typesOf(id)).toContain(after));
    await removeArtifacts();
    process.kill(stage, 'SIGCONT');
    await client.ready(id, READY_TIMEOUT_MS);
    expect(await typesOf(id)).toEqual(STAGES);
  },
);

test.each([
  ['when its artifact is damaged', (file: string) => writeFile(file, 'damaged')],
  ['when all stored files are deleted', removeArtifacts],
] as const)('%s, the next download causes the report to be made again, byte for byte', async (_, damage) => {
  const { id } = (await client.create(packRequest('pdf', 'To be damaged'))).body;
  const { artifact } = await client.ready(id, READY_TIMEOUT_MS);
  const sha256 = artifact?.sha256 ?? '';
  const file = join(stack.dataDir, 'artifacts', 'acme', sha256.slice(0, 2), sha256);
  const before = await readFile(file);
  await damage(file);
  const folder = join(stack.dataDir, `downloaded-${id}`);
  await mkdir(folder);
  await expect(client.download(id, folder)).rejects.toThrow();
  const name = await eventually(() => client.download(id, folder), { timeoutMs: READY_TIMEOUT_MS });
  expect((await readFile(join(folder, name))).equals(before)).toBe(true);
  await eventually(async () => expect(await typesOf(id)).toContain('ArtifactRestored'));
});
