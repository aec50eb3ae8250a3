import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, startStack, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { Client, packRequest } from './client.js';

const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

test('with every view and every NATS file deleted, the same lists, statuses and downloads come back, and an unfinished report finishes', async () => {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const stack = await startStack({ samples: true });
  onTestFinished(stack.dispose);
  const client = new Client(stack.url, stack.token);

  const finished = [
    await client.create(packRequest('pdf', 'One')),
    await client.create(packRequest('json', 'Two')),
  ].map(({ body }) => body.id);
  for (const id of finished) await eventually(async () => expect((await client.report(id)).status).toBe('ready'));
  const before = await readable(finished);

  // Mapping is frozen with the last report in its hands, and dies when everything stops: the report stays unfinished.
  const mapping = stack.pids().get('mapping') ?? 0;
  process.kill(mapping, 'SIGSTOP');
  const unfinished = (await client.create(packRequest('json', 'Unfinished'))).body.id;
  await eventually(async () => expect((await client.report(unfinished)).status).toBe('running'));
  const stopped = stack.stop();
  process.kill(mapping, 'SIGKILL');
  await stopped;

  await rm(join(stack.dataDir, 'views'), { recursive: true });
  await rm(join(stack.dataDir, 'nats'), { recursive: true });
  expect(await readdir(stack.dataDir)).not.toContain('views');

  await stack.start();
  expect(await readable(finished)).toEqual(before);
  await client.ready(unfinished);
  expect((await client.list()).map(({ id }) => id)).toEqual([unfinished, ...finished.toReversed()]);

  async function readable(ids: string[]) {
    // A folder of its own each time: curl -J refuses to overwrite.
    const target = await mkdtemp(join(folder.path, 'downloads-'));
    const reports = await Promise.all(ids.map((id) => client.report(id)));
    const digests = await Promise.all(ids.map(async (id) => sha256(join(target, await client.download(id, target)))));
    const listed = (await client.list()).filter(({ id }) => ids.includes(id));
    return { reports, digests, listed };
  }
}, 120_000);
