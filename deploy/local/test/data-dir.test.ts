import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { takeDataDir } from '../src/data-dir.js';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('other users cannot enter the data folder, even if they could before', async () => {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const path = join(folder.path, 'data');
  const taken = await takeDataDir(path);
  expect(await modeOf(path)).toBe('700');
  await taken.release();
  await chmod(path, 0o755);
  await (await takeDataDir(path)).release();
  expect(await modeOf(path)).toBe('700');
});
