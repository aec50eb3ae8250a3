import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import {
  type BusUser,
  busUsers,
  type Permissions,
  permissionsOf,
  type Subscriber,
  subscriberPermissions,
  subscriberUser,
} from './permissions.js';

const OWNER_ONLY = 0o600;
const PASSWORD_BYTES = 32;

/** The users of the bus that `npm start` runs, as files in a data folder that only its owner may enter. */
export class UsersFolder {
  readonly #keys: string;
  readonly #subscribers: string;
  /** Included by the server's configuration, so it is in the same folder. */
  readonly conf: string;

  constructor(dataDir: string) {
    this.#keys = join(dataDir, 'credentials', 'nats');
    this.#subscribers = join(dataDir, 'credentials', 'nats', 'subscribers');
    this.conf = join(dataDir, 'run', 'nats-users.conf');
  }

  /** The seed of a user's key. The server knows only the public half. */
  seedFile(user: BusUser): string {
    return join(this.#keys, `${user}.nk`);
  }

  /** Creates missing keys, and writes the server's configuration of all users. */
  async ensure(): Promise<void> {
    await mkdir(this.#subscribers, { recursive: true });
    for (const user of busUsers) {
      const seed = Buffer.from(nkeys.createUser().getSeed());
      // An existing key is kept, so that its holder can still log in after a restart.
      await writeFile(this.seedFile(user), seed, { mode: OWNER_ONLY, flag: 'wx' }).catch(unlessThere);
    }
    await this.writeConf();
  }

  /** Sorted by name. */
  async subscribers(): Promise<readonly Subscriber[]> {
    const files = await readdir(this.#subscribers);
    return files.toSorted().map((file) => {
      const [tenant = '', name = ''] = file.split('_');
      return { tenant, name };
    });
  }

  /** Creates a permanent user with its own password; undefined if the name is taken. The server knows the user after a reload. */
  async add(subscriber: Subscriber): Promise<string | undefined> {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    const options = { mode: OWNER_ONLY, flag: 'wx' };
    const isNew = await writeFile(this.#fileOf(subscriber), password, options).then(() => true, unlessThere);
    if (!isNew) return undefined;
    await this.writeConf();
    return password;
  }

  /** Returns whether the user existed. The server applies this at a reload, and then closes the user's connections. */
  async remove(subscriber: Subscriber): Promise<boolean> {
    const file = this.#fileOf(subscriber);
    const isThere = await readFile(file).then(
      () => true,
      () => false,
    );
    await rm(file, { force: true });
    await this.writeConf();
    return isThere;
  }

  async writeConf(): Promise<void> {
    const services = busUsers.map(async (user) => {
      const seed = Buffer.from((await readFile(this.seedFile(user), 'utf8')).trim());
      return userLine({ nkey: nkeys.fromSeed(seed).getPublicKey() }, permissionsOf(user));
    });
    const others = (await this.subscribers()).map(async (subscriber) => {
      const password = await readFile(this.#fileOf(subscriber), 'utf8');
      return userLine({ user: subscriberUser(subscriber), password }, subscriberPermissions(subscriber));
    });
    const users = await Promise.all([...services, ...others]);
    await mkdir(dirname(this.conf), { recursive: true });
    await writeFile(`${this.conf}.new`, `authorization {\n  users: [\n${users.join('\n')}\n  ]\n}\n`, {
      mode: OWNER_ONLY,
    });
    await rename(`${this.conf}.new`, this.conf); // atomic: the server reads a whole file
  }

  #fileOf(subscriber: Subscriber): string {
    return join(this.#subscribers, subscriberUser(subscriber));
  }
}

/** nats-server's configuration language understands JSON, too. */
function userLine(login: Readonly<Record<string, string>>, { publish, subscribe }: Permissions): string {
  return `    ${JSON.stringify({ ...login, permissions: { publish: { allow: publish }, subscribe: { allow: subscribe } } })}`;
}

function unlessThere(error: NodeJS.ErrnoException): false {
  if (error.code !== 'EEXIST') throw error;
  return false;
}
