import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually, freePort, NOBODYS_PORT, type TempFolder, tempFolder } from '@evidence/testkit';
import { onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

/** Generous, because other tests run on the same two cores. */
const START_TIMEOUT_MS = 60_000;
/** For a test that starts a gateway. */
export const PROCESS_TEST_TIMEOUT_MS = 2 * START_TIMEOUT_MS;

/** As `startGateway`, but waits until the gateway serves. Rejects with its output if it exits instead. */
export async function runningGateway(more: Record<string, string> = {}, folder?: TempFolder) {
  const gateway = await startGateway(more, folder);
  const answers = eventually(() => fetch(`${gateway.url}/healthz`), { timeoutMs: START_TIMEOUT_MS });
  const ends = gateway.end.then(({ code, stdout, stderr }) => {
    throw new Error(`The gateway ended with ${code}: ${stderr}${stdout}`);
  });
  for (const late of [answers, ends]) late.catch(() => undefined);
  await Promise.race([answers, ends]);
  return gateway;
}

/** Starts the gateway in its own process, with its own event store and without a bus. */
export async function startGateway(more: Record<string, string> = {}, folder?: TempFolder) {
  folder ??= await tempFolder();
  onTestFinished(folder.remove);
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: folder.path,
    PORT: String(port),
    EVENT_STORE_URL: `sqlite:${join(folder.path, 'events.sqlite')}`,
    NATS_URL: `nats://127.0.0.1:${NOBODYS_PORT}`,
    ...more,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, url: `http://127.0.0.1:${port}`, end: endOf(child) };
}

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function endOf(child: ChildProcess): Promise<End> {
  let stdout = '';
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
