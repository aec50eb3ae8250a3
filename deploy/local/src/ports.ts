import { createServer } from 'node:net';
import { StartFailure } from './failure.js';
import { until } from './waiting.js';

/** Time that the programs of a killed run get to notice it and to let go of their ports. */
const RELEASE_DEADLINE_MS = 12_000;

/** The ports the stack will listen on, by the setting that changes them. */
export type Ports = Readonly<Record<string, number>>;

/**
 * Checks that every port can be had on loopback, waiting a little when `afterCrash`.
 *
 * @throws StartFailure `port_in_use` naming the first one that is taken, and its setting.
 */
export async function claimPorts(ports: Ports, afterCrash: boolean): Promise<void> {
  for (const [setting, port] of Object.entries(ports)) {
    const free = await until(() => isFree(port), { timeoutMs: afterCrash ? RELEASE_DEADLINE_MS : 0 });
    if (free) continue;
    const message = `Port ${port} is in use by another program: stop it, or set ${setting} to a free port.`;
    throw new StartFailure('port_in_use', message, { port, setting });
  }
}

/** A bind is the only honest test; a connect would miss a program that has not yet begun to accept. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
