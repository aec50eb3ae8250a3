import { resolve } from 'node:path';
import { StartFailure } from './failure.js';
import type { Ports } from './ports.js';

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

/** The settings, and a sentence for each that is wrong. An empty value counts as absent. */
export function readSettings(env: NodeJS.ProcessEnv, root: string): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  const port = (setting: string, otherwise: number) => {
    const value = Number(env[setting] || otherwise);
    if (!Number.isInteger(value) || value < 1 || value > PORT_MAX)
      problems.push(`${setting}=${env[setting]} is not a port: set it to a whole number from 1 to ${PORT_MAX}.`);
    return value;
  };
  const settings: Settings = {
    dataDir: resolve(root, env.DATA_DIR || '.data'),
    port: port('PORT', 8080),
    natsPort: port('NATS_PORT', 4222),
    ...(env.NATS_URL && { natsUrl: env.NATS_URL }),
    eventStorePort: port('EVENT_STORE_PORT', 2113),
    ...(env.EVENT_STORE_URL && { eventStoreUrl: env.EVENT_STORE_URL }),
    logToTerminal: env.LOG_TO_TERMINAL === '1',
  };
  return { settings, problems: [...problems, ...sharedPorts(portsOf(settings))] };
}

/** As {@link readSettings}. @throws StartFailure `invalid_setting` */
export function settingsFrom(env: NodeJS.ProcessEnv, root: string): Settings {
  const { settings, problems } = readSettings(env, root);
  if (problems.length > 0) throw invalidSettings(problems);
  return settings;
}

export const invalidSettings = (problems: readonly string[]) =>
  new StartFailure('invalid_setting', problems.join('\n'), { problems });

/** The ports on which something of ours will listen, by the setting that changes each. */
export const portsOf = ({ port, natsUrl, natsPort, eventStoreUrl, eventStorePort }: Settings): Ports => ({
  PORT: port,
  ...(natsUrl === undefined && { NATS_PORT: natsPort }),
  ...(eventStoreUrl === undefined && { EVENT_STORE_PORT: eventStorePort }),
});

function sharedPorts(ports: Ports): string[] {
  const bySetting = Object.entries(ports);
  return bySetting.flatMap(([setting, port], index) => {
    const earlier = bySetting.slice(0, index).find(([, other]) => other === port);
    return earlier ? [`${earlier[0]} and ${setting} are both ${port}: set one of them to another port.`] : [];
  });
}
