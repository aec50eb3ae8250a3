import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openArtifactFolder } from '../src/index.js';

test('an artifact folder removes the drafts of killed processes after an hour, and none that may still be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drafts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  };
  const writer = spawn(process.execPath, [fileURLToPath(new URL('half-a-blob.mjs', import.meta.url)), folder]);
  await once(writer.stdout, 'data');
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  const left = await files();
  expect(left).toEqual([expect.stringMatching(/\/\.drafts\/.*\.draft$/)]);

  const { mtimeMs } = await stat(left[0] ?? '');
  const minutesAfter = (minutes: number) => () => new Date(mtimeMs + minutes * 60_000);
  await openArtifactFolder({ folder, now: minutesAfter(59) });
  expect(await files()).toEqual(left);
  await openArtifactFolder({ folder, now: minutesAfter(61) });
  expect(await files()).toEqual([]);
});
