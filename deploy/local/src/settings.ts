import { resolve } from 'node:path';
import { eventStoreUrlIn, type NatsAccess, natsAccessIn } from '@evidence/runtime';
import { StartFailure } from './failure.js';
import type { Ports } from './ports.js';

const PORT_MAX = 65_535;

/** What the environment may change about a local run. */
export interface Settings {
  /** `DATA_DIR`, default `.data` in the repository: everything the run stores. */
  readonly dataDir: string;
  /** `PORT`, default 8080: the REST API. */
  readonly port: number;
  /** `HOST`, default 127.0.0.1: where the REST API listens. */
  readonly host: string;
  /** `NATS_PORT`, default 4222; unused with `natsUrl`. */
  readonly natsPort: number;
  /** `NATS_URL`: a server that is already running. Absent: one is started. */
  readonly natsUrl?: string;
  /** How to log in to that server; absent without `natsUrl`. */
  readonly natsAccess?: NatsAccess;
  /** `EVENT_STORE_PORT`, default 2113; unused with `eventStoreUrl`. */
  readonly eventStorePort: number;
  /** `EVENT_STORE_URL`, with the login that the environment has for it: a KurrentDB that is already running. Absent: the embedded store is started. */
  readonly eventStoreUrl?: string;
  /** `HEALTH_PORT`: the first of the ports on which the five services serve health and metrics. Absent: none. */
  readonly healthPort?: number;
  /** `LOG_TO_TERMINAL=1`: every log line, not only warnings and errors. */
  readonly logToTerminal: boolean;
}

/** The settings, and a sentence for each wrong one. An empty value counts as absent. */
export function readSettings(env: NodeJS.ProcessEnv, root: string): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  const port = (setting: string, otherwise: number, max = PORT_MAX) => {
    const value = Number(env[setting] || otherwise);
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    const isFirstOfSeveral = max < PORT_MAX && value > max && value <= PORT_MAX;
    const what = isFirstOfSeveral ? `leaves no room for the ${PORT_MAX - max} ports that follow it` : 'is not a port';
    problems.push(`${setting}=${env[setting]} ${what}: set it to a whole number from 1 to ${max}.`);
    return value;
  };
  if (!['', '0', '1'].includes(env.LOG_TO_TERMINAL ?? ''))
    problems.push(`LOG_TO_TERMINAL=${env.LOG_TO_TERMINAL} is neither 0 nor 1: set it to one of them.`);
  const access = env.NATS_URL ? natsAccessIn(env) : undefined;
  const store = env.EVENT_STORE_URL ? eventStoreUrlIn(env) : undefined;
  for (const read of [access, store]) if (read && 'problems' in read) problems.push(...read.problems);
  const settings: Settings = {
    dataDir: resolve(root, env.DATA_DIR || '.data'),
    port: port('PORT', 8080),
    host: env.HOST || '127.0.0.1',
    natsPort: port('NATS_PORT', 4222),
    ...(env.NATS_URL && { natsUrl: env.NATS_URL }),
    ...(access && 'value' in access && { natsAccess: absolute(access.value) }),
    eventStorePort: port('EVENT_STORE_PORT', 2113),
    ...(store && 'value' in store && { eventStoreUrl: store.value }),
    ...(env.HEALTH_PORT && { healthPort: port('HEALTH_PORT', 0, PORT_MAX - SERVICES + 1) }),
    logToTerminal: env.LOG_TO_TERMINAL === '1',
  };
  return { settings, problems: [...problems, ...sharedPorts(portsOf(settings))] };
}

/** The paths made absolute, because the programs run in another folder. */
const absolute = ({ user, ...files }: NatsAccess): NatsAccess => ({
  ...(user !== undefined && { user }),
  ...Object.fromEntries(Object.entries(files).map(([member, path]) => [member, resolve(path)])),
});

/** As {@link readSettings}. @throws StartFailure `invalid_setting` */
export function settingsFrom(env: NodeJS.ProcessEnv, root: string): Settings {
  const { settings, problems } = readSettings(env, root);
  if (problems.length > 0) throw invalidSettings(problems);
  return settings;
}

export const invalidSettings = (problems: readonly string[]) =>
  new StartFailure('invalid_setting', problems.join('\n'), { problems });

/** gateway, scoping, mapping, renderer and expiry. */
const SERVICES = 5;

/** The ports on which our programs will listen, by the setting that changes each. */
export const portsOf = ({ port, natsUrl, natsPort, eventStoreUrl, eventStorePort, healthPort }: Settings): Ports => ({
  PORT: port,
  ...(natsUrl === undefined && { NATS_PORT: natsPort }),
  ...(eventStoreUrl === undefined && { EVENT_STORE_PORT: eventStorePort }),
  ...(healthPort !== undefined &&
    Object.fromEntries(
      Array.from({ length: SERVICES }, (_, n) => [n === 0 ? 'HEALTH_PORT' : `HEALTH_PORT + ${n}`, healthPort + n]),
    )),
});

function sharedPorts(ports: Ports): string[] {
  const bySetting = Object.entries(ports);
  return bySetting.flatMap(([setting, port], index) => {
    const earlier = bySetting.slice(0, index).find(([, other]) => other === port);
    return earlier ? [`${earlier[0]} and ${setting} are both ${port}: set one of them to another port.`] : [];
  });
}
