import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
/** The user id of `nobody` on Linux. */
const STRANGER = 65_534;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('Skipped: only root can try as another user what that user can reach.');

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ samples: true });
}, 120_000);
afterAll(() => stack?.dispose());

/** Every file below a folder, by its path from there. */
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));

test.skipIf(!isRoot)(
  'another user of the machine can read nothing, write nothing and kill nothing',
  async () => {
    const { port: storePort } = new URL(stack.eventStoreUrl);
    const { port: natsPort } = new URL(stack.natsUrl);
    const files = await filesIn(stack.dataDir);
    expect(files).toEqual(expect.arrayContaining(['run/system.json', 'credentials/store/operator.password']));
    const facts = {
      dataDir: stack.dataDir,
      files,
      pids: [...stack.pids()],
      natsPort,
      storePort,
      api: `${stack.url}/api/v2`,
    };
    const program = join(REPOSITORY, 'test', 'faults', 'stranger.mjs');
    const { stdout } = await run(process.execPath, [program, String(STRANGER), JSON.stringify(facts)]);
    const results: Record<string, string> = JSON.parse(stdout);
    for (const [attempt, came] of Object.entries(results)) {
      if (/^(list|write|read|environment)/.test(attempt)) expect([attempt, came]).toEqual([attempt, 'EACCES']);
      else if (attempt.startsWith('signal')) expect([attempt, came]).toEqual([attempt, 'EPERM']);
      else if (attempt.startsWith('api')) expect([attempt, came]).toEqual([attempt, '401']);
      else if (attempt.startsWith('nats')) expect([attempt, came]).toEqual([attempt, 'AuthorizationError']);
      else if (attempt.includes(' as '))
        expect([attempt, came]).toEqual([attempt, expect.stringMatching(/^(16|7|access-denied)$/)]);
      else expect([attempt, came]).not.toEqual([attempt, 'done']);
    }
    expect(Object.keys(results).length).toBeGreaterThan(files.length + 2 * stack.pids().size + 8);
  },
  60_000,
);

test('files with findings, keys and logins are readable only by their owner, and no log contains a login', async () => {
  expect((await stat(stack.dataDir)).mode & 0o777).toBe(0o700);
  const kept = (await filesIn(stack.dataDir)).filter(
    (file) => !/^(nats|logs)\/|^run\/nats\.(conf|pid)$|^run\/supervisor/.test(file),
  );
  expect(kept.length).toBeGreaterThan(20);
  for (const file of kept) expect([file, (await stat(join(stack.dataDir, file))).mode & 0o077]).toEqual([file, 0]);
  const secrets = await Promise.all(
    kept
      .filter((file) => /^credentials\/.*\.(password|nk|key)$/.test(file))
      .map((file) => readFile(join(stack.dataDir, file), 'utf8')),
  );
  expect(secrets.length).toBeGreaterThan(10);
  const logs = (await filesIn(join(stack.dataDir, 'logs'))).map((file) =>
    readFile(join(stack.dataDir, 'logs', file), 'utf8'),
  );
  const said = [...(await Promise.all(logs)), ...stack.said].join('\n');
  for (const secret of secrets) expect(said).not.toContain(secret.trim());
});
