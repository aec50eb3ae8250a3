import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '@evidence/contracts';
import { ensureStoreCredentials, scriptsOf, v8FlagsOf } from '@evidence/local';
import { storeCredentials } from '@evidence/runtime/local-store';
import { layCertificate } from './certificate.js';
import { freePort, REPOSITORY, tempFolder } from './places.js';
import { TestServer } from './server.js';

/** An unrestricted login. The restrictions of each service's login have tests of their own. */
const LOGIN = { name: 'test', password: 'test' };
export const EVERYTHING_LOGIN = { name: LOGIN.name, passwordSha256: sha256Of(LOGIN.password) };

/** The address of the event store of `folder`, with that login. */
export function everythingUrl(folder: string, port: number | string): string {
  const { authorityFile } = storeCredentials(folder);
  return `kurrentdb://${LOGIN.name}:${LOGIN.password}@localhost:${port}?tlsCaFile=${encodeURIComponent(authorityFile)}`;
}

/**
 * The embedded event store in its own process, on a free port and in its own folder, over TLS, with one login in its URL. `prepare` may
 * write its log beforehand, in the file that it receives.
 */
export async function startStore(prepare?: (file: string) => Promise<void>): Promise<TestServer> {
  const folder = await tempFolder();
  const port = await freePort();
  const dataDir = join(folder.path, 'data');
  if (prepare) {
    await mkdir(join(dataDir, 'events'), { recursive: true });
    await prepare(join(dataDir, 'events', 'events.sqlite'));
  }
  // Outside the data, which a test may wipe.
  await layCertificate(folder.path);
  await ensureStoreCredentials(folder.path, new Date(), [EVERYTHING_LOGIN]);
  const { certificateFile, keyFile, loginsFile } = storeCredentials(folder.path);
  const doors = { STORE_CERTIFICATE_FILE: certificateFile, STORE_KEY_FILE: keyFile, STORE_LOGINS_FILE: loginsFile };
  const url = everythingUrl(folder.path, port);
  return started(url, port, { dataDir, folder: folder.path, env: doors }, scriptsOf(REPOSITORY)['store-server']);
}

/** The store of an earlier build, on a data folder. It has no logins, so every process of the machine can connect. */
export async function startOldStore(root: string, dataDir: string): Promise<TestServer> {
  const folder = await tempFolder();
  const port = await freePort();
  await mkdir(dataDir, { recursive: true });
  const url = `kurrentdb://127.0.0.1:${port}?tls=false`;
  return started(url, port, { dataDir, folder: folder.path, env: {} }, scriptsOf(root)['store-server']);
}

interface Places {
  readonly dataDir: string;
  /** Removed with the server. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

async function started(
  url: string,
  port: number,
  { dataDir, folder, env }: Places,
  script: string,
): Promise<TestServer> {
  const program = {
    name: 'store-server',
    command: process.execPath,
    args: [...v8FlagsOf('store-server'), script],
    env: { ...process.env, ...env, DATA_DIR: dataDir, EVENT_STORE_PORT: String(port) },
    leashed: true,
    logFile: join(folder, 'store-server.log'),
  };
  const storage = {
    wipe: () => rm(dataDir, { recursive: true, force: true }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  const server = new TestServer(url, port, program, storage);
  await server.start();
  return server;
}
