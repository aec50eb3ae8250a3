import { resolve } from 'node:path';
import { StartFailure } from './failure.js';

const PORT_MAX = 65_535;

/** What the environment may change about a local run. */
export interface Settings {
  /** `DATA_DIR`, default `.data` below the repository: everything the run keeps. */
  readonly dataDir: string;
  /** `PORT`, default 8080: the REST API. */
  readonly port: number;
  /** `NATS_PORT`, default 4222; unused with `natsUrl`. */
  readonly natsPort: number;
  /** `NATS_URL`: a server that runs already. Absent: one is started. */
  readonly natsUrl?: string;
  /** `EVENT_STORE_PORT`, default 2113; unused with `eventStoreUrl`. */
  readonly eventStorePort: number;
  /** `EVENT_STORE_URL`: a KurrentDB that runs already. Absent: the embedded store is started. */
  readonly eventStoreUrl?: string;
  /** `LOG_TO_TERMINAL=1`: every log line, not only warnings and errors. */
  readonly logToTerminal: boolean;
}

/** Reads the settings from the environment. An empty value counts as absent. @throws StartFailure `invalid_setting` */
export function settingsFrom(env: NodeJS.ProcessEnv, root: string): Settings {
  return {
    dataDir: resolve(root, env.DATA_DIR || '.data'),
    port: portFrom(env, 'PORT', 8080),
    natsPort: portFrom(env, 'NATS_PORT', 4222),
    ...(env.NATS_URL && { natsUrl: env.NATS_URL }),
    eventStorePort: portFrom(env, 'EVENT_STORE_PORT', 2113),
    ...(env.EVENT_STORE_URL && { eventStoreUrl: env.EVENT_STORE_URL }),
    logToTerminal: env.LOG_TO_TERMINAL === '1',
  };
}

function portFrom(env: NodeJS.ProcessEnv, setting: string, otherwise: number): number {
  const given = env[setting];
  if (!given) return otherwise;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 1 && port <= PORT_MAX) return port;
  const message = `${setting}=${given} is not a port: set it to a whole number from 1 to ${PORT_MAX}.`;
  throw new StartFailure('invalid_setting', message, { setting, given });
}
