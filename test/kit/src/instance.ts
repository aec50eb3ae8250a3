import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramName, scriptsOf } from '@evidence/local';
import { freePort, REPOSITORY } from './places.js';
import type { TestStack } from './stack.js';

type ServiceName = Exclude<ProgramName, 'nats-server' | 'store-server'>;

/** An additional process of a service, on the bus, the store and the data folder of a stack. */
export interface Instance extends AsyncDisposable {
  readonly pid: number;
  /** Where the API of a gateway is. */
  readonly url: string;
  /** Where `/healthz`, `/readyz` and `/metrics` are. */
  readonly healthUrl: string;
  /** Ends it like a crash. Nothing restarts it. */
  kill(): Promise<void>;
}

/** Its log is in the stack's folder of logs, as `<service>-2.log`. `cpu`: the only core that it may use (Linux). */
export async function startInstance(
  stack: Pick<TestStack, 'serviceEnv' | 'dataDir'>,
  name: ServiceName,
  { env = {}, cpu }: { readonly env?: NodeJS.ProcessEnv; readonly cpu?: number } = {},
): Promise<Instance> {
  const [port, healthPort] = [await freePort(), await freePort()];
  const script = [process.execPath, scriptsOf(REPOSITORY)[name]] as const;
  const [command, ...args] = cpu === undefined ? script : (['taskset', '-c', `${cpu}`, ...script] as const);
  const log = openSync(join(stack.dataDir, 'logs', `${name}-2.log`), 'a');
  const child: ChildProcess = spawn(command, args, {
    env: { ...stack.serviceEnv(name), PORT: `${port}`, HEALTH_PORT: `${healthPort}`, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    healthUrl: `http://127.0.0.1:${healthPort}`,
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}
