import { execFile, spawn } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, freePort, REPOSITORY, type TempFolder, tempFolder, tool } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A first start imports the samples, which takes a minute on a machine that is busy with other tests. */
const START_TIMEOUT_MS = 150_000;
const PASTE_TIMEOUT_MS = 120_000;

let folder: TempFolder;
let env: NodeJS.ProcessEnv;
let port: number;
let shown = '';
let stop: () => Promise<number | null>;

/** `npm start` without npm, on a folder of its own that looks like a clone after it: what is pasted writes beside `.data`. */
beforeAll(async () => {
  folder = await tempFolder();
  for (const name of ['package.json', 'tools', 'deploy'])
    await symlink(join(REPOSITORY, name), join(folder.path, name));
  const [httpPort, natsPort, storePort] = await Promise.all([freePort(), freePort(), freePort()]);
  port = httpPort;
  env = {
    ...{ PATH: process.env.PATH, HOME: folder.path, NATS_SERVER: process.env.NATS_SERVER },
    ...{ DATA_DIR: join(folder.path, '.data'), PORT: `${port}`, NATS_PORT: `${natsPort}` },
    EVENT_STORE_PORT: `${storePort}`,
    // Empty, as on a machine where nothing has run yet.
    NODE_COMPILE_CACHE: join(folder.path, 'compiled'),
  };
  const main = join(REPOSITORY, 'deploy', 'local', 'dist', 'main.js');
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (shown += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  stop = () => {
    child.kill('SIGINT');
    return ended;
  };
  await eventually(() => expect(shown).toContain('download'), { timeoutMs: START_TIMEOUT_MS });
}, START_TIMEOUT_MS);
afterAll(async () => {
  await stop?.();
  await folder?.remove();
});

/** What a shell that knows nothing prints when the lines are pasted into it. Rejects when a line fails, which a paste would pass over. */
async function pasted(lines: string): Promise<string> {
  const { PATH, HOME, DATA_DIR } = env;
  const shell = promisify(execFile)('bash', ['--noprofile', '--norc', '-euo', 'pipefail', '-c', lines], {
    cwd: folder.path,
    // The README speaks of the `.data` of the clone that it is in.
    env: { PATH, HOME, DATA_DIR },
    timeout: PASTE_TIMEOUT_MS,
  });
  return (await shell).stdout;
}

/** The blocks of a section of the README, for the port that the system has here. */
async function blocksOf(heading: string): Promise<string[]> {
  const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8');
  const section = readme.split(/^#{2,3} /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => String(block));
  return blocks.map((block) => block.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`));
}

test('the calls that a start prints give a signed PDF', async () => {
  const block = shown.slice(shown.indexOf('  API='));
  const output = await pasted(block);
  expect(output).toContain('"status":"ready"');
  const [, id] = /(rpt_\w+)\.pdf\n$/.exec(output) ?? [];
  expect((await readFile(join(folder.path, `${id}.pdf`))).subarray(0, 5).toString()).toBe('%PDF-');
  expect(shown).toContain(`http://127.0.0.1:${port}/docs`);
});

test(
  'the README’s calls give a PDF and a JSON, and both verify',
  async () => {
    const [calls] = await blocksOf('Calling it');
    const [verifying] = await blocksOf('Verifying a report');
    const hasReader = (await tool('pdfsig')) !== undefined;
    const lines = hasReader ? verifying : verifying?.replace(/^pdfsig .*$/m, '');
    const output = await pasted(`${calls}\n${lines}`);
    expect(output.match(/"status":"ready"/g)?.length).toBeGreaterThanOrEqual(2);
    expect(output.match(/^VALID/gim)).toHaveLength(2);
    if (hasReader) expect(output).toContain('Signature is Valid');
  },
  PASTE_TIMEOUT_MS,
);

test(
  'the README’s template gives a PDF, with the variables of its calls',
  async () => {
    const [setting] = String((await blocksOf('Calling it'))[0]).split('\n\n');
    const [template] = await blocksOf('In your own layout');
    const output = await pasted(`${setting}\n${template}\nhead -c 5 $BOARD.pdf`);
    expect(output).toMatch(/"status":"ready".*\n%PDF-$/s);
  },
  PASTE_TIMEOUT_MS,
);

test('the README’s imports record a scan, by the command and by curl', async () => {
  const [command, curl] = await blocksOf('Importing your own scan');
  const first = await pasted(String(command));
  const [, scanId] = /^Scan (scn_\w+) of ep_my_chat/m.exec(first) ?? [];
  const second = JSON.parse(await pasted(String(curl)));
  expect(second).toMatchObject({ scan_id: scanId, counts: { recorded: 0 } });
  expect(second.counts.skipped.already_recorded).toBeGreaterThan(0);
});

test(
  'the README’s commands work on the system of DATA_DIR, and say which that is',
  async () => {
    const [calls] = await blocksOf('Calling it');
    const commands = (await blocksOf('Operating it')).join('\n');
    const ending = commands.split('\n').filter((line) => !/ tail /.test(line));
    const output = await pasted(`${calls}\n(${ending.join('\n')}) 2>&1`);
    expect(output).toContain(
      `Event store: kurrentdb://…@localhost:${env.EVENT_STORE_PORT} (DATA_DIR ${env.DATA_DIR}).`,
    );
  },
  PASTE_TIMEOUT_MS,
);

test('the README uses no variable that it has not set', async () => {
  const readme = await readFile(join(REPOSITORY, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => String(block)).join('\n');
  const used = [...blocks.matchAll(/\$([A-Z]+)/g)].map(([, name]) => name);
  for (const name of new Set(used)) {
    expect(blocks.search(new RegExp(`^${name}=`, 'm'))).toBeGreaterThanOrEqual(0);
    expect(blocks.search(new RegExp(`^${name}=`, 'm'))).toBeLessThan(blocks.indexOf(`$${name}`));
  }
});

test(
  'Ctrl-C lets everything finish: nothing has to be killed, and the exit code is 0',
  async () => {
    expect(await stop()).toBe(0);
    expect(shown.slice(shown.indexOf('Stopping'))).not.toMatch(/killed|did not exit/);
  },
  PASTE_TIMEOUT_MS,
);
