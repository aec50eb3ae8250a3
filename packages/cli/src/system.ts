import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BusUser, UsersFolder } from '@evidence/bus/users';
import { eventStoreUrlIn, type NatsAccess, natsAccessIn, type Reading, withoutPassword } from '@evidence/runtime';
import { localStoreUrl } from '@evidence/runtime/local-store';
import { type RunningSystem, runningSystems, systemOn } from '@evidence/runtime/running-system';
import { usageFailure } from './failure.js';
import type { Surroundings } from './surroundings.js';

/** The server that a verb works with. */
export interface Server {
  readonly url: string;
  /** The setting that it was found by, for the operator to see. */
  readonly because: string;
}

/** The bus, and how to log in to it. */
export interface NatsServer extends Server {
  readonly access: NatsAccess;
}

type Where = Pick<Surroundings, 'env' | 'root'>;

export interface EventStoreServer extends Server {
  /** Where an event store on this machine keeps the log. */
  readonly eventsFolder?: string;
}

const eventsIn = (dataDir: string): string => join(dataDir, 'events');

/** The event store that the environment names, or that of the system that runs on the data folder. */
export async function eventStoreServer(where: Where): Promise<EventStoreServer> {
  const { env } = where;
  if (env.EVENT_STORE_URL) return { url: given(eventStoreUrlIn(env)), because: 'EVENT_STORE_URL' };
  const port = env.EVENT_STORE_PORT;
  if (port) {
    const ours = await localStoreUrl(dataDirOf(where), 'operator', port);
    const because = 'EVENT_STORE_PORT';
    return ours
      ? { url: ours, because, eventsFolder: eventsIn(dataDirOf(where)) }
      : { url: `kurrentdb://127.0.0.1:${port}?tls=false`, because };
  }
  const { eventStoreUrl, dataDir } = await systemMeant(where, 'EVENT_STORE_URL');
  return { url: eventStoreUrl, because: `DATA_DIR ${dataDir}`, eventsFolder: eventsIn(dataDir) };
}

/** The bus, likewise. */
export async function natsServer(where: Where, user: BusUser = 'operator'): Promise<NatsServer> {
  const { env } = where;
  if (env.NATS_URL) return { url: env.NATS_URL, access: given(natsAccessIn(env)), because: 'NATS_URL' };
  const port = env.NATS_PORT;
  if (port) return { url: `nats://127.0.0.1:${port}`, access: accessToOurs(where, user), because: 'NATS_PORT' };
  const { natsUrl, natsAccess = {}, dataDir } = await systemMeant(where, 'NATS_URL');
  const { nkeyFile } = natsAccess;
  // On a server that the system runs itself, every user's key is in the same folder as the operator's.
  const isOurs = nkeyFile !== undefined && nkeyFile === new UsersFolder(dataDir).seedFile('operator');
  const access = isOurs ? { nkeyFile: new UsersFolder(dataDir).seedFile(user) } : natsAccess;
  return { url: natsUrl, access, because: `DATA_DIR ${dataDir}` };
}

/** The bus that the system on the data folder runs itself. Throws a usage failure for an operator's own server, where the operator creates users. */
export async function localBus(where: Where): Promise<Pick<RunningSystem, 'dataDir' | 'natsUrl'>> {
  const { dataDir, natsUrl, natsAccess } = await systemMeant(where, 'DATA_DIR');
  if (natsAccess?.nkeyFile === new UsersFolder(dataDir).seedFile('operator')) return { dataDir, natsUrl };
  throw usageFailure(
    `The system on ${dataDir} uses your own NATS server: create the user there, as described in docs/logins.md.`,
  );
}

/** Logs in to the bus on this machine as the environment says, or with the key in the data folder. */
function accessToOurs({ env, root }: Where, user: BusUser): NatsAccess {
  const stated = given(natsAccessIn(env));
  const nkeyFile = new UsersFolder(dataDirOf({ env, root })).seedFile(user);
  return Object.keys(stated).length === 0 && existsSync(nkeyFile) ? { nkeyFile } : stated;
}

const dataDirOf = ({ env, root }: Where): string => resolve(root, env.DATA_DIR || '.data');

function given<T>(reading: Reading<T>): T {
  if ('value' in reading) return reading.value;
  throw usageFailure(reading.problems.join(' '));
}

/** The server as it may be shown: without its login, and without the paths of certificates and keys. */
export function shownServer({ url, because }: Server): string {
  const [address, query = ''] = withoutPassword(url).split('?');
  const options = query.split('&').filter((option) => option !== '' && !/^\w+File=/.test(option));
  return `${address}${options.length > 0 ? '?' : ''}${options.join('&')} (${because})`;
}

/** Throws a usage failure rather than guess: a token minted in the wrong store would give access to somebody else's system. */
async function systemMeant({ env, root }: Where, setting: string): Promise<RunningSystem> {
  const dataDir = dataDirOf({ env, root });
  const meant = await systemOn(dataDir);
  if (env.DATA_DIR) {
    if (meant) return meant;
    throw usageFailure(`No system is running on DATA_DIR ${dataDir}: run \`npm start\` with it, or set ${setting}.`);
  }
  const others = (await runningSystems(env)).map((system) => system.dataDir).filter((other) => other !== dataDir);
  if (meant && others.length === 0) return meant;
  if (others.length === 0)
    throw usageFailure(`No system is running on ${dataDir}: run \`npm start\`, or set DATA_DIR or ${setting}.`);
  const running = [...(meant ? [dataDir] : []), ...others].map((one) => `DATA_DIR=${one}`).join(' or ');
  throw usageFailure(
    meant
      ? `Several systems are running: choose one with ${running}.`
      : `No system is running on ${dataDir}. To use one that runs elsewhere, set ${running}.`,
  );
}
