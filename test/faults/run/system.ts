import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localStoreUrl } from '@evidence/local';
import { eventually, freePort, REPOSITORY, tempFolder } from '@evidence/testkit';

const run = promisify(execFile);
const READY_WITHIN_MS = 180_000;
const STARTS_MAX = 3;
const GONE_WITHIN_MS = 30_000;
/** Enough for a thousand reports, the logs, and the data of JetStream and the event store. */
const DISK_BYTES = 1_500_000_000;

export const PROGRAMS = ['nats-server', 'store-server', 'gateway', 'scoping', 'mapping', 'renderer', 'expiry'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** The part of the command line that identifies each program. */
const MARKS: Readonly<Record<ProgramName, string>> = {
  'nats-server': 'nats.conf',
  'store-server': 'store-server/dist/main.js',
  gateway: 'services/gateway/dist/main.js',
  scoping: 'services/scoping/dist/main.js',
  mapping: 'services/mapping/dist/main.js',
  renderer: 'services/renderer/dist/main.js',
  expiry: 'services/expiry/dist/main.js',
};

/** `npm start` in its own process, on its own disk where we may mount one, with a clock that can be moved. */
export class System implements AsyncDisposable {
  #supervisor: ChildProcess | undefined;

  readonly root: string;
  readonly dataDir: string;
  /** Undefined: the disk is the machine's, and is not filled. */
  readonly disk: string | undefined;
  readonly env: NodeJS.ProcessEnv & { readonly PORT: string };
  readonly #say: (line: string) => void;

  private constructor(root: string, disk: string | undefined, env: System['env'], say: (line: string) => void) {
    this.root = root;
    this.disk = disk;
    this.dataDir = env.DATA_DIR ?? '';
    this.env = env;
    this.#say = say;
  }

  static async open(deadlineSeconds: number, say: (line: string) => void): Promise<System> {
    const { path: root } = await tempFolder();
    const disk = await mounted(join(root, 'disk'));
    const [port, natsPort, storePort] = await Promise.all([freePort(), freePort(), freePort()]);
    const dataDir = join(disk ?? root, 'data');
    const preload = join(import.meta.dirname, 'moved-clock.mjs');
    const env = {
      ...process.env,
      DATA_DIR: dataDir,
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? root, '.cache'),
      PORT: `${port}`,
      NATS_PORT: `${natsPort}`,
      EVENT_STORE_PORT: `${storePort}`,
      NATS_URL: '',
      EVENT_STORE_URL: '',
      RATE_LIMIT_REPORTS_PER_MINUTE: '0',
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_TENANT_PER_MINUTE: '0',
      // This run tests a full disk, and its disk is smaller than what must stay free by default.
      DISK_WATERMARK_BYTES: '0',
      // More than usual for a machine like this, because each deleted message occupies a slot for a minute.
      REPORTS_AT_ONCE: '16',
      REPORT_DEADLINE_SECONDS: `${deadlineSeconds}`,
      FAULTS_CLOCK_FILE: join(root, 'clock'),
      NODE_OPTIONS: `--import=${preload}`,
    };
    const system = new System(root, disk, env, say);
    try {
      await system.start();
    } catch (error) {
      await system[Symbol.asyncDispose]();
      throw error;
    }
    return system;
  }

  get url(): string {
    return `http://127.0.0.1:${this.env.PORT}`;
  }

  get natsUrl(): string {
    return `nats://127.0.0.1:${this.env.NATS_PORT}`;
  }

  /** With the operator's login. */
  async eventStoreUrl(): Promise<string> {
    return String(await localStoreUrl(this.dataDir, 'operator', String(this.env.EVENT_STORE_PORT)));
  }

  token(): Promise<string> {
    return readFile(join(this.dataDir, 'demo', 'token'), 'utf8').then((text) => text.trim());
  }

  /** Starts the supervisor, and waits until a report can be made. Tries at most three times, because the machine may be busy. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#start();
      } catch (error) {
        await this.stop();
        if (attempt === STARTS_MAX) throw error;
      }
    }
  }

  async #start(): Promise<void> {
    const main = join(REPOSITORY, 'deploy', 'local', 'dist', 'main.js');
    const supervisor = spawn(process.execPath, [main], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#supervisor = supervisor;
    let said = '';
    for (const stream of [supervisor.stdout, supervisor.stderr])
      stream.on('data', (chunk) => {
        said = `${said}${chunk}`.slice(-4_000);
      });
    supervisor.once('exit', (code) => {
      if (code) this.#say(`the supervisor ended with exit code ${code}:\n${said}`);
    });
    await this.untilReady();
    if (!this.isSupervised) throw new Error('The supervisor did not start.');
    // What has not been seeded yet, the first time.
    await eventually(() => this.token(), { timeoutMs: READY_WITHIN_MS });
  }

  get isSupervised(): boolean {
    return this.#supervisor?.exitCode === null && this.#supervisor.signalCode === null;
  }

  untilReady(): Promise<void> {
    return eventually(
      async () => {
        if (!this.isSupervised) return;
        const { status } = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
        if (status !== 200) throw new Error(`/readyz returns ${status}`);
      },
      { timeoutMs: READY_WITHIN_MS },
    );
  }

  /** Kills the supervisor, as a crash or the kernel's out-of-memory killer would. Returns how many programs outlived it. */
  async killSupervisor(): Promise<number> {
    this.#supervisor?.kill('SIGKILL');
    return this.#gone();
  }

  /** Like Ctrl-C. Returns how many programs outlived it. */
  async stop(): Promise<number> {
    this.#supervisor?.kill('SIGTERM');
    return this.#gone();
  }

  async #gone(): Promise<number> {
    await eventually(
      async () => {
        const left = (await this.processes()).size;
        if (left > 0 || this.isSupervised) throw new Error(`${left} programs are left`);
      },
      { timeoutMs: GONE_WITHIN_MS },
    ).catch(() => undefined);
    return (await this.processes()).size;
  }

  /** Sends a signal to a program, if it is running. Returns whether it was. */
  async signal(name: ProgramName, signal: NodeJS.Signals): Promise<boolean> {
    for (const [pid, found] of await this.processes()) {
      if (found !== name) continue;
      process.kill(pid, signal);
      return true;
    }
    return false;
  }

  /** Our running programs except the supervisor, by process id: found by the data folder in their environment. */
  async processes(): Promise<ReadonlyMap<number, ProgramName>> {
    const found = new Map<number, ProgramName>();
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.includes(`DATA_DIR=${this.dataDir}\0`)) continue;
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const name = PROGRAMS.find((program) => line.includes(MARKS[program]));
      if (name) found.set(Number(pid), name);
    }
    return found;
  }

  moveClock(byMs: number): Promise<void> {
    return writeFile(join(this.root, 'clock'), String(byMs));
  }

  /** The operator's command, on the clock of the machine. */
  async evidence(
    ...args: string[]
  ): Promise<{ readonly stdout: string; readonly stderr: string; readonly failed: boolean }> {
    const env = { ...this.env, NODE_OPTIONS: '' };
    const command = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
    return run(process.execPath, [command, ...args], { env, maxBuffer: 64_000_000 }).then(
      ({ stdout, stderr }) => ({ stdout, stderr, failed: false }),
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ stdout, stderr, failed: true }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#supervisor?.kill('SIGKILL');
    for (const pid of (await this.processes()).keys()) process.kill(pid, 'SIGKILL');
    await this.#gone();
    if (this.disk) execFileSync('umount', ['--lazy', this.disk]);
    await rm(this.root, { recursive: true, force: true });
  }
}

/** A small disk in memory, which only a superuser may mount. */
async function mounted(path: string): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  await mkdir(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'faults', path], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}
