import { join } from 'node:path';
import type { ExtraLogin } from '@evidence/installation';
import { announceSystem, type RunningSystem } from '@evidence/runtime/running-system';
import { type DataDir, takeDataDir } from './data-dir.js';
import { StartFailure } from './failure.js';
import { KeptProgram } from './kept-program.js';
import { Logins } from './logins.js';
import { natsProgram } from './nats-program.js';
import { defaultCacheDir, findNatsServer } from './nats-server.js';
import { claimPorts } from './ports.js';
import type { ProgramOptions } from './program.js';
import { type Progress, progressIn, rebuildingIn, waitedFor } from './progress.js';
import { keepProvisioned } from './provisioning.js';
import { readable } from './readable-log.js';
import { portsOf, type Settings } from './settings.js';
import { v8FlagsOf } from './v8-flags.js';
import { isListening, until } from './waiting.js';

const SERVER_DEADLINE_MS = 20_000;
/** Counts from the last progress, which views make while they are rebuilt from a long log. */
const READY_DEADLINE_MS = 60_000;
const READY_REQUEST_TIMEOUT_MS = 5_000;
/** After this time, the terminal shows what the start is waiting for. */
const STILL_WAITING_MS = 5_000;
/** How long each program may take to finish its work once it is asked to exit. */
const DRAIN_DEADLINE_MS = 10_000;

const WORKERS = ['scoping', 'mapping', 'renderer', 'expiry'] as const;
const SERVICES = ['gateway', ...WORKERS] as const;

export type ProgramName = 'nats-server' | 'store-server' | 'gateway' | (typeof WORKERS)[number];

/** The script of each Node program of the stack. Tests substitute their own. */
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
  /** Passed to every program, with the addresses of the others added. */
  readonly env: NodeJS.ProcessEnv;
  /** Receives, line by line, what the person at the terminal should know. */
  readonly say: (line: string) => void;
  /** More logins of the embedded event store, without restrictions: for tests that write what no service would. */
  readonly storeLogins?: readonly ExtraLogin[];
}

/** The whole system on this machine: nats-server, the embedded event store and the five services, each a process. */
export class Stack {
  readonly url: string;
  readonly natsUrl: string;
  readonly #programs = new Map<ProgramName, KeptProgram>();
  readonly #logins: Logins;
  readonly #stopped = new AbortController();
  /** The furthest progress of each part, in percent. */
  readonly #progress = new Map<string, number>();
  #progressedAtMs = 0;
  #dataDir: DataDir | undefined;
  #withdraw: () => Promise<void> = async () => {};
  #endProvisioning: () => Promise<void> = async () => {};

  constructor(private readonly options: StackOptions) {
    const { host, port, natsPort, natsUrl } = options.settings;
    this.#logins = new Logins(options.settings);
    this.url = `http://${reached(host)}:${port}`;
    this.natsUrl = natsUrl ?? `nats://127.0.0.1:${natsPort}`;
  }

  /** Contains the operator's login, so it is a secret. Known once {@link start} has begun. */
  get eventStoreUrl(): string {
    return this.#logins.eventStoreUrl('operator');
  }

  /** The environment of a program that uses this stack, such as the `evidence` command. */
  get env(): NodeJS.ProcessEnv {
    const { dataDir } = this.options.settings;
    const { PORT: _ours, ...env } = this.#logins.without(this.options.env);
    return {
      PUBLIC_URL: this.url,
      ...env,
      NATS_URL: this.natsUrl,
      ...this.#logins.env('operator'),
      DATA_DIR: dataDir,
    };
  }

  /** With the logins of a service, also for another instance of it. `HEALTH_PORT` is the gateway's; the others follow. */
  serviceEnv(name: (typeof SERVICES)[number]): NodeJS.ProcessEnv {
    const { HEALTH_PORT: first, ...env } = { ...this.env, ...this.#logins.env(name) };
    return first ? { ...env, HEALTH_PORT: String(Number(first) + SERVICES.indexOf(name)) } : env;
  }

  get isStopping(): boolean {
    return this.#stopped.signal.aborted;
  }

  /**
   * Starts everything and waits until a report can be made.
   *
   * @throws StartFailure when it cannot; the caller must then stop what has started.
   */
  async start(): Promise<void> {
    const { settings } = this.options;
    this.#dataDir = await takeDataDir(settings.dataDir);
    await claimPorts(portsOf(settings), this.#dataDir.afterCrash);
    await this.#logins.ensure(new Date(), this.options.storeLogins);
    const natsPath = await this.#natsServer();
    this.options.say('Starting NATS and the event store …');
    const bus = this.#startNats(natsPath, this.#dataDir).then(() => this.#provision());
    await Promise.all([bus, this.#startStore(this.#dataDir)]);
    this.#withdraw = await announceSystem(this.#system(), this.options.env);
    this.options.say('Starting the five services …');
    for (const name of SERVICES) {
      if (this.isStopping) return;
      const own = this.serviceEnv(name);
      const env = name === 'gateway' ? { ...own, PORT: String(settings.port) } : own;
      this.#keep(name, this.#nodeProgram(name, this.#dataDir, env));
    }
    await this.#untilReady();
  }

  /**
   * Drains: the gateway first, so that nothing new comes in, then the workers, then what they write to. A program that does not exit in time
   * is killed.
   */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#endProvisioning();
    for (const names of [['gateway'], WORKERS, ['store-server'], ['nats-server']] as const) {
      await Promise.all(names.map((name) => this.#stop(name)));
    }
    await this.#leave();
  }

  /** Kills every program at once; the next start picks up unfinished work. */
  async stopAtOnce(): Promise<void> {
    this.#stopped.abort();
    await this.#endProvisioning();
    await Promise.all([...this.#programs.values()].map((program) => program.stop(0)));
    await this.#leave();
  }

  /** Kills one program with SIGKILL. It is restarted. */
  kill(name: ProgramName): void {
    this.#programs.get(name)?.kill('SIGKILL');
  }

  /** Process ids by program; one that waits for its restart is absent. */
  pids(): ReadonlyMap<ProgramName, number> {
    return new Map([...this.#programs].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]])));
  }

  #system(): RunningSystem {
    const { url, natsUrl, eventStoreUrl } = this;
    const natsAccess = this.#logins.natsAccess('operator');
    return { pid: process.pid, dataDir: this.options.settings.dataDir, url, natsUrl, natsAccess, eventStoreUrl };
  }

  async #leave(): Promise<void> {
    await this.#withdraw();
    await this.#dataDir?.release();
    this.#dataDir = undefined;
  }

  /** The program to start, fetched if necessary; undefined: a server is already running. */
  async #natsServer(): Promise<string | undefined> {
    const { settings, env, say } = this.options;
    if (settings.natsUrl !== undefined) return undefined;
    return (await findNatsServer({ env, cacheDir: defaultCacheDir(env), say })).path;
  }

  async #startNats(path: string | undefined, dataDir: DataDir): Promise<void> {
    const { settings, env } = this.options;
    if (path === undefined) return;
    const logFile = join(dataDir.logs, 'nats-server.log');
    const options = {
      path,
      port: settings.natsPort,
      storeDir: dataDir.nats,
      runDir: dataDir.run,
      logFile,
      env,
      more: ['include ./nats-users.conf'],
    };
    await this.#startServer('nats-server', await natsProgram(options), settings.natsPort);
  }

  async #startStore(dataDir: DataDir): Promise<void> {
    const { eventStoreUrl, eventStorePort } = this.options.settings;
    if (eventStoreUrl !== undefined) return;
    const env = { ...this.env, ...this.#logins.storeEnv, EVENT_STORE_PORT: String(eventStorePort) };
    await this.#startServer('store-server', this.#nodeProgram('store-server', dataDir, env), eventStorePort);
  }

  async #provision(): Promise<void> {
    if (this.isStopping) return;
    const servers = this.natsUrl.split(',');
    const access = this.#logins.natsAccess('provisioning');
    this.#endProvisioning = await keepProvisioned({ servers, access, say: this.options.say });
    if (this.isStopping) await this.#endProvisioning();
  }

  /** Starts a server and waits until it listens, so that the first attempt of its clients succeeds. */
  async #startServer(name: ProgramName, program: ProgramOptions, port: number): Promise<void> {
    if (this.isStopping) return;
    this.#keep(name, program);
    const waiting = { timeoutMs: SERVER_DEADLINE_MS, signal: this.#stopped.signal };
    if ((await until(() => isListening(port), waiting)) || this.isStopping) return;
    const message = `${name} is still not listening on port ${port} after ${SERVER_DEADLINE_MS / 1000} s; see ${program.logFile}.`;
    throw new StartFailure('not_ready', message, { name, port });
  }

  #nodeProgram(name: keyof Scripts, dataDir: DataDir, env: NodeJS.ProcessEnv): ProgramOptions {
    const logFile = join(dataDir.logs, `${name}.log`);
    const args = [...v8FlagsOf(name), this.options.scripts[name]];
    return { name, command: process.execPath, args, env, leashed: true, logFile };
  }

  #keep(name: ProgramName, options: ProgramOptions): void {
    const { say, settings } = this.options;
    const onLine = (line: string, from: 'stdout' | 'stderr') => {
      const shown = readable(name, line, from, settings.logToTerminal);
      this.#hear(rebuildingIn(line));
      if (shown !== undefined) say(shown);
    };
    const program = new KeptProgram({ ...options, onLine, say });
    this.#programs.set(name, program);
    program.start();
  }

  async #stop(name: ProgramName): Promise<void> {
    const program = this.#programs.get(name);
    const byItself = (await program?.stop(DRAIN_DEADLINE_MS)) ?? true;
    if (!byItself) this.options.say(`${name} did not exit within ${DRAIN_DEADLINE_MS / 1000} s and was killed.`);
  }

  /** A part that keeps starting over makes no progress. */
  #hear(progress: readonly Progress[]): void {
    for (const { part, percent } of progress) {
      if (percent <= (this.#progress.get(part) ?? -1)) continue;
      this.#progress.set(part, percent);
      this.#progressedAtMs = performance.now();
    }
  }

  async #untilReady(): Promise<void> {
    let answer = 'no response';
    const isReady = async () => {
      try {
        const timeout = AbortSignal.timeout(READY_REQUEST_TIMEOUT_MS);
        const response = await fetch(`${this.url}/readyz`, { signal: timeout });
        answer = `${response.status} ${await response.text()}`;
        this.#hear(progressIn(answer));
        return response.status === 200;
      } catch {
        return false;
      }
    };
    this.#progressedAtMs = performance.now();
    const progressedAtMs = () => this.#progressedAtMs;
    const waiting = { timeoutMs: READY_DEADLINE_MS, progressedAtMs, signal: this.#stopped.signal };
    const word = setInterval(() => this.options.say(`Waiting for ${waitedFor(answer)} …`), STILL_WAITING_MS);
    const ready = await until(isReady, waiting);
    clearInterval(word);
    if (ready || this.isStopping) return;
    const down = [...this.#programs.values()].filter(({ pid }) => pid === undefined);
    const what =
      down.length > 0
        ? down.map(({ name, logFile }) => `${name} keeps exiting (${logFile})`).join(', ')
        : `${this.url}/readyz says ${answer} (${this.#dataDir?.logs})`;
    const message = `Not ready, and no progress for ${READY_DEADLINE_MS / 1000} s: ${what}.`;
    throw new StartFailure('not_ready', message, { answer, down: down.map(({ name }) => name) });
  }
}

/** The host at which a program on this machine reaches a server that listens on `host`. */
function reached(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
