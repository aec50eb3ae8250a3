import { execFile } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataFolder } from './data-folder.js';
import { StartFailure } from './failure.js';
import { natsPidFile } from './nats-program.js';
import { until } from './waiting.js';

const ORPHAN_DEADLINE_MS = 10_000;
const PS_TIMEOUT_MS = 5_000;
const OWNER_ONLY = 0o700;

/** The subfolders of the data folder that the supervisor itself uses. */
export interface DataDir {
  readonly path: string;
  readonly logs: string;
  readonly run: string;
  readonly nats: string;
  /** The previous run was killed, so its programs may still be exiting. */
  readonly afterCrash: boolean;
  /** Releases the folder for the next run. */
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process: creates it, denies access to other users, and ends a nats-server that a killed run left running on it.
 *
 * @throws StartFailure `data_dir_not_writable`, or `data_dir_in_use` when another run is alive on the same folder.
 */
export async function takeDataDir(path: string): Promise<DataDir> {
  const at = (room: string) => join(path, room);
  const rooms = { logs: at('logs'), run: at('run'), nats: at('nats') };
  const owner = join(rooms.run, 'supervisor.pid');
  const previous = await pidIn(owner);
  if (previous !== undefined && previous !== process.pid && (await commandLine(previous)).includes('node')) {
    const message = `Process ${previous} already uses the data folder ${path}: stop it, or set DATA_DIR to another folder. If that process is something else, delete ${owner}.`;
    throw new StartFailure('data_dir_in_use', message, { path, pid: previous });
  }
  for (const room of Object.values(rooms)) await makeDataFolder(room);
  await closeToOthers(path);
  await writeFile(owner, String(process.pid));
  await endOrphanedNats(rooms.run);
  return { path, ...rooms, afterCrash: previous !== undefined, release: () => rm(owner, { force: true }) };
}

/** Applies to a folder that an earlier build made, too. Other users then cannot reach anything below it, whatever its mode. */
async function closeToOthers(path: string): Promise<void> {
  await chmod(path, OWNER_ONLY).catch((cause: NodeJS.ErrnoException) => {
    const message = `The data folder ${path} belongs to another user (${cause.code}), who could read its contents: change its owner, or set DATA_DIR to another folder.`;
    throw new StartFailure('data_dir_not_writable', message, { path, reason: cause.code });
  });
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

/** Every other program is leashed to us (see `program.ts`) and exits by itself; nats-server has no such leash. */
async function endOrphanedNats(run: string): Promise<void> {
  const pid = await pidIn(natsPidFile(run));
  const isOurs = async () => pid !== undefined && (await commandLine(pid)).includes(join(run, 'nats.conf'));
  if (pid === undefined || !(await isOurs())) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    if (await until(async () => !(await isOurs()), { timeoutMs: ORPHAN_DEADLINE_MS })) return;
  }
}

/** The command line of process `pid`, empty when there is none. From /proc, otherwise from ps, which slim images lack. */
async function commandLine(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (line !== undefined) return line.replaceAll('\0', ' ');
  if (process.platform === 'linux') return '';
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'args=', '-p', String(pid)], { timeout: PS_TIMEOUT_MS }, (_error, stdout) => resolve(stdout));
  });
}
