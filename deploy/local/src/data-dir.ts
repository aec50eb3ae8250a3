import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataFolder } from './data-folder.js';
import { StartFailure } from './failure.js';
import { natsPidFile } from './nats-program.js';
import { until } from './waiting.js';

const ORPHAN_DEADLINE_MS = 10_000;
const PS_TIMEOUT_MS = 5_000;

/** The rooms of the data folder that the supervisor itself uses. */
export interface DataDir {
  readonly path: string;
  readonly logs: string;
  readonly run: string;
  readonly nats: string;
  /** The run before this one was killed: its programs may still be ending. */
  readonly afterCrash: boolean;
  /** Leaves the folder to the next run. */
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process: makes it, and ends a nats-server that a killed run left behind on it.
 *
 * @throws StartFailure `data_dir_not_writable`, or `data_dir_in_use` when another run is alive on the same folder.
 */
export async function takeDataDir(path: string): Promise<DataDir> {
  const at = (room: string) => join(path, room);
  const rooms = { logs: at('logs'), run: at('run'), nats: at('nats') };
  const owner = join(rooms.run, 'supervisor.pid');
  const previous = await pidIn(owner);
  if (previous !== undefined && previous !== process.pid && (await commandLine(previous)).includes('node')) {
    const message = `Process ${previous} already runs on the data folder ${path}: stop it, or set DATA_DIR to another folder. If it is something else, delete ${owner}.`;
    throw new StartFailure('data_dir_in_use', message, { path, pid: previous });
  }
  for (const room of Object.values(rooms)) await makeDataFolder(room);
  await writeFile(owner, String(process.pid));
  await endOrphanedNats(rooms.run);
  return { path, ...rooms, afterCrash: previous !== undefined, release: () => rm(owner, { force: true }) };
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

/** Every other program is on our leash and ends by itself; nats-server knows no leash. */
async function endOrphanedNats(run: string): Promise<void> {
  const pid = await pidIn(natsPidFile(run));
  const isOurs = async () => pid !== undefined && (await commandLine(pid)).includes(join(run, 'nats.conf'));
  if (pid === undefined || !(await isOurs())) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    if (await until(async () => !(await isOurs()), { timeoutMs: ORPHAN_DEADLINE_MS })) return;
  }
}

/** What process `pid` runs, empty when there is none. From /proc, else from ps, which slim images lack. */
async function commandLine(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (line !== undefined) return line.replaceAll('\0', ' ');
  if (process.platform === 'linux') return '';
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'args=', '-p', String(pid)], { timeout: PS_TIMEOUT_MS }, (_error, stdout) => resolve(stdout));
  });
}
