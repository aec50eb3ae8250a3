import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { scriptsOf } from '@evidence/local';
import { freePort, REPOSITORY, tempFolder } from './places.js';
import { TestServer } from './server.js';

/** The embedded event store as its own process, on a free port and in a folder of its own. */
export async function startStore(): Promise<TestServer> {
  const folder = await tempFolder();
  const port = await freePort();
  const dataDir = join(folder.path, 'data');
  const env = { ...process.env, DATA_DIR: dataDir, EVENT_STORE_PORT: String(port) };
  const program = {
    name: 'store-server',
    command: process.execPath,
    args: [scriptsOf(REPOSITORY)['store-server']],
    env,
    leashed: true,
    logFile: join(folder.path, 'store-server.log'),
  };
  const wipe = () => rm(dataDir, { recursive: true, force: true });
  const url = `kurrentdb://127.0.0.1:${port}?tls=false`;
  const server = new TestServer(url, port, program, { wipe, remove: folder.remove });
  await server.start();
  return server;
}
