import { type BusUser, UsersFolder } from '@evidence/bus/users';
import { type WriterName, writerNames } from '@evidence/contracts/writers';
import { type ExtraLogin, ensureStoreCredentials } from '@evidence/installation';
import { eventStoreAccessSettings, type NatsAccess, natsAccessSettings } from '@evidence/runtime';
import { localStoreUrl, storeCredentials } from '@evidence/runtime/local-store';
import type { Settings } from './settings.js';

type Where = Pick<Settings, 'dataDir' | 'natsUrl' | 'natsAccess' | 'eventStoreUrl' | 'eventStorePort'>;

/**
 * How each program logs in to NATS and the event store. For servers that run here, the supervisor creates a login for each program. To a server
 * that was already running, all programs log in as the operator has configured, and none of our own credentials are sent to it.
 */
export class Logins {
  readonly #users: UsersFolder;
  readonly #storeUrls = new Map<WriterName, string>();

  constructor(private readonly where: Where) {
    this.#users = new UsersFolder(where.dataDir);
  }

  /** Creates missing credentials. */
  async ensure(now: Date, storeLogins: readonly ExtraLogin[] = []): Promise<void> {
    const { dataDir, natsUrl, eventStoreUrl, eventStorePort } = this.where;
    if (natsUrl === undefined) await this.#users.ensure();
    if (eventStoreUrl !== undefined) return;
    await ensureStoreCredentials(dataDir, now, storeLogins);
    for (const name of writerNames)
      this.#storeUrls.set(name, (await localStoreUrl(dataDir, name, eventStorePort)) ?? '');
  }

  natsAccess(user: BusUser): NatsAccess {
    const { natsUrl, natsAccess = {} } = this.where;
    return natsUrl === undefined ? { nkeyFile: this.#users.seedFile(user) } : natsAccess;
  }

  /** Contains the login, so it is a secret. Empty until `ensure` is done. */
  eventStoreUrl(writer: WriterName): string {
    return this.where.eventStoreUrl ?? this.#storeUrls.get(writer) ?? '';
  }

  /** The variables of a program that logs in as `user`. */
  env(user: BusUser & WriterName): NodeJS.ProcessEnv {
    return {
      EVENT_STORE_URL: this.eventStoreUrl(user),
      ...(this.where.natsUrl === undefined && { NATS_NKEY_FILE: this.#users.seedFile(user) }),
    };
  }

  /** The variables of the event store that runs here. */
  get storeEnv(): NodeJS.ProcessEnv {
    const { certificateFile, keyFile, loginsFile } = storeCredentials(this.where.dataDir);
    return { STORE_CERTIFICATE_FILE: certificateFile, STORE_KEY_FILE: keyFile, STORE_LOGINS_FILE: loginsFile };
  }

  /** The operator's environment without the variables that we set ourselves. By now the event store's login is in its address. */
  without(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const ours = [...eventStoreAccessSettings, ...(this.where.natsUrl === undefined ? natsAccessSettings : [])];
    return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.includes(name)));
  }
}
