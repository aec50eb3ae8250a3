import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { LogFile } from '../src/log-file.js';

test('lines are appended to an existing file', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'logs', 'one.log');
  for (const line of ['first', 'second']) {
    const log = new LogFile(path);
    log.write(line);
    log.close();
  }
  expect(await readFile(path, 'utf8')).toBe('first\nsecond\n');
});

test('a full disk is not an error: lost lines are counted, and reported once there is space', async () => {
  await using folder = await tempFolder();
  const full = new LogFile('/dev/full');
  full.write('a line');
  full.write('another');
  full.close();

  // There is a file in place of its folder, so it cannot be opened.
  const logs = join(folder.path, 'logs');
  await writeFile(logs, '');
  const log = new LogFile(join(logs, 'one.log'));
  log.write('lost');
  log.write('lost too');
  await rm(logs);
  log.write('kept');
  log.write('also kept');
  log.close();
  expect(await readFile(join(logs, 'one.log'), 'utf8')).toBe('2 lines could not be written here.\nkept\nalso kept\n');
});

test('a file that has grown too large is set aside, and only one old file is kept', async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, 'one.log');
  const log = new LogFile(path);
  for (let n = 0; n < 25; n++) log.write(`${n} ${'x'.repeat(1024 * 1024)}`);
  log.close();
  expect((await readFile(`${path}.1`, 'utf8')).slice(0, 3)).toBe('10 ');
  expect((await readFile(path, 'utf8')).slice(0, 3)).toBe('20 ');
});
