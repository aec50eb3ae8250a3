import { join } from 'node:path';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { readDoors, type StoreDoors } from './doors.js';
import { startStoreServer } from './server.js';

// Only this user may read the log.
process.umask(0o077);

// This program reports a port in use itself, so grpc-js must not print it.
setLogVerbosity(logVerbosity.NONE);

/** A day: a log must be checked at least daily. */
const CHECK_SECONDS_MAX = 86_400;

/** The files that the supervisor creates. The server does not start without them, so that it is never open by mistake. */
const DOOR_FILES = ['STORE_CERTIFICATE_FILE', 'STORE_KEY_FILE', 'STORE_LOGINS_FILE'] as const;

const port = Number(process.env.EVENT_STORE_PORT ?? '2113');
/** Absent: the loopback addresses. In a container, whose network is its own, 0.0.0.0. */
const host = process.env.EVENT_STORE_HOST || undefined;
const checkSeconds = Number(process.env.EVENT_STORE_CHECK_SECONDS ?? '3600');
const file = join(process.env.DATA_DIR ?? '.data', 'events', 'events.sqlite');

try {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError('EVENT_STORE_PORT must be a number from 0 to 65535.');
  if (!Number.isInteger(checkSeconds) || checkSeconds < 1 || checkSeconds > CHECK_SECONDS_MAX)
    throw new RangeError(`EVENT_STORE_CHECK_SECONDS must be a number from 1 to ${CHECK_SECONDS_MAX}.`);
  const guard = {
    threadFile: new URL('./check-thread.js', import.meta.url),
    everyMs: checkSeconds * 1_000,
    say: (sentence: string) => console.error(sentence),
  };
  const server = await startStoreServer({
    ...{ file, port, guard, doors: doorsIn(process.env), now: () => new Date() },
    ...(host !== undefined && { host }),
  });
  const stop = () => void server.close().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  // A supervisor that was killed cannot stop its children; they see that its channel has closed.
  process.once('disconnect', stop);
  console.log(`event store listening on ${host ?? '127.0.0.1'}:${server.port}, log in ${file}`);
} catch (error) {
  console.error(problemOf(error));
  process.exit(1);
}

function doorsIn(env: NodeJS.ProcessEnv): StoreDoors {
  const [certificateFile, keyFile, loginsFile] = DOOR_FILES.map((name) => env[name]);
  if (!certificateFile || !keyFile || !loginsFile)
    throw new RangeError(
      `No certificate and logins are configured: set ${DOOR_FILES.join(', ')}, or use npm start, which sets them.`,
    );
  try {
    return readDoors({ certificateFile, keyFile, loginsFile });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`One of ${DOOR_FILES.join(', ')} cannot be used: ${reason}`, { cause });
  }
}

function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('EADDRINUSE'))
    return `Port ${port} is in use: stop the program that uses it, or set EVENT_STORE_PORT.`;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^E(ACCES|PERM|ROFS|NOSPC|NOTDIR|EXIST)$/.test(code))
    return `The folder of ${file} is not writable (${code}): set DATA_DIR.`;
  return message;
}
