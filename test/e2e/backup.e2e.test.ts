import { join } from 'node:path';
import { eventually, startStack, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { evidence } from '../../packages/cli/test/evidence.js';
import { Client, packRequest } from './client.js';

test('a backup of a working system brings it back as it was, and what came since is said and holds nothing up', async () => {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const stack = await startStack({ samples: true });
  onTestFinished(stack.dispose);
  const client = new Client(stack.url, stack.token);
  const env = { DATA_DIR: stack.dataDir };
  const [backup, keys] = [join(folder.path, 'backup'), join(folder.path, 'keys')];
  const run = (...args: string[]) => evidence(args, env);
  const made = async (title: string) => {
    const { id } = (await client.create(packRequest('json', title))).body;
    await client.ready(id);
    return id;
  };

  const kept = await made('Kept');
  expect(await run('backup', backup, '--keys', keys)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Backed up .* the log up to position \d+ .* [1-9]\d* key files/),
  });
  expect(await run('backup', 'check', backup, '--keys', keys)).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: expect.stringContaining('Nothing is missing; the backup has 1 report.'),
  });

  const lost = [await made('Lost')];
  expect(await run('restore', backup)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('stop it first') });
  await stack.stop();
  const restored = await run('restore', backup, '--keys', keys, '--replace');
  expect(restored, restored.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Restored') });
  await stack.start();

  expect((await client.report(kept)).status).toBe('ready');
  expect((await client.list()).map(({ id }) => id)).toEqual([kept]);
  for (const id of lost) expect((await client.call('GET', `/reports/${id}`)).status).toBe(404);
  // What the bus had heard and the log no longer has is said, and keeps no new report waiting.
  const ready = await eventually(async () => {
    const answer = (await (await fetch(`${stack.url}/readyz`)).json()) as { warnings?: string[] };
    expect(answer.warnings?.join('\n')).toContain('The relay of gateway had published more than the log has');
    return answer;
  });
  expect(ready.warnings?.join('\n')).toContain('evidence restore <folder>');
  await made('After the restore');
}, 180_000);
