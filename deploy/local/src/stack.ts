import { join } from 'node:path';
import { announceSystem, type RunningSystem } from '@evidence/runtime/running-system';
import { type DataDir, takeDataDir } from './data-dir.js';
import { StartFailure } from './failure.js';
import { KeptProgram } from './kept-program.js';
import { natsProgram } from './nats-program.js';
import { defaultCacheDir, findNatsServer } from './nats-server.js';
import { claimPorts } from './ports.js';
import type { ProgramOptions } from './program.js';
import { readable } from './readable-log.js';
import { portsOf, type Settings } from './settings.js';
import { isListening, until } from './waiting.js';

const SERVER_DEADLINE_MS = 20_000;
const READY_DEADLINE_MS = 60_000;
const READY_REQUEST_TIMEOUT_MS = 5_000;
/** Each program's time to finish what it has begun, once it is asked to end. */
const DRAIN_DEADLINE_MS = 10_000;

export const WORKERS = ['scoping', 'mapping', 'renderer', 'expiry'] as const;

export type ProgramName = 'nats-server' | 'store-server' | 'gateway' | (typeof WORKERS)[number];

/** The Node programs of the stack: the script that starts each. Tests put stand-ins here. */
export type Scripts = Readonly<Record<Exclude<ProgramName, 'nats-server'>, string>>;

export function scriptsOf(root: string): Scripts {
  const service = (name: string) => join(root, 'services', name, 'dist', 'main.js');
  return {
    'store-server': join(root, 'packages', 'store-server', 'dist', 'main.js'),
    gateway: service('gateway'),
    scoping: service('scoping'),
    mapping: service('mapping'),
    renderer: service('renderer'),
    expiry: service('expiry'),
  };
}

export interface StackOptions {
  readonly settings: Settings;
  readonly scripts: Scripts;
  /** Handed to every program, with the addresses of the others added. */
  readonly env: NodeJS.ProcessEnv;
  /** Told one line at a time what the person at the terminal should know. */
  readonly say: (line: string) => void;
}

/** The whole system on this machine: nats-server, the embedded event store and the five services, each a process. */
export class Stack {
  readonly url: string;
  readonly natsUrl: string;
  readonly eventStoreUrl: string;
  readonly #programs = new Map<ProgramName, KeptProgram>();
  readonly #stopped = new AbortController();
  #dataDir: DataDir | undefined;
  #withdraw: () => Promise<void> = async () => {};

  constructor(private readonly options: StackOptions) {
    const { port, natsPort, natsUrl, eventStorePort, eventStoreUrl } = options.settings;
    this.url = `http://127.0.0.1:${port}`;
    this.natsUrl = natsUrl ?? `nats://127.0.0.1:${natsPort}`;
    this.eventStoreUrl = eventStoreUrl ?? `kurrentdb://127.0.0.1:${eventStorePort}?tls=false`;
  }

  /** What a program needs to work with this stack; the `evidence` command takes the same. */
  get env(): NodeJS.ProcessEnv {
    const { PORT: _ours, ...env } = this.options.env;
    const { dataDir } = this.options.settings;
    return {
      PUBLIC_URL: this.url,
      ...env,
      NATS_URL: this.natsUrl,
      EVENT_STORE_URL: this.eventStoreUrl,
      DATA_DIR: dataDir,
    };
  }

  get isStopping(): boolean {
    return this.#stopped.signal.aborted;
  }

  /**
   * Starts everything and waits until a report can be made.
   *
   * @throws StartFailure when it cannot; what has started is then still to be stopped.
   */
  async start(): Promise<void> {
    const { settings } = this.options;
    this.#dataDir = await takeDataDir(settings.dataDir);
    await claimPorts(portsOf(settings), this.#dataDir.afterCrash);
    await Promise.all([this.#startNats(this.#dataDir), this.#startStore(this.#dataDir)]);
    this.#withdraw = await announceSystem(this.#system(), this.options.env);
    for (const name of ['gateway', ...WORKERS] as const) {
      if (this.isStopping) return;
      const env = name === 'gateway' ? { ...this.env, PORT: String(settings.port) } : this.env;
      this.#keep(name, this.#nodeProgram(name, this.#dataDir, env));
    }
    await this.#untilReady();
  }

  /**
   * Drains: the gateway first, so that nothing new comes in, then the workers, then what they write to. Each gets its
   * time and is then ended by force.
   */
  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const names of [['gateway'], WORKERS, ['store-server'], ['nats-server']] as const) {
      await Promise.all(names.map((name) => this.#stop(name)));
    }
    await this.#leave();
  }

  /** Ends every program at once, unfinished work included; the next start picks that up. */
  async stopAtOnce(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([...this.#programs.values()].map((program) => program.stop(0)));
    await this.#leave();
  }

  /** Kills one program the hard way. It is started again. */
  kill(name: ProgramName): void {
    this.#programs.get(name)?.kill('SIGKILL');
  }

  /** Process ids by program; one that waits to be started again is absent. */
  pids(): ReadonlyMap<ProgramName, number> {
    return new Map([...this.#programs].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]])));
  }

  #system(): RunningSystem {
    const { url, natsUrl, eventStoreUrl } = this;
    return { pid: process.pid, dataDir: this.options.settings.dataDir, url, natsUrl, eventStoreUrl };
  }

  async #leave(): Promise<void> {
    await this.#withdraw();
    await this.#dataDir?.release();
    this.#dataDir = undefined;
  }

  async #startNats(dataDir: DataDir): Promise<void> {
    const { settings, env, say } = this.options;
    if (settings.natsUrl !== undefined) return;
    const { path } = await findNatsServer({ env, cacheDir: defaultCacheDir(env), say });
    const logFile = join(dataDir.logs, 'nats-server.log');
    const options = { path, port: settings.natsPort, storeDir: dataDir.nats, runDir: dataDir.run, logFile, env };
    await this.#startServer('nats-server', await natsProgram(options), settings.natsPort);
  }

  async #startStore(dataDir: DataDir): Promise<void> {
    const { eventStoreUrl, eventStorePort } = this.options.settings;
    if (eventStoreUrl !== undefined) return;
    const env = { ...this.env, EVENT_STORE_PORT: String(eventStorePort) };
    await this.#startServer('store-server', this.#nodeProgram('store-server', dataDir, env), eventStorePort);
  }

  /** Starts a server and waits for it, so that what needs it does not begin with a failed try. */
  async #startServer(name: ProgramName, program: ProgramOptions, port: number): Promise<void> {
    if (this.isStopping) return;
    this.#keep(name, program);
    const waiting = { timeoutMs: SERVER_DEADLINE_MS, signal: this.#stopped.signal };
    if ((await until(() => isListening(port), waiting)) || this.isStopping) return;
    const message = `${name} does not listen on port ${port} after ${SERVER_DEADLINE_MS / 1000} s; see ${program.logFile}.`;
    throw new StartFailure('not_ready', message, { name, port });
  }

  #nodeProgram(name: keyof Scripts, dataDir: DataDir, env: NodeJS.ProcessEnv): ProgramOptions {
    const logFile = join(dataDir.logs, `${name}.log`);
    const args = [this.options.scripts[name]];
    return { name, command: process.execPath, args, env, leashed: true, logFile };
  }

  #keep(name: ProgramName, options: ProgramOptions): void {
    const { say, settings } = this.options;
    const onLine = (line: string, from: 'stdout' | 'stderr') => {
      const shown = readable(name, line, from, settings.logToTerminal);
      if (shown !== undefined) say(shown);
    };
    const program = new KeptProgram({ ...options, onLine, say });
    this.#programs.set(name, program);
    program.start();
  }

  async #stop(name: ProgramName): Promise<void> {
    const program = this.#programs.get(name);
    const byItself = (await program?.stop(DRAIN_DEADLINE_MS)) ?? true;
    if (!byItself) this.options.say(`${name} did not end within ${DRAIN_DEADLINE_MS / 1000} s and was killed.`);
  }

  async #untilReady(): Promise<void> {
    let answer = 'no answer';
    const isReady = async () => {
      try {
        const timeout = AbortSignal.timeout(READY_REQUEST_TIMEOUT_MS);
        const response = await fetch(`${this.url}/readyz`, { signal: timeout });
        answer = `${response.status} ${await response.text()}`;
        return response.status === 200;
      } catch {
        return false;
      }
    };
    const waiting = { timeoutMs: READY_DEADLINE_MS, signal: this.#stopped.signal };
    if ((await until(isReady, waiting)) || this.isStopping) return;
    const down = [...this.#programs.values()].filter(({ pid }) => pid === undefined);
    const what =
      down.length > 0
        ? down.map(({ name, logFile }) => `${name} keeps ending (${logFile})`).join(', ')
        : `${this.url}/readyz says ${answer} (${this.#dataDir?.logs})`;
    const message = `Not ready after ${READY_DEADLINE_MS / 1000} s: ${what}.`;
    throw new StartFailure('not_ready', message, { answer, down: down.map(({ name }) => name) });
  }
}
