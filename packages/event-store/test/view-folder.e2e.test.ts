import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { takeViewFolder } from '../src/view/index.js';

test('each instance takes its own folder, the first that is free', async () => {
  await using root = await tempFolder();
  const take = () => takeViewFolder(root.path, 'scoping');
  const [one, two, three] = [take(), take(), take()];
  expect([one, two, three].map(({ path }) => path.slice(root.path.length))).toEqual([
    '/scoping',
    '/scoping-2',
    '/scoping-3',
  ]);
  expect(takeViewFolder(root.path, 'expiry').path).toBe(join(root.path, 'expiry'));
  two.release();
  expect(take().path).toBe(two.path);
  expect((await readdir(root.path)).sort()).toEqual(['expiry', 'scoping', 'scoping-2', 'scoping-3']);
});

const VIEWS = new URL('../dist/view/index.js', import.meta.url).href;
const HOLDER = `
  import { takeViewFolder } from ${JSON.stringify(VIEWS)};
  console.log(takeViewFolder(process.argv[1], 'scoping').path);
  setInterval(() => {}, 1_000);
`;

test('the next process takes over the folder of a killed one', async () => {
  await using root = await tempFolder();
  const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, root.path]);
  const [path] = await once(holder.stdout.setEncoding('utf8'), 'data');
  expect(path).toBe(`${join(root.path, 'scoping')}\n`);
  const second = takeViewFolder(root.path, 'scoping');
  expect(second.path).toBe(join(root.path, 'scoping-2'));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(takeViewFolder(root.path, 'scoping').path).toBe(join(root.path, 'scoping'));
});

test('a folder that cannot be created is reported, and no other is tried', () => {
  expect(() => takeViewFolder('/dev/null', 'scoping')).toThrow('ENOTDIR');
});
