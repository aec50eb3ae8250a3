import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';

/** A clone with tools/run.mjs and the three files that it reads; the script `npm` replaces the installer. */
async function clone(npm: string) {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const at = (...names: string[]) => join(folder.path, ...names);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tools/run.mjs']) {
    await mkdir(at('tools'), { recursive: true });
    await copyFile(join(REPOSITORY, file), at(file));
  }
  const program = async (path: string, script: string) => {
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  };
  await mkdir(at('node_modules', '.bin'), { recursive: true });
  await program(at('node_modules', '.bin', 'npm'), `echo "npm $@" >> ${at('npm-calls')}; ${npm}`);
  await program(at('node_modules', '.bin', 'biome'), 'echo "biome $@"; exit 3');
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; shown: string }>((resolve) => {
      execFile(process.execPath, [at('tools', 'run.mjs'), ...args], (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, shown: stdout + stderr });
      });
    });
  return { run, npmCalls: () => readFile(at('npm-calls'), 'utf8') };
}

test('the first verb installs the pinned packages, the next one does not; the exit code is that of the program', async () => {
  const { run, npmCalls } = await clone('echo fetched');
  const said = 'biome check --error-on-warnings';
  const first = await run('lint', 'one');
  expect(first).toMatchObject({
    code: 3,
    stdout: `${said} one\n`,
    shown: expect.stringMatching(/Installing[\s\S]*fetched/),
  });
  expect(await run('lint', 'two')).toMatchObject({ code: 3, shown: `${said} two\n` });
  expect(await npmCalls()).toMatch(/^npm exec --yes -- pnpm@[\d.]+ install --frozen-lockfile\n$/);
});

test('a failed installation ends with one sentence, and the next verb tries it again', async () => {
  const { run, npmCalls } = await clone('exit 7');
  const { code, shown } = await run('lint');
  expect(code).toBe(1);
  expect(shown).toMatch(/The installation failed; .*npm ping.*\n$/);
  await run('lint');
  expect((await npmCalls()).split('\n')).toHaveLength(3);
});

test('an unknown verb is refused, and the known ones are named', async () => {
  const { run } = await clone('exit 0');
  expect(await run('strat')).toMatchObject({
    code: 1,
    shown: expect.stringMatching(/^ {2}Unknown verb "strat": use one of start, test/),
  });
});
