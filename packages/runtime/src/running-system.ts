import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NatsAccess } from './access.js';

/** A system that `npm start` runs on this machine, and how to reach its parts. */
export interface RunningSystem {
  /** The supervisor's process. */
  readonly pid: number;
  readonly dataDir: string;
  readonly url: string;
  readonly natsUrl: string;
  /** How an operator logs in to NATS; absent in files of earlier builds. */
  readonly natsAccess?: NatsAccess;
  /** May contain a login, so only the owner may read the file. */
  readonly eventStoreUrl: string;
}

const OWNER_ONLY = 0o600;

const systemFile = (dataDir: string) => join(dataDir, 'run', 'system.json');

/** A folder with one file for every running system of this user, named by its process id and containing its data folder. */
function registryFolder(env: NodeJS.ProcessEnv): string {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(cache, 'evidence-reports', 'running');
}

/** Lets programs find the system, by its data folder or in the list of all. Returns a function that undoes this. */
export async function announceSystem(system: RunningSystem, env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const file = systemFile(system.dataDir);
  const entry = join(registryFolder(env), String(system.pid));
  for (const one of [file, entry]) await mkdir(dirname(one), { recursive: true });
  const fresh = `${file}.new`;
  // An existing file would keep its mode.
  await rm(fresh, { force: true });
  await writeFile(fresh, `${JSON.stringify(system, undefined, 2)}\n`, { mode: OWNER_ONLY });
  await rename(fresh, file); // atomic: readers see a whole file
  await writeFile(entry, system.dataDir, { mode: OWNER_ONLY });
  return async () => {
    for (const one of [file, entry]) await rm(one, { force: true });
  };
}

/** The system that runs on a data folder; undefined: none. */
export async function systemOn(dataDir: string): Promise<RunningSystem | undefined> {
  const text = await readFile(systemFile(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const system = JSON.parse(text) as RunningSystem;
  return isAlive(system.pid) ? system : undefined;
}

/** Every system of this user that runs on this machine. */
export async function runningSystems(env: NodeJS.ProcessEnv): Promise<readonly RunningSystem[]> {
  const folder = registryFolder(env);
  const pids = await readdir(folder).catch(() => []);
  const systems = await Promise.all(
    pids.map(async (pid) => {
      const dataDir = await readFile(join(folder, pid), 'utf8').catch(() => undefined);
      const system = dataDir === undefined ? undefined : await systemOn(dataDir);
      // After a crash, an entry may name a folder that another process has taken in the meantime.
      return system?.pid === Number(pid) ? [system] : [];
    }),
  );
  return systems.flat();
}

/** Signal 0 tests whether a process exists; one of another user may not be signalled, but it exists. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
