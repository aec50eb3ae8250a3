/**
 * How fast views are rebuilt from a log, relative to how fast the store can be read at all: both with the production client, each in its own
 * process, started as `npm start` starts it, in turn in one run. Each rebuild is compared with the plain readings just before and after it, because
 * the machine's speed changes. `node rebuild.bench.ts --read <url>` is the plain reader.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { openEventStore } from '@evidence/event-store/open';
import { v8FlagsOf } from '@evidence/local';
import { freePort, REPOSITORY, startNats, startStore, tempFolder } from '@evidence/testkit';
import { writeLongLog } from './long-log.ts';

const EVENTS = 100_000;
const ROUNDS = 9;
/** Watching four files every 10 ms takes 3 % of a core. */
const POLL_MS = 25;
const DEADLINE_MS = 180_000;
/** How often a view saves its position while its filter hides all events. */
const UNWRITTEN_POSITIONS_MAX = 1_000;

/** The views of each service, as files under `views/`. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  gateway: ['gateway/reports', 'gateway/findings', 'gateway/tokens', 'gateway/audit'],
  scoping: ['scoping/findings'],
  expiry: ['expiry/duties'],
};

async function readAll(url: string): Promise<void> {
  const store = openEventStore(url, () => new Date());
  // Connects before the measurement.
  await store.head();
  const startedAt = performance.now();
  let events = 0;
  for await (const _ of store.readAll()) events++;
  console.log(JSON.stringify({ events, ms: performance.now() - startedAt }));
  await store.close();
}

/** Events per second of a reader that does nothing with them. */
function readRate(url: string): number {
  const args = [...v8FlagsOf('reader'), import.meta.filename, '--read', url];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const { events, ms } = JSON.parse(stdout) as { events: number; ms: number };
  return (events / ms) * 1_000;
}

/** The file of a view. It stays open, because opening four files at every poll takes CPU from the rebuild. */
class WatchedView implements Disposable {
  readonly #file: string;
  #db: DatabaseSync | undefined;
  #checkpoint: StatementSync | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Undefined: the view does not exist yet. Before it has a WAL, opening it here could make its service fail, which needs it alone for that. */
  position(): number | undefined {
    if (!existsSync(`${this.#file}-wal`)) return undefined;
    try {
      this.#db ??= new DatabaseSync(this.#file, { readOnly: true });
      this.#checkpoint ??= this.#db.prepare('select position from view_checkpoint');
      return Number(this.#checkpoint.get()?.position ?? 0);
    } catch {
      this[Symbol.dispose]();
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    this.#db?.close();
    this.#db = undefined;
    this.#checkpoint = undefined;
  }
}

interface Run {
  readonly process: ChildProcess;
  readonly files: readonly string[];
}

async function startService(name: string, folder: string, env: NodeJS.ProcessEnv): Promise<Run> {
  const views = SERVICES[name] ?? [];
  const own = { DATA_DIR: folder, PORT: String(await freePort()), LOG_LEVEL: 'error' };
  const script = join(REPOSITORY, 'services', name, 'dist', 'main.js');
  const child = spawn(process.execPath, [...v8FlagsOf(name), script], {
    env: { ...process.env, ...env, ...own },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { process: child, files: views.map((view) => join(folder, 'views', `${view}.sqlite`)) };
}

/** Events of the log per second, from the moment when all views in `folder` exist and are empty until all have reached `end`. */
async function rebuildRate(
  names: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
  end: number,
): Promise<number> {
  await rm(join(folder, 'views'), { recursive: true, force: true });
  const runs = await Promise.all(names.map((name) => startService(name, folder, env)));
  using views = new DisposableStack();
  const watched = runs.flatMap((run) => run.files).map((file) => views.use(new WatchedView(file)));
  try {
    const until = async (isSo: (positions: readonly (number | undefined)[]) => boolean): Promise<number> => {
      for (const deadline = performance.now() + DEADLINE_MS; performance.now() < deadline; await pause(POLL_MS)) {
        if (isSo(watched.map((view) => view.position()))) return performance.now();
        const ended = runs.find(({ process: child }) => child.exitCode !== null || child.signalCode !== null);
        if (ended) throw new Error(`${ended.process.spawnargs.join(' ')} ended with ${ended.process.exitCode}`);
      }
      throw new Error(`${names.join(', ')}: not rebuilt in ${DEADLINE_MS} ms`);
    };
    const startedAt = await until((positions) => positions.every((position) => position !== undefined));
    const endedAt = await until((positions) => positions.every((at = 0) => at >= end - UNWRITTEN_POSITIONS_MAX));
    return (end / (endedAt - startedAt)) * 1_000;
  } finally {
    for (const { process: child } of runs) if (child.kill('SIGKILL')) await once(child, 'exit');
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function bench(): Promise<object> {
  await using nats = await startNats();
  await using store = await startStore((file) => writeLongLog(file, EVENTS));
  const env = { NATS_URL: nats.url, EVENT_STORE_URL: store.url };
  const reader = openEventStore(store.url, () => new Date());
  const end = Number(await reader.head());
  await reader.close();
  const each = Object.keys(SERVICES).map((name) => [name]);
  const results: object[] = [];
  // The store reads its log faster once V8 has compiled what it needs.
  readRate(store.url);
  for (const names of [...each, each.flat()]) {
    const rounds: { read: number; rebuilt: number }[] = [];
    await using folder = await tempFolder();
    // Makes keys, and publishes what the log has.
    await rebuildRate(names, folder.path, env, end);
    let before = readRate(store.url);
    for (let round = 0; round < ROUNDS; round++) {
      const rebuilt = await rebuildRate(names, folder.path, env, end);
      const after = readRate(store.url);
      rounds.push({ read: (before + after) / 2, rebuilt });
      before = after;
    }
    const ratio = median(rounds.map(({ read, rebuilt }) => rebuilt / read));
    const [read, rebuilt] = [median(rounds.map((round) => round.read)), median(rounds.map((round) => round.rebuilt))];
    console.log(
      `views of ${names.join(', ')}: ${rebuilt.toFixed(0)} events/s; plain reading ${read.toFixed(0)}/s; ${ratio.toFixed(2)} × that`,
    );
    results.push({ names, readPerSecond: read, rebuiltPerSecond: rebuilt, ratio });
  }
  return { events: end, results };
}

const [mode, url] = process.argv.slice(2);
if (mode === '--read' && url) await readAll(url);
else console.log(JSON.stringify({ bench: 'rebuild', ...(await bench()) }));
