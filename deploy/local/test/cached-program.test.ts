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

test('a fetched program is kept with its hash, for us alone', async () => {
  expect(await programIn(path)).toBe('absent');
  await keepProgram(join(folder, 'fetched'), path);
  expect(await programIn(path)).toBe('kept');
  expect((await stat(path)).mode & 0o777).toBe(0o500);
  const hash = createHash('sha256').update('a program').digest('hex');
  expect(await readFile(`${path}.sha256`, 'utf8')).toBe(`${hash}\n`);
});

test('one that is not what was fetched is not taken', async () => {
  await keepProgram(join(folder, 'fetched'), path);
  await chmod(path, 0o700);
  await writeFile(path, 'a pr0gram');
  expect(await programIn(path)).toBe('changed');
});

test('one without a hash is not taken, nor one that cannot be run', async () => {
  await keepProgram(join(folder, 'fetched'), path);
  await chmod(path, 0o400);
  expect(await programIn(path)).toBe('absent');
  await chmod(path, 0o500);
  await rm(`${path}.sha256`);
  expect(await programIn(path)).toBe('absent');
});

test('a second one replaces the first', async () => {
  await keepProgram(join(folder, 'fetched'), path);
  await writeFile(join(folder, 'again'), 'a newer program');
  await keepProgram(join(folder, 'again'), path);
  expect(await programIn(path)).toBe('kept');
});
