import { join } from 'node:path';
import { startStoreServer } from './server.js';

const port = Number(process.env.EVENT_STORE_PORT ?? '2113');
const file = join(process.env.DATA_DIR ?? '.data', 'events', 'events.sqlite');

try {
  const server = await startStoreServer({ file, port, now: () => new Date() });
  console.log(`event store listening on 127.0.0.1:${server.port}, log in ${file}`);
  const stop = () => void server.close().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // A supervisor that was killed cannot stop its children; the end of its channel tells them.
  process.once('disconnect', stop);
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/EADDRINUSE/.test(message))
    return `Port ${port} is in use: stop the program that holds it, or set EVENT_STORE_PORT.`;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^E(ACCES|PERM|ROFS|NOSPC|NOTDIR|EXIST)$/.test(code))
    return `The folder of ${file} cannot be written (${code}): set DATA_DIR.`;
  return message;
}
