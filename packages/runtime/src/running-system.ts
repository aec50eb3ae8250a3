import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** A system that `npm start` runs on this machine, and how to reach its parts. */
export interface RunningSystem {
  /** The supervisor's process. */
  readonly pid: number;
  readonly dataDir: string;
  readonly url: string;
  readonly natsUrl: string;
  /** May hold credentials, hence a file that only its owner reads. */
  readonly eventStoreUrl: string;
}

const OWNER_ONLY = 0o600;

const systemFile = (dataDir: string) => join(dataDir, 'run', 'system.json');

/** Where every running system of this user has one file, named by its process and holding its data folder. */
function registryFolder(env: NodeJS.ProcessEnv): string {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(cache, 'evidence-reports', 'running');
}

/** Lets programs find the system by its data folder, and know of it if they have none. Answers how to take that back. */
export async function announceSystem(system: RunningSystem, env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const file = systemFile(system.dataDir);
  const entry = join(registryFolder(env), String(system.pid));
  for (const one of [file, entry]) await mkdir(dirname(one), { recursive: true });
  const fresh = `${file}.new`;
  // A file that is there would keep its mode.
  await rm(fresh, { force: true });
  await writeFile(fresh, `${JSON.stringify(system, undefined, 2)}\n`, { mode: OWNER_ONLY });
  await rename(fresh, file); // atomic: readers see a whole file
  await writeFile(entry, system.dataDir, { mode: OWNER_ONLY });
  return async () => {
    for (const one of [file, entry]) await rm(one, { force: true });
  };
}

/** The system that runs on a data folder; undefined: none does. */
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
      // After a crash an entry may name a folder that another process has taken since.
      return system?.pid === Number(pid) ? [system] : [];
    }),
  );
  return systems.flat();
}

/** Signal 0 asks whether a process is there; one of another user may not be signalled, and is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
