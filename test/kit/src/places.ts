import { execFileSync } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The root of the repository. */
export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** A port on which nothing ever listens, because only a superuser may open it. */
export const NOBODYS_PORT = 1;

/** Below the ports of outgoing connections, which on Linux begin at 32,768. */
const FIRST_PORT = 10_000;
/** Each worker that runs test files has its own range, by its number in `VITEST_POOL_ID`. */
const PORTS_OF_A_WORKER = 5_000;
const WORKERS_MAX = 4;
const ATTEMPTS_MAX = 100;

let next = Math.floor(Math.random() * PORTS_OF_A_WORKER);

/**
 * A free port on loopback that no other caller gets while this file runs, so that a stopped server can restart on it, and its clients meet no
 * other server there.
 */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS_MAX;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = FIRST_PORT + worker * PORTS_OF_A_WORKER + (next++ % PORTS_OF_A_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error(`Tried ${ATTEMPTS_MAX} ports, and none is free.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  /** Removes it with all its content: `onTestFinished(folder.remove)`, or `await using`. */
  readonly remove: () => Promise<void>;
}

export async function tempFolder(): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), 'evidence-'));
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}

/** A disk in memory of this many MiB, for a test to fill; undefined if this user may not mount one: skip, and say so. */
export async function smallDisk(sizeMib: number): Promise<TempFolder | undefined> {
  const { path, remove: removeFolder } = await tempFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    await removeFolder();
    return undefined;
  }
  const remove = async () => {
    execFileSync('umount', [path]);
    await removeFolder();
  };
  return { path, remove, [Symbol.asyncDispose]: remove };
}

/** The path of a program such as `pdfsig`; `undefined` if it is not installed: skip, and say so. */
export async function tool(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, name);
    const isProgram = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isProgram) return path;
  }
  return undefined;
}
