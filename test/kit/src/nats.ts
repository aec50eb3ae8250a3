import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsersFolder } from '@evidence/bus/users';
import { defaultCacheDir, findNatsServer, natsProgram } from '@evidence/local';
import { freePort, type TempFolder, tempFolder } from './places.js';
import { TestServer } from './server.js';

export interface TestNatsOptions {
  /** Additional configuration, such as users. Without it, anyone may connect, because most tests are not about logins. */
  readonly more?: readonly string[];
  /** Default `nats`; `tls` if `more` asks for it. */
  readonly scheme?: 'nats' | 'tls';
}

/** A nats-server with JetStream, on a free port and in its own folder. */
export async function startNats(options: TestNatsOptions = {}): Promise<TestServer> {
  return startIn(await tempFolder(), options);
}

/** The same with the users that `npm start` configures: every client needs the key of one. */
export async function startNatsWithUsers(): Promise<{
  readonly nats: TestServer;
  readonly users: UsersFolder;
  /** Makes the server read its users again. */
  readonly reload: () => void;
}> {
  const folder = await tempFolder();
  const users = new UsersFolder(folder.path);
  await users.ensure();
  const nats = await startIn(folder, { more: ['include ./nats-users.conf'] });
  return { nats, users, reload: () => void process.kill(nats.pid ?? 0, 'SIGHUP') };
}

async function startIn(folder: TempFolder, { more = [], scheme = 'nats' }: TestNatsOptions): Promise<TestServer> {
  const { env } = process;
  const { path } = await findNatsServer({ env, cacheDir: defaultCacheDir(env), say: console.warn });
  const port = await freePort();
  const storeDir = join(folder.path, 'nats');
  const runDir = join(folder.path, 'run');
  const logFile = join(folder.path, 'nats-server.log');
  const program = await natsProgram({ path, port, storeDir, runDir, logFile, env, more });
  const wipe = () => rm(storeDir, { recursive: true, force: true });
  const server = new TestServer(`${scheme}://127.0.0.1:${port}`, port, program, { wipe, remove: folder.remove });
  await server.start();
  return server;
}
