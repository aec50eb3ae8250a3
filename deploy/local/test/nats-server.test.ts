import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { findNatsServer } from '../src/nats-server.js';

async function emptyMachine() {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const program = async (name: string, says: string) => {
    const path = join(folder.path, name);
    await writeFile(path, `#!/bin/sh\necho '${says}'\n`);
    await chmod(path, 0o755);
    return path;
  };
  const find = (env: NodeJS.ProcessEnv) => findNatsServer({ env, cacheDir: join(folder.path, 'cache'), say: () => {} });
  return { path: folder.path, program, find };
}

test('NATS_SERVER takes precedence over PATH', async () => {
  const { path, program, find } = await emptyMachine();
  await program('nats-server', 'nats-server: v2.11.0');
  const chosen = await program('my-nats', 'nats-server: v2.15.1');
  expect(await find({ NATS_SERVER: chosen, PATH: path })).toEqual({ path: chosen, version: '2.15.1' });
});

test('a server on PATH is used if it is recent enough', async () => {
  const { path, program, find } = await emptyMachine();
  const found = await program('nats-server', 'nats-server: v2.10.27');
  expect(await find({ PATH: path })).toEqual({ path: found, version: '2.10.27' });
});

test('an old server in NATS_SERVER is refused, because it would redeliver terminated messages', async () => {
  const { program, find } = await emptyMachine();
  const old = await program('nats-server', 'nats-server: v2.9.10');
  await expect(find({ NATS_SERVER: old, PATH: '' })).rejects.toMatchObject({
    code: 'nats_server_too_old',
    facts: { path: old, version: '2.9.10' },
  });
});

test('an old server on PATH is skipped; without apt none is left, and the sentence says how to get one', async () => {
  const { path, program, find } = await emptyMachine();
  await program('nats-server', 'nats-server: v2.9.10');
  await expect(find({ PATH: path })).rejects.toMatchObject({
    code: 'nats_server_missing',
    message: expect.stringMatching(/^nats-server 2\.10 or later was not found.*NATS_SERVER.*NATS_URL/),
  });
});

test('a NATS_SERVER that cannot be run is refused', async () => {
  const { path, find } = await emptyMachine();
  await expect(find({ NATS_SERVER: join(path, 'absent') })).rejects.toMatchObject({ code: 'nats_server_missing' });
});
