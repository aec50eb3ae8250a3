import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeDataFolder } from './data-folder.js';
import { invalidSettings, readSettings, type Settings } from './settings.js';

/** The services that have settings of their own. */
const CONFIGURED = ['gateway', 'scoping', 'mapping', 'renderer', 'expiry'] as const;
/** A server that runs already answers at once. */
const REACH_DEADLINE_MS = 3_000;

/**
 * The settings of a start that can work: also those of the services, the files they name and the servers that should run already.
 *
 * @throws StartFailure `invalid_setting` with a line for each one that is wrong; nothing has been started then.
 */
export async function checkedSettings(env: NodeJS.ProcessEnv, root: string): Promise<Settings> {
  const { settings, problems } = readSettings(env, root);
  const found = await Promise.all([
    serviceProblems(env, root),
    signingProblems(env),
    makeDataFolder(settings.dataDir).then(none, sentenceOf),
    settings.natsUrl === undefined ? [] : natsProblems(settings.natsUrl),
    settings.eventStoreUrl === undefined ? [] : eventStoreProblems(settings.eventStoreUrl),
  ]);
  // Several services judge the variables that they share.
  const all = new Set([...problems, ...found.flat()]);
  if (all.size > 0) throw invalidSettings([...all]);
  return settings;
}

const none = (): string[] => [];
const sentenceOf = (error: unknown): string[] => [error instanceof Error ? error.message : String(error)];

/** Each service judges its own variables, with the code that it starts with. */
async function serviceProblems(env: NodeJS.ProcessEnv, root: string): Promise<string[]> {
  // The ports are the supervisor's, which has judged them.
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

/** The keys are opened as the renderer opens them. Only when there are some: a development key is made by the services. */
async function signingProblems(env: NodeJS.ProcessEnv): Promise<string[]> {
  const { SIGNING_KEYS_FILE, SIGNING_KEY_FILE, SIGNING_CERTIFICATE_FILE, TRUSTED_AUTHORITIES_FILE } = env;
  const authorities = TRUSTED_AUTHORITIES_FILE
    ? await readFile(TRUSTED_AUTHORITIES_FILE).then(none, ({ code }: NodeJS.ErrnoException) => [
        `TRUSTED_AUTHORITIES_FILE=${TRUSTED_AUTHORITIES_FILE} cannot be read (${code}): correct the path.`,
      ])
    : [];
  if (!SIGNING_KEYS_FILE && !SIGNING_KEY_FILE && !SIGNING_CERTIFICATE_FILE) return authorities;
  const { openSigningKeys } = await import('@evidence/signing');
  const opening = openSigningKeys({
    keysFile: SIGNING_KEYS_FILE || undefined,
    keyFile: SIGNING_KEY_FILE || undefined,
    certificateFile: SIGNING_CERTIFICATE_FILE || undefined,
    developmentFolder: '',
    now: new Date(),
  });
  return [...authorities, ...(await opening.then(none, sentenceOf))];
}

async function natsProblems(url: string): Promise<string[]> {
  const servers = url.split(',').map((one) => one.trim());
  // What is no such address, the services say.
  if (!servers.every((one) => /^(nats|tls):$/.test(URL.parse(one)?.protocol ?? ''))) return [];
  const { connectNats } = await import('@evidence/bus');
  const connecting = connectNats({ servers, name: 'npm start', deadlineMs: REACH_DEADLINE_MS });
  return connecting.then((connection) => connection.close()).then(none, sentenceOf);
}

async function eventStoreProblems(url: string): Promise<string[]> {
  const { openEventStore } = await import('@evidence/event-store');
  const shown = url.replaceAll(/\/\/[^/@,]*@/g, '//…@');
  try {
    const store = openEventStore(url, () => new Date());
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`no answer in ${REACH_DEADLINE_MS / 1000} s`)),
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
    const [reason] = sentenceOf(error);
    return [`EVENT_STORE_URL=${shown} cannot be reached (${reason}): start that store, or correct the address.`];
  }
}
