import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type NatsAccess, withoutPassword } from '@evidence/runtime';
import { makeDataFolder } from './data-folder.js';
import { invalidSettings, readSettings, type Settings } from './settings.js';

/** The services that have settings of their own. */
const CONFIGURED = ['gateway', 'scoping', 'mapping', 'renderer', 'expiry'] as const;
/** A server that is already running responds at once. */
const REACH_DEADLINE_MS = 3_000;

/**
 * The settings, checked before anything is started: also those of the services, the files they name and the servers that should be running.
 *
 * @throws StartFailure `invalid_setting` with one line for each wrong setting; nothing has been started then.
 */
export async function checkedSettings(env: NodeJS.ProcessEnv, root: string): Promise<Settings> {
  const { settings, problems } = readSettings(env, root);
  const found = await Promise.all([
    serviceProblems(env, root),
    signingProblems(env),
    addressProblems(env, settings),
    makeDataFolder(settings.dataDir).then(none, problemsOf),
    settings.natsUrl === undefined ? [] : natsProblems(settings.natsUrl, settings.natsAccess),
    settings.eventStoreUrl === undefined ? [] : eventStoreProblems(settings.eventStoreUrl),
  ]);
  // Shared variables are checked by several services, so a problem may come up more than once.
  const all = new Set([...problems, ...found.flat()]);
  if (all.size > 0) throw invalidSettings([...all]);
  return settings;
}

const none = (): string[] => [];
const problemsOf = (error: unknown): string[] => [error instanceof Error ? error.message : String(error)];

/** Each service checks its own variables, with the code that it starts with. */
async function serviceProblems(env: NodeJS.ProcessEnv, root: string): Promise<string[]> {
  // The supervisor assigns the ports, and has already checked them.
  const { PORT: _, ...rest } = env;
  const found = await Promise.all(
    CONFIGURED.map(async (service) => {
      const module = join(root, 'services', service, 'dist', 'shell', 'config.js');
      const { [`${service}Config`]: configure } = await import(pathToFileURL(module).href);
      try {
        configure(rest);
        return [];
      } catch (error) {
        if (error instanceof Error && 'problems' in error) return error.problems as string[];
        throw error;
      }
    }),
  );
  return found.flat();
}

/** Opens configured keys as the renderer does. Without any, the services make a development key. */
async function signingProblems(env: NodeJS.ProcessEnv): Promise<string[]> {
  const { SIGNING_KEYS_FILE, SIGNING_KEY_FILE, SIGNING_CERTIFICATE_FILE, TRUSTED_AUTHORITIES_FILE } = env;
  const files = { SIGNING_KEYS_FILE, SIGNING_KEY_FILE, SIGNING_CERTIFICATE_FILE, TRUSTED_AUTHORITIES_FILE };
  const unreadable = await Promise.all(Object.entries(files).map(([setting, path]) => fileProblems(setting, path)));
  if (!SIGNING_KEYS_FILE && !SIGNING_KEY_FILE && !SIGNING_CERTIFICATE_FILE) return unreadable.flat();
  const { openSigningKeys } = await import('@evidence/signing');
  const opening = openSigningKeys({
    keysFile: SIGNING_KEYS_FILE || undefined,
    keyFile: SIGNING_KEY_FILE || undefined,
    certificateFile: SIGNING_CERTIFICATE_FILE || undefined,
    developmentFolder: '',
    now: new Date(),
  });
  const problems = await opening.then(none, problemsOf);
  // Half of a key pair is always worth reporting; otherwise an unreadable file says it all.
  const isHalf = !SIGNING_KEYS_FILE && !(SIGNING_KEY_FILE && SIGNING_CERTIFICATE_FILE);
  return unreadable.flat().length > 0 && !isHalf ? unreadable.flat() : [...unreadable.flat(), ...problems];
}

async function fileProblems(setting: string, path: string | undefined): Promise<string[]> {
  if (!path) return [];
  return readFile(path).then(none, ({ code }: NodeJS.ErrnoException) => [
    `${setting}=${path} cannot be read (${code}): correct the path.`,
  ]);
}

/** Whether our servers can listen at these addresses. Only a bind is a reliable test. */
async function addressProblems(env: NodeJS.ProcessEnv, { host: apiHost, healthPort }: Settings): Promise<string[]> {
  const hosts = { HOST: apiHost, ...(healthPort !== undefined && { HEALTH_HOST: env.HEALTH_HOST }) };
  const found = Object.entries(hosts).map(async ([setting, host]) => {
    if (!host) return [];
    const server = createServer();
    const listening = new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host, port: 0 }, resolve);
    });
    return listening.then(
      () => {
        server.close();
        return [];
      },
      ({ code }: NodeJS.ErrnoException) => [
        `${setting}=${host} is not an address of this machine (${code}): set it to one, such as 127.0.0.1.`,
      ],
    );
  });
  return (await Promise.all(found)).flat();
}

async function natsProblems(url: string, access: NatsAccess = {}): Promise<string[]> {
  const servers = url.split(',').map((one) => one.trim());
  // The services report URLs that are malformed.
  if (!servers.every((one) => /^(nats|tls):$/.test(URL.parse(one)?.protocol ?? ''))) return [];
  const { connectNats } = await import('@evidence/bus');
  const connecting = connectNats({ servers, access, name: 'supervisor', deadlineMs: REACH_DEADLINE_MS });
  return connecting.then((connection) => connection.close()).then(none, problemsOf);
}

async function eventStoreProblems(url: string): Promise<string[]> {
  const { openEventStore } = await import('@evidence/event-store/open');
  try {
    const store = openEventStore(url, () => new Date());
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`no response within ${REACH_DEADLINE_MS / 1000} s`)),
      REACH_DEADLINE_MS,
    );
    try {
      await Promise.race([store.head(), late.promise]);
      return [];
    } finally {
      clearTimeout(timer);
      await store.close().catch(() => undefined);
    }
  } catch (error) {
    if (error instanceof TypeError) return [error.message];
    const { code } = error as { code?: string };
    const [reason] = code === 'unavailable' ? ['no response'] : problemsOf(error);
    return [
      `EVENT_STORE_URL=${withoutPassword(url)} cannot be reached (${reason}): start that store, or correct the address.`,
    ];
  }
}
