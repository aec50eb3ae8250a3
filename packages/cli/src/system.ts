import { resolve } from 'node:path';
import { type RunningSystem, runningSystems, systemOn } from '@evidence/runtime/running-system';
import { usageFailure } from './failure.js';
import { type Surroundings, withoutPassword } from './surroundings.js';

/** The server that a verb works with. */
export interface Server {
  readonly url: string;
  /** What led to it, for the operator to see. */
  readonly because: string;
}

type Where = Pick<Surroundings, 'env' | 'root'>;

/** The event store that the environment names, or that of the system which runs on the data folder. */
export const eventStoreServer = (where: Where): Promise<Server> =>
  serverOf(
    where,
    { url: 'EVENT_STORE_URL', port: 'EVENT_STORE_PORT' },
    (port) => `kurrentdb://127.0.0.1:${port}?tls=false`,
    (system) => system.eventStoreUrl,
  );

/** The bus, likewise. */
export const natsServer = (where: Where): Promise<Server> =>
  serverOf(
    where,
    { url: 'NATS_URL', port: 'NATS_PORT' },
    (port) => `nats://127.0.0.1:${port}`,
    (system) => system.natsUrl,
  );

/** The server as it may be shown. */
export const shownServer = ({ url, because }: Server): string => `${withoutPassword(url)} (${because})`;

/** Throws a usage failure rather than guess: a token minted in the wrong store opens somebody else's door. */
async function serverOf(
  where: Where,
  settings: { readonly url: string; readonly port: string },
  atPort: (port: string) => string,
  ofSystem: (system: RunningSystem) => string,
): Promise<Server> {
  const url = where.env[settings.url];
  if (url) return { url, because: settings.url };
  const port = where.env[settings.port];
  if (port) return { url: atPort(port), because: settings.port };
  const system = await systemMeant(where, settings.url);
  return { url: ofSystem(system), because: `DATA_DIR ${system.dataDir}` };
}

async function systemMeant({ env, root }: Where, setting: string): Promise<RunningSystem> {
  const dataDir = resolve(root, env.DATA_DIR || '.data');
  const meant = await systemOn(dataDir);
  if (env.DATA_DIR) {
    if (meant) return meant;
    throw usageFailure(`No system runs on DATA_DIR ${dataDir}: run \`npm start\` with it, or set ${setting}.`);
  }
  const others = (await runningSystems(env)).map((system) => system.dataDir).filter((other) => other !== dataDir);
  if (meant && others.length === 0) return meant;
  if (others.length === 0)
    throw usageFailure(`No system runs on ${dataDir}: run \`npm start\`, or set DATA_DIR or ${setting}.`);
  const running = [...(meant ? [dataDir] : []), ...others].map((one) => `DATA_DIR=${one}`).join(', ');
  throw usageFailure(
    meant
      ? `Several systems are running: set the one that you mean, ${running}.`
      : `No system runs on ${dataDir}, but elsewhere: set the one that you mean, ${running}.`,
  );
}
