import { createServer } from 'node:net';
import { StartFailure } from './failure.js';
import { until } from './waiting.js';

/** How long the programs of a killed run may take to notice it and release their ports. */
const RELEASE_DEADLINE_MS = 12_000;

/** The ports the stack will listen on, by the setting that changes them. */
export type Ports = Readonly<Record<string, number>>;

/**
 * Checks that every port is free on loopback, waiting a little when `afterCrash`.
 *
 * @throws StartFailure `port_in_use` with a line for each one that is taken, naming its setting.
 */
export async function claimPorts(ports: Ports, afterCrash: boolean): Promise<void> {
  const timeoutMs = afterCrash ? RELEASE_DEADLINE_MS : 0;
  const claims = Object.entries(ports).map(async ([setting, port]) => {
    const free = await until(() => isFree(port), { timeoutMs });
    return free ? [] : [`Port ${port} is in use by another program: stop it, or set ${setting} to a free port.`];
  });
  const taken = (await Promise.all(claims)).flat();
  if (taken.length > 0) throw new StartFailure('port_in_use', taken.join('\n'), { ports });
}

/** Only a bind is a reliable test; a connect would miss a program that does not accept connections yet. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
