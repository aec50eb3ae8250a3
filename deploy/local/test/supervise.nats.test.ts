import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { eventually } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { freshEnv, processesOn, start } from './start.js';

const SERVICES_AND_SERVERS = 7;

const noteOf = async (dataDir: string, name: string) => readFile(join(dataDir, 'logs', `${name}.log`), 'utf8');
const processWith = async (dataDir: string, text: string) => {
  for (const pid of await processesOn(dataDir)) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text)) return pid;
  }
  throw new Error(`no process runs ${text}`);
};

/** The shell that ends a process after its supervisor has exited. */
const watcherOf = async (watched: number) => {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [, , , name, id] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (name === 'watcher' && id === String(watched)) return Number(pid);
  }
  throw new Error(`nobody watches ${watched}`);
};

test('on an empty folder, the system starts and is seeded: a token that only its owner can read, and calls to paste', async () => {
  const env = await freshEnv();
  const run = start(env);
  await run.ready();
  const tokenFile = join(run.dataDir, 'demo', 'token');
  expect(await readFile(tokenFile, 'utf8')).toBe('demo-token\n');
  expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
  const calls = (await readFile(join(run.dataDir, 'evidence-calls'), 'utf8')).trim().split('\n');
  expect(calls.map((call) => JSON.parse(call)[0])).toEqual(['import', 'import', 'tokens']);
  expect(run.shown()).toContain(`http://127.0.0.1:${run.port}/docs\n`);
  expect(run.shown()).toContain(`API=http://127.0.0.1:${run.port}/api/v2\n  TOKEN=$(cat ${tokenFile})\n`);
  expect(run.shown()).toContain('"endpoint_ids":["ep_one","ep_two"]');
});

test.each([
  ['127.0.0.2', '127.0.0.2'],
  ['0.0.0.0', '127.0.0.1'],
])('on HOST=%s it is awaited, and shown, at %s', async (HOST, reached) => {
  const run = start({ ...(await freshEnv()), HOST });
  await run.ready();
  expect(run.shown()).toContain(`API=http://${reached}:${run.port}/api/v2\n`);
});

test('the programs receive the addresses of the others', async () => {
  const env = await freshEnv();
  const run = start(env);
  await run.ready();
  const told = await fetch(`http://127.0.0.1:${run.port}/`).then((response) => response.json());
  expect(told).toEqual({
    NATS_URL: `nats://127.0.0.1:${env.NATS_PORT}`,
    EVENT_STORE_URL: expect.stringMatching(`^kurrentdb://gateway:[^@]+@localhost:${env.EVENT_STORE_PORT}\\?tlsCaFile=`),
    DATA_DIR: run.dataDir,
  });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s drains: exit code 0, no process left, seeded only once',
  async (signal) => {
    const env = await freshEnv();
    const first = start(env);
    await first.ready();
    expect(await processesOn(env.DATA_DIR)).toHaveLength(SERVICES_AND_SERVERS + 1);
    first.signal(signal);
    first.signal(signal); // npm forwards the signal that the terminal has already sent
    expect(await first.exitCode).toBe(0);
    expect(await processesOn(env.DATA_DIR)).toEqual([]);
    expect(await noteOf(env.DATA_DIR, 'mapping')).toContain('drained');

    const second = start(env);
    await second.ready();
    expect(second.shown()).not.toContain('Importing');
  },
);

test('each worker has its own health port after that of the gateway, and none without it', async () => {
  const run = start({ ...(await freshEnv()), HEALTH_PORT: '9100' });
  await run.ready();
  const told = await Promise.all(
    ['scoping', 'mapping', 'renderer', 'expiry'].map(
      async (name) => JSON.parse((await noteOf(run.dataDir, name)).split('\n')[0] ?? '').healthPort,
    ),
  );
  expect(told).toEqual(['9101', '9102', '9103', '9104']);

  const without = start(await freshEnv());
  await without.ready();
  expect(await noteOf(without.dataDir, 'scoping')).not.toContain('healthPort');
});

test('a crashed program is restarted, and the terminal says so', async () => {
  const env = await freshEnv();
  const run = start(env);
  await run.ready();
  for (const program of ['gateway.mjs', 'nats.conf']) {
    const pid = await processWith(run.dataDir, program);
    process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(await processWith(run.dataDir, program)).not.toBe(pid));
  }
  expect(run.shown()).toMatch(/gateway exited \(SIGKILL\); restarting it in 250 ms\. Log: .*gateway\.log/);
  await eventually(() => fetch(`http://127.0.0.1:${run.port}/readyz`));
});

test('when the supervisor is killed, everything that it started exits, including nats-server', async () => {
  const env = await freshEnv();
  const first = start(env);
  await first.ready();
  first.signal('SIGKILL');
  await first.exitCode;
  await eventually(async () => expect(await processesOn(env.DATA_DIR)).toEqual([]));
  await start(env).ready();
});

test('the next start ends a nats-server that outlived its supervisor and its watcher, and no other one', async () => {
  const env = await freshEnv();
  const first = start(env);
  await first.ready();
  const orphan = await processWith(env.DATA_DIR, 'nats.conf');
  process.kill(await watcherOf(orphan), 'SIGKILL');
  first.signal('SIGKILL');
  await first.exitCode;
  await eventually(async () => expect(await processesOn(env.DATA_DIR)).toEqual([orphan]));

  const second = start(env);
  await second.ready();
  expect(await processWith(env.DATA_DIR, 'nats.conf')).not.toBe(orphan);
});

test("if the disk cannot take a program's output, neither the program nor the supervisor exits", async () => {
  const env = await freshEnv();
  await mkdir(join(env.DATA_DIR, 'logs'), { recursive: true });
  for (const name of ['scoping', 'nats-server']) await symlink('/dev/full', join(env.DATA_DIR, 'logs', `${name}.log`));
  const run = start(env);
  await run.ready();
  const nats = await processWith(run.dataDir, 'nats.conf');
  process.kill(nats, 'SIGKILL');
  await eventually(async () => expect(await processWith(run.dataDir, 'nats.conf')).not.toBe(nats));
  run.signal('SIGTERM');
  expect(await run.exitCode).toBe(0);
  expect(await processesOn(env.DATA_DIR)).toEqual([]);
});

test('a second run on the same folder is refused while the first is running', async () => {
  const env = await freshEnv();
  const first = start(env);
  await first.ready();
  const second = start({ ...(await freshEnv()), DATA_DIR: env.DATA_DIR });
  expect(await second.exitCode).toBe(1);
  expect(second.shown()).toContain(`Process ${first.pid} already uses the data folder ${env.DATA_DIR}`);
  expect(await processWith(env.DATA_DIR, 'nats.conf')).toBeGreaterThan(0);
});

test.each(['PORT', 'NATS_PORT', 'EVENT_STORE_PORT'])(
  'a port in use: one sentence that names %s, exit code 1, no process left',
  async (setting) => {
    const env = await freshEnv();
    const other = createServer().listen(Number(env[setting]), '127.0.0.1');
    onTestFinished(() => void other.close());
    const run = start(env);
    expect(await run.exitCode).toBe(1);
    expect(run.shown()).toBe(
      `  Port ${env[setting]} is in use by another program: stop it, or set ${setting} to a free port.\n`,
    );
    expect(await processesOn(env.DATA_DIR)).toEqual([]);
  },
);

test('a data folder that is not writable: one sentence that names DATA_DIR, exit code 1', async () => {
  const env = await freshEnv();
  await writeFile(env.DATA_DIR, 'a file where a folder should be');
  const run = start({ ...env, DATA_DIR: join(env.DATA_DIR, 'below') });
  expect(await run.exitCode).toBe(1);
  expect(run.shown()).toMatch(
    /^ {2}The data folder \S+ is not writable \(ENOTDIR\): set DATA_DIR to a folder that is\.\n$/,
  );
});

test('a full disk: one sentence, exit code 1, no process left', async () => {
  const env = await freshEnv();
  await mkdir(join(env.DATA_DIR, 'run'), { recursive: true });
  await symlink('/dev/full', join(env.DATA_DIR, 'run', 'nats.conf'));
  const run = start(env);
  expect(await run.exitCode).toBe(1);
  expect(run.shown()).toContain(
    `The disk of the data folder ${env.DATA_DIR} is full: free some space, and start again.`,
  );
  expect(await processesOn(env.DATA_DIR)).toEqual([]);
});

test('no nats-server and no way to get one: one sentence that says how, exit code 1, no process left', async () => {
  const env = await freshEnv();
  const run = start({ ...env, PATH: '', NATS_SERVER: '', XDG_CACHE_HOME: dirname(env.DATA_DIR) });
  expect(await run.exitCode).toBe(1);
  expect(run.shown()).toMatch(/^ {2}nats-server 2\.10 or later was not found.*NATS_SERVER.*\n$/);
  expect(await processesOn(env.DATA_DIR)).toEqual([]);
});

test('a second Ctrl-C kills a program that hangs', async () => {
  const env = await freshEnv();
  const run = start({ ...env, STAND_IN_WORKER: 'stubborn' });
  await run.ready();
  run.signal('SIGINT');
  await eventually(() => expect(run.shown()).toContain('Stopping once work in progress is finished.'));
  const stoppingAtMs = performance.now();
  await eventually(() => expect(performance.now() - stoppingAtMs).toBeGreaterThan(1_100)); // before that, it counts as the same Ctrl-C
  run.signal('SIGINT');
  expect(await run.exitCode).toBe(0);
  expect(await processesOn(env.DATA_DIR)).toEqual([]);
  expect(run.shown()).not.toContain('was killed'); // this is printed when the deadline of the drain has passed
});

test("a failure of seeding ends the start with the command's message, and the next start repeats it", async () => {
  const env = await freshEnv();
  const run = start({ ...env, STAND_IN_EVIDENCE_FAILS: '1' });
  expect(await run.exitCode).toBe(1);
  expect(run.shown()).toContain('failed while seeding: the store said no');
  expect(await processesOn(env.DATA_DIR)).toEqual([]);
  await start(env).ready();
});
