import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir, findNatsServer, natsProgram } from '@evidence/local';
import { freePort, tempFolder } from './places.js';
import { TestServer } from './server.js';

/** A nats-server with JetStream on a free port and in a folder of its own. */
export async function startNats(): Promise<TestServer> {
  const { env } = process;
  const { path } = await findNatsServer({ env, cacheDir: defaultCacheDir(env), say: console.warn });
  const folder = await tempFolder();
  const port = await freePort();
  const storeDir = join(folder.path, 'nats');
  const runDir = join(folder.path, 'run');
  const logFile = join(folder.path, 'nats-server.log');
  const program = await natsProgram({ path, port, storeDir, runDir, logFile, env });
  const wipe = () => rm(storeDir, { recursive: true, force: true });
  const server = new TestServer(`nats://127.0.0.1:${port}`, port, program, { wipe, remove: folder.remove });
  await server.start();
  return server;
}
