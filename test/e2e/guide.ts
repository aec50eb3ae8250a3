import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, freePort, REPOSITORY, type TempFolder, tempFolder, tool } from '@evidence/testkit';
import { expect, test } from 'vitest';

/** A first start imports the samples, which takes a minute on a machine that is busy with other tests. */
export const START_TIMEOUT_MS = 150_000;
const BLOCK_TIMEOUT_MS = 120_000;
const SECTION_TIMEOUT_MS = 300_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** A block of shell commands of a guide. */
export interface Block {
  readonly lines: string;
  /** `start`: it starts the system in another terminal, after Ctrl-C. `stopped`: the system is stopped with Ctrl-C before it. */
  readonly when?: 'start' | 'stopped';
  /** Why no test runs it. */
  readonly notRun?: string;
  /** The lines that the guide says it prints; `…` is any text. */
  readonly shown: readonly string[];
}

export interface Section {
  readonly title: string;
  /** Programs that its commands call and that a machine may lack. */
  readonly needs: readonly string[];
  readonly blocks: readonly Block[];
}

/**
 * The sections of a guide in `docs/`, each a heading `##`. A block is a fence ` ```sh `, then ` start`, ` stopped`, ` needs=<program>,…` or
 * ` not-run: <reason>`. A fence ` ```text ` is what the block before it prints.
 */
export async function readGuide(name: string): Promise<readonly Section[]> {
  const guide = await readFile(join(REPOSITORY, 'docs', name), 'utf8');
  return guide.split(/^## /m).map((text, index) => {
    const title = index === 0 ? 'Before' : String(text.split('\n', 1)[0]);
    const fences = [...text.matchAll(/^```(sh|text)([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, kind, info, lines]) => ({
      isShown: kind === 'text',
      info: String(info).trim(),
      lines: String(lines),
    }));
    const blocks = fences.flatMap(({ isShown, info, lines }, at) => {
      if (isShown) return [];
      const next = fences[at + 1];
      const shown = next?.isShown ? next.lines.split('\n').filter(Boolean) : [];
      const [, notRun] = /^not-run: (.+)$/.exec(info) ?? [];
      const [, when] = /\b(start|stopped)\b/.exec(notRun ? '' : info) ?? [];
      return [{ lines, shown, ...(notRun && { notRun }), ...(when && { when: when as 'start' | 'stopped' }) }];
    });
    const needs = fences.flatMap(({ info }) => /\bneeds=(\S+)/.exec(info)?.[1]?.split(',') ?? []);
    return { title, needs: [...new Set(needs)], blocks };
  });
}

/**
 * Somebody who follows a guide, in a folder that looks like a clone: one terminal with `npm start`, another with one shell, whose variables last
 * from block to block, and which ends at the first command that fails.
 */
export class Reader {
  readonly #folder: TempFolder;
  readonly #env: NodeJS.ProcessEnv;
  readonly #shell: ChildProcess;
  readonly port: number;
  #printed = '';
  #system: ChildProcess | undefined;
  #blocks = 0;

  private constructor(folder: TempFolder, env: NodeJS.ProcessEnv, port: number) {
    this.#folder = folder;
    this.#env = env;
    this.port = port;
    const { DATA_DIR, HOME, PATH } = env;
    this.#shell = spawn('bash', ['--noprofile', '--norc', '-euo', 'pipefail'], {
      cwd: folder.path,
      env: { DATA_DIR, HOME, PATH, USER: 'reader' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream?.on('data', (chunk) => {
        this.#printed += chunk;
        if (this.#printed.length > OUTPUT_BYTES_MAX) this.#shell.kill();
      });
  }

  /** With a system that runs, as `npm start` brings it. */
  static async begin(): Promise<Reader> {
    const folder = await tempFolder();
    for (const name of ['package.json', 'tools', 'deploy', 'packages', 'test'])
      await symlink(join(REPOSITORY, name), join(folder.path, name));
    const home = join(folder.path, 'home');
    await mkdir(home);
    const [port, natsPort, storePort] = await Promise.all([freePort(), freePort(), freePort()]);
    const reader = new Reader(
      folder,
      {
        ...{ PATH: process.env.PATH, HOME: home, NATS_SERVER: process.env.NATS_SERVER },
        ...{ DATA_DIR: join(folder.path, '.data'), PORT: `${port}`, NATS_PORT: `${natsPort}` },
        ...{ EVENT_STORE_PORT: `${storePort}`, RATE_LIMIT_REPORTS_PER_MINUTE: '0' },
      },
      port,
    );
    await reader.#start('npm start');
    return reader;
  }

  get dataDir(): string {
    return String(this.#env.DATA_DIR);
  }

  get home(): string {
    return String(this.#env.HOME);
  }

  /** Runs a block as its guide says, and expects it to print what the guide says. Answers what it printed. */
  async follow({ lines, when, shown }: Block): Promise<string> {
    if (when !== undefined) await this.stop();
    const own = lines.replaceAll('127.0.0.1:8080', `127.0.0.1:${this.port}`);
    const printed = await (when === 'start' ? this.#start(own) : this.run(own));
    const wanted = shown.map((line) => line.trim().split('…').map(escaped).join('.*'));
    expect(printed, lines).toMatch(new RegExp(wanted.join('[\\s\\S]*?')));
    return printed;
  }

  /** Pastes lines into the shell. Rejects with what was printed when one of them fails. */
  async run(lines: string): Promise<string> {
    if (this.#shell.exitCode !== null) throw new Error('A block before this one failed, so this one was not run.');
    const number = ++this.#blocks;
    const end = `\n-- end of block ${number} --\n`;
    const file = join(this.home, `block-${number}.sh`);
    await writeFile(file, lines);
    this.#printed = '';
    this.#shell.stdin?.write(`. ${file} </dev/null 2>&1\nprintf '${end.replaceAll('\n', '\\n')}'\n`);
    const isOver = () => this.#printed.endsWith(end) || this.#shell.exitCode !== null;
    await eventually(() => expect(isOver()).toBe(true), { timeoutMs: BLOCK_TIMEOUT_MS }).catch(() => undefined);
    if (!this.#printed.endsWith(end)) throw new Error(`This block failed:\n${lines}\n${this.#printed}`);
    return this.#printed.slice(0, -end.length);
  }

  async #start(lines: string): Promise<string> {
    const exported = this.#system === undefined ? {} : await this.#exported();
    // A process group of its own, which Ctrl-C in its terminal interrupts as a whole.
    const system = spawn('bash', ['--noprofile', '--norc', '-c', lines], {
      cwd: this.#folder.path,
      env: { ...this.#env, ...exported },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#system = system;
    let shown = '';
    for (const stream of [system.stdout, system.stderr]) stream.on('data', (chunk) => (shown += chunk));
    await eventually(() => expect(system.exitCode !== null || shown.includes('Evidence Reports is ready')).toBe(true), {
      timeoutMs: START_TIMEOUT_MS,
    });
    if (system.exitCode !== null) throw new Error(`The system did not start:\n${lines}\n${shown}`);
    return shown;
  }

  /** What the reader has exported in the shell, from which the system is started too. */
  async #exported(): Promise<NodeJS.ProcessEnv> {
    const entries = (await this.run('env -0')).split('\0').map((entry) => entry.split(/=(.*)/s, 2));
    return Object.fromEntries(entries.filter(([name]) => /^[A-Z]\w*_FILE$/.test(String(name))));
  }

  /** Ctrl-C. */
  async stop(): Promise<void> {
    const system = this.#system;
    if (!system?.pid || system.exitCode !== null) return;
    const closed = once(system, 'close');
    process.kill(-system.pid, 'SIGINT');
    await closed;
    expect(system.exitCode).toBe(0);
  }

  async dispose(): Promise<void> {
    this.#shell.stdin?.end();
    await this.stop();
    if (this.#shell.exitCode === null) await once(this.#shell, 'close');
    await this.#folder.remove();
  }
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The process of a service of the system on a data folder, on Linux. */
export async function pidOf(service: string, dataDir: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eww', '-o', 'pid=,args=']);
  const script = join(REPOSITORY, 'services', service, 'dist', 'main.js');
  for (const line of stdout.split('\n').filter((one) => one.includes(script))) {
    const pid = Number.parseInt(line, 10);
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(`DATA_DIR=${dataDir}`)) return pid;
  }
  throw new Error(`No ${service} runs on ${dataDir}.`);
}

/**
 * One test for each section of a guide, in its order, on the reader of the moment. A section whose programs the machine lacks is skipped and says
 * so, and so is a block that the guide itself marks as not run. `happened` is what befell the system before a section of that title.
 */
export function testGuide(
  name: string,
  sections: readonly Section[],
  readerNow: () => Reader,
  happened: Readonly<Record<string, () => Promise<void>>> = {},
): void {
  for (const { title, needs, blocks } of sections) {
    const toRun = blocks.filter(({ notRun }) => notRun === undefined);
    if (toRun.length > 0)
      test(`docs/${name} does what it says: ${title}`, { timeout: SECTION_TIMEOUT_MS }, async (context) => {
        for (const program of needs)
          if ((await tool(program)) === undefined)
            context.skip(`${program} is not installed: this section is not run.`);
        await happened[title]?.();
        for (const block of toRun) await readerNow().follow(block);
      });
    for (const { lines, notRun } of blocks.filter((one) => one.notRun !== undefined))
      test.skip(`docs/${name}, ${title}, not run (${notRun}): ${lines.trim()}`);
  }
}
