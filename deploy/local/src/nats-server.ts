import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { output } from './command.js';
import { natsServerFromArchive } from './debian-package.js';
import { StartFailure } from './failure.js';

/** Several filter subjects on one consumer, metadata and `term(reason)` came with 2.10 (measured against 2.9.10). */
const OLDEST_MAJOR = 2;
const OLDEST_MINOR = 10;
const VERSION_TIMEOUT_MS = 10_000;
const HOW_TO_GET_ONE =
  'install it (Debian, Ubuntu: apt-get install nats-server; macOS: brew install nats-server), set NATS_SERVER to its path, or set NATS_URL to a running server with JetStream';

export interface NatsServer {
  readonly path: string;
  /** As the program prints it, such as `2.10.27`. */
  readonly version: string;
}

export interface FindNatsServerOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where a fetched server is kept between runs; see {@link defaultCacheDir}. */
  readonly cacheDir: string;
  /** Receives one line before something that takes long. */
  readonly say: (line: string) => void;
}

/** `$XDG_CACHE_HOME/evidence-reports`, otherwise `~/.cache/evidence-reports`. */
export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'evidence-reports');
}

/**
 * Finds nats-server 2.10 or later: from `$NATS_SERVER`, PATH or the cache, in this order; otherwise it is fetched into the cache from the
 * Debian or Ubuntu archive that this machine already uses. On other systems it must be installed by hand: a release download
 * would need pinned checksums, and we could not obtain them from a source we trust.
 *
 * @throws StartFailure `nats_server_missing`, or `nats_server_too_old` when `$NATS_SERVER` names an older one.
 */
export async function findNatsServer({ env, cacheDir, say }: FindNatsServerOptions): Promise<NatsServer> {
  if (env.NATS_SERVER) return named(env.NATS_SERVER, env);
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const found = await inspect(join(folder, 'nats-server'), env);
    if (found && isRecent(found)) return found;
  }
  let why = '';
  try {
    const path = await natsServerFromArchive({ env, cacheDir, say });
    const found = path === undefined ? undefined : await inspect(path, env);
    if (found && isRecent(found)) return found;
  } catch (error) {
    why = ` (fetching it failed: ${lastLine(error)})`;
  }
  throw new StartFailure('nats_server_missing', `nats-server 2.10 or later was not found${why}: ${HOW_TO_GET_ONE}.`, {
    path: env.PATH,
    cacheDir,
  });
}

async function named(path: string, env: NodeJS.ProcessEnv): Promise<NatsServer> {
  const found = await inspect(path, env);
  if (!found) {
    throw new StartFailure(
      'nats_server_missing',
      `NATS_SERVER=${path} cannot be run as nats-server: ${HOW_TO_GET_ONE}.`,
      { path },
    );
  }
  if (!isRecent(found)) {
    const message = `NATS_SERVER=${path} is nats-server ${found.version}, but 2.10 or later is required: ${HOW_TO_GET_ONE}.`;
    throw new StartFailure('nats_server_too_old', message, { ...found });
  }
  return found;
}

async function inspect(path: string, env: NodeJS.ProcessEnv): Promise<NatsServer | undefined> {
  const said = await output(path, ['--version'], { env, timeoutMs: VERSION_TIMEOUT_MS }).catch(() => '');
  const version = /v?(\d+\.\d+\.\d+\S*)/.exec(said)?.[1];
  return version === undefined ? undefined : { path, version };
}

function isRecent({ version }: NatsServer): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR);
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = (stderr || message || String(error)).split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1)?.trim() ?? 'no reason given';
}
