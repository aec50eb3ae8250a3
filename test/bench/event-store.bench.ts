/**
 * The cost of gRPC: appends per second through store-server (its own process, the production client) relative to those of the engine in
 * this process, on the same disk, in the same run. One event of 1 KB per append.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Of } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import { openKurrentEventStore } from '@evidence/event-store/kurrent';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { ensureStoreCredentials } from '@evidence/installation';
import { storeCredentials } from '@evidence/local';

const SEQUENTIAL_APPENDS = 1_000;
const CONCURRENT_APPENDS = 8_000;
const CALLERS = 64;
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), 'event-store-bench-'));
const main = fileURLToPath(new URL('../../packages/store-server/dist/main.js', import.meta.url));
await ensureStoreCredentials(folder, new Date(), [{ name: 'bench', passwordSha256: sha256Of('bench') }]);
const { authorityFile, certificateFile, keyFile, loginsFile } = storeCredentials(folder);
const doors = { STORE_CERTIFICATE_FILE: certificateFile, STORE_KEY_FILE: keyFile, STORE_LOGINS_FILE: loginsFile };
const env = { ...process.env, ...doors, DATA_DIR: folder, EVENT_STORE_PORT: '0' };
const startedAt = performance.now();
const server = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(server.stdout, 'data');
const startMs = Math.round(performance.now() - startedAt);
const port = /127\.0\.0\.1:(\d+)/.exec(String(line))?.[1];

const stores = {
  server: openKurrentEventStore({
    connectionString: `kurrentdb://bench:bench@localhost:${port}?tlsCaFile=${encodeURIComponent(authorityFile)}`,
  }),
  engine: openSqliteEventStore({ file: join(folder, 'engine.sqlite'), now: () => new Date() }),
};

const eventOf1Kb = () => ({
  id: randomUUID(),
  type: 'Measured',
  data: { text: 'x'.repeat(900) },
  metadata: { cause: 'bench' },
});

/** Appends per second of this many callers, each with its own stream, each waiting for its response. */
async function rateOf(store: EventStore, callers: number, appends: number): Promise<number> {
  const run = randomUUID();
  const began = performance.now();
  const caller = async (_: unknown, n: number) => {
    for (let i = 0; i < appends / callers; i++) await store.append(`bench-${run}-${n}`, 'any', [eventOf1Kb()]);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (appends / (performance.now() - began)) * 1_000;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The two take turns, so that a disk that slows down slows both. */
async function compared(callers: number, appends: number) {
  const rates: Record<keyof typeof stores, number[]> = { server: [], engine: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['server', 'engine'] as const) rates[name].push(await rateOf(stores[name], callers, appends));
  }
  return ratioOf(median(rates.server), median(rates.engine));
}

const ratioOf = (server: number, engine: number) => ({
  serverPerSecond: Math.round(server),
  enginePerSecond: Math.round(engine),
  ratio: Number((server / engine).toFixed(2)),
});

async function replayed(store: EventStore): Promise<number> {
  const began = performance.now();
  let count = 0;
  for await (const _ of store.readAll()) count++;
  return (count / (performance.now() - began)) * 1_000;
}

await rateOf(stores.server, 1, 100);
await rateOf(stores.engine, 1, 100);
const sequential = await compared(1, SEQUENTIAL_APPENDS);
const concurrent = await compared(CALLERS, CONCURRENT_APPENDS);
const replay = ratioOf(await replayed(stores.server), await replayed(stores.engine));

const show = (name: string, { serverPerSecond, enginePerSecond, ratio }: ReturnType<typeof ratioOf>) =>
  console.log(
    `${name.padEnd(28)} server ${String(serverPerSecond).padStart(7)}/s   engine ${String(enginePerSecond).padStart(7)}/s   ` +
      `ratio ${ratio}`,
  );
console.log(`store-server listens after ${startMs} ms`);
show('append, one after the other', sequential);
show(`append, ${CALLERS} at once`, concurrent);
show('read the whole log', replay);
console.log(JSON.stringify({ bench: 'event-store', startMs, sequential, concurrent, replay }));

for (const store of Object.values(stores)) await store.close();
server.kill('SIGTERM');
await once(server, 'exit');
rmSync(folder, { recursive: true, force: true });
