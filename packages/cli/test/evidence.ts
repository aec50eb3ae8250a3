import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '@evidence/testkit';

const COMMAND = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Variables that the shell of the tests may have set for its own system. */
const SETTINGS = new Set([
  ...['npm_lifecycle_event', 'DATA_DIR', 'XDG_CACHE_HOME'],
  ...['EVENT_STORE_URL', 'EVENT_STORE_PORT', 'NATS_URL', 'NATS_PORT'],
]);

/** Runs the built command as a process. `whileRunning` can read its output so far, and send it a signal. */
export function evidence(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  whileRunning: (soFar: () => Ran, signal: (name: NodeJS.Signals) => void) => Promise<void> = async () => {},
): Promise<Ran> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.has(name)));
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let ran: Ran = { stdout: '', stderr: '', exitCode: null };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ran = { ...ran, stdout: ran.stdout + text };
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ran = { ...ran, stderr: ran.stderr + text };
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ ...ran, exitCode }));
  });
  const watched = whileRunning(
    () => ran,
    (name) => child.kill(name),
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return Promise.all([ended, watched]).then(([end]) => end);
}

/** The documents that `--json` writes, one per line. */
export const documentsOf = ({ stdout }: Ran): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
