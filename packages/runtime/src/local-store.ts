import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the supervisor keeps the credentials of its event store, in a data folder that only its owner may enter. */
export const storeCredentials = (dataDir: string) => {
  const at = (name: string) => join(dataDir, 'credentials', 'store', name);
  return {
    authorityFile: at('authority.pem'),
    certificateFile: at('server.pem'),
    keyFile: at('server.key'),
    loginsFile: at('logins.json'),
    passwordFile: (login: string) => at(`${login}.password`),
  };
};

/**
 * The address of the event store that runs on this machine, with a login and the authority to trust; undefined if the data folder has no such
 * login. `localhost` instead of its IP address, because otherwise Node would print a warning in every process (DEP0123).
 */
export async function localStoreUrl(
  dataDir: string,
  login: string,
  port: number | string,
): Promise<string | undefined> {
  const { authorityFile, passwordFile } = storeCredentials(dataDir);
  const password = await readFile(passwordFile(login), 'utf8').catch(() => undefined);
  if (password === undefined) return undefined;
  return `kurrentdb://${login}:${password.trim()}@localhost:${port}?tlsCaFile=${encodeURIComponent(authorityFile)}`;
}
