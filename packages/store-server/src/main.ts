import { join } from 'node:path';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { startStoreServer } from './server.js';

// What grpc-js would print about a port in use, this program says itself.
setLogVerbosity(logVerbosity.NONE);

const port = Number(process.env.EVENT_STORE_PORT ?? '2113');
const file = join(process.env.DATA_DIR ?? '.data', 'events', 'events.sqlite');

try {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError('EVENT_STORE_PORT is a number from 0 to 65535.');
  const server = await startStoreServer({ file, port, now: () => new Date() });
  const stop = () => void server.close().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // A supervisor that was killed cannot stop its children; the end of its channel tells them.
  process.once('disconnect', stop);
  console.log(`event store listening on 127.0.0.1:${server.port}, log in ${file}`);
} catch (error) {
  console.error(sentenceOf(error));
  process.exit(1);
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('EADDRINUSE'))
    return `Port ${port} is in use: stop the program that holds it, or set EVENT_STORE_PORT.`;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^E(ACCES|PERM|ROFS|NOSPC|NOTDIR|EXIST)$/.test(code))
    return `The folder of ${file} cannot be written (${code}): set DATA_DIR.`;
  return message;
}
