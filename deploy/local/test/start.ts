import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, freePort, tempFolder } from '@evidence/testkit';
import { onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, 'stand-ins', 'main.mjs');

export interface Started {
  readonly pid: number;
  readonly port: number;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Everything that the terminal has shown so far. */
  readonly shown: () => string;
  readonly exitCode: Promise<number | null>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ready: () => Promise<void>;
}

/** A data folder and free ports. */
export async function freshEnv(): Promise<NodeJS.ProcessEnv & { DATA_DIR: string; PORT: string }> {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const [port, natsPort, storePort] = await Promise.all([freePort(), freePort(), freePort()]);
  return {
    ...process.env,
    DATA_DIR: join(folder.path, 'data'),
    // Keeps this run out of the list of the user's running systems.
    XDG_CACHE_HOME: join(folder.path, 'cache'),
    PORT: `${port}`,
    NATS_PORT: `${natsPort}`,
    EVENT_STORE_PORT: `${storePort}`,
    NATS_URL: '',
    EVENT_STORE_URL: '',
  };
}

/** Runs `npm start` with stand-ins as a process. The process and everything that it started are killed when the test ends. */
export function start(env: NodeJS.ProcessEnv & { DATA_DIR: string; PORT: string }): Started {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let shown = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (shown += chunk));
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitCode;
    for (const pid of await processesOn(env.DATA_DIR)) process.kill(pid, 'SIGKILL');
  });
  return {
    pid: child.pid ?? 0,
    port: Number(env.PORT),
    dataDir: env.DATA_DIR,
    env,
    shown: () => shown,
    exitCode,
    signal: (signal) => child.kill(signal),
    ready: () => eventually(() => (shown.includes('is ready at') ? undefined : Promise.reject(new Error(shown)))),
  };
}

/** Every process whose environment has this DATA_DIR, including the supervisor. */
export async function processesOn(dataDir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const ours = await Promise.all(
    pids.map(async (pid) =>
      (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).includes(`DATA_DIR=${dataDir}`),
    ),
  );
  return pids.filter((pid, index) => pid !== process.pid && ours[index]);
}
