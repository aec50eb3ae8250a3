import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProgramOptions } from './program.js';

/** Disk space that JetStream may use: far more than any sample needs, far less than a disk. */
const STORE_MAX = '10GB';
const MEMORY_MAX = '64MB';
/** Events carry references, not findings; 1 MB is nats-server's own default and the bus's ceiling. */
const PAYLOAD_MAX = '1MB';
const CONNECTIONS_MAX = 256;

export interface NatsProgramOptions {
  /** The nats-server binary, see {@link findNatsServer}. */
  readonly path: string;
  readonly port: number;
  /** JetStream's folder; a server restarted on it has all streams and consumers. */
  readonly storeDir: string;
  /** Folder of the configuration and the pid file. */
  readonly runDir: string;
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** More configuration, one statement per line: who may log in, and how. */
  readonly more?: readonly string[];
}

/** A nats-server with JetStream on loopback: writes its configuration and returns how to start it. */
export async function natsProgram(options: NatsProgramOptions): Promise<ProgramOptions> {
  const { storeDir, runDir, logFile, env } = options;
  await mkdir(storeDir, { recursive: true });
  await mkdir(runDir, { recursive: true });
  const config = join(runDir, 'nats.conf');
  await writeFile(config, configText(options));
  return { name: 'nats-server', command: options.path, args: ['--config', config], env, leashed: false, logFile };
}

/** One statement per line: nats-server 2.10 does not start when two share a line without a comma. */
function configText({ port, storeDir, runDir, more = [] }: NatsProgramOptions): string {
  return [
    `listen: "127.0.0.1:${port}"`,
    'server_name: evidence-local',
    `pid_file: ${JSON.stringify(natsPidFile(runDir))}`,
    `max_payload: ${PAYLOAD_MAX}`,
    `max_connections: ${CONNECTIONS_MAX}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(storeDir)}`,
    `  max_file_store: ${STORE_MAX}`,
    `  max_memory_store: ${MEMORY_MAX}`,
    '}',
    ...more,
    '',
  ].join('\n');
}

/** Where a nats-server writes its process id when it starts. The file stays when it ends. */
export const natsPidFile = (runDir: string) => join(runDir, 'nats.pid');
