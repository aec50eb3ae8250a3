import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepProgram, programIn } from '../src/cached-program.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cached-'));
  path = join(folder, 'server');
  await writeFile(join(folder, 'fetched'), 'a program');
});
afterEach(() => rm(folder, { recursive: true }));

test('a fetched program is stored with its hash, accessible only to its owner', async () => {
  expect(await programIn(path)).toBe('absent');
  await keepProgram(join(folder, 'fetched'), path);
  expect(await programIn(path)).toBe('kept');
  expect((await stat(path)).mode & 0o777).toBe(0o500);
  const hash = createHash('sha256').update('a program').digest('hex');
  expect(await readFile(`${path}.sha256`, 'utf8')).toBe(`${hash}\n`);
});

test('a program that was changed after it was fetched is not used', async () => {
  await keepProgram(join(folder, 'fetched'), path);
  await chmod(path, 0o700);
  await writeFile(path, 'a pr0gram');
  expect(await programIn(path)).toBe('changed');
});

test('a program without a hash is not used, nor one that cannot be run', async () => {
  await keepProgram(join(folder, 'fetched'), path);
  await chmod(path, 0o400);
  expect(await programIn(path)).toBe('absent');
  await chmod(path, 0o500);
  await rm(`${path}.sha256`);
  expect(await programIn(path)).toBe('absent');
});

test('a program that is fetched again replaces the first one', async () => {
  await keepProgram(join(folder, 'fetched'), path);
  await writeFile(join(folder, 'again'), 'a newer program');
  await keepProgram(join(folder, 'again'), path);
  expect(await programIn(path)).toBe('kept');
});
