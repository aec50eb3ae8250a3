import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { sha256Of } from '@evidence/contracts';
import type { EventStore, NewEvent } from '@evidence/event-store';
import { openKurrentEventStore } from '@evidence/event-store/kurrent';
import { ensureStoreCredentials, storeCredentials } from '@evidence/local';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { all, delivered, deliveriesUntil, event } from '../../event-store/test/scenario.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;
let doors: Record<string, string>;
let authorityFile: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-server-'));
  await ensureStoreCredentials(folder, new Date(), [{ name: 'test', passwordSha256: sha256Of('test') }]);
  const files = storeCredentials(folder);
  authorityFile = files.authorityFile;
  doors = {
    STORE_CERTIFICATE_FILE: files.certificateFile,
    STORE_KEY_FILE: files.keyFile,
    STORE_LOGINS_FILE: files.loginsFile,
  };
});
afterEach(async () => {
  for (const child of children.splice(0)) await ended(child, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function run(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, EVENT_STORE_PORT: '0', ...doors, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  return { child, output: text(child.stdout!), errors: text(child.stderr!) };
}

async function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  if (signal) child.kill(signal);
  return (await exit)[0] as number | null;
}

async function listening(env: Record<string, string> = {}) {
  const server = run(env);
  const [line] = (await once(server.child.stdout!, 'data')) as [Buffer];
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1]);
  return { ...server, port };
}

const connect = (port: number): EventStore =>
  openKurrentEventStore({
    connectionString: `kurrentdb://test:test@localhost:${port}?tlsCaFile=${encodeURIComponent(authorityFile)}`,
  });

describe('the server process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('prints one line, serves, and exits cleanly on %s', async (signal) => {
    const { child, output, errors, port } = await listening();
    const store = connect(port);
    await store.append('report-1', 'no_stream', [event('A')]);
    const abort = new AbortController();
    const following = all(store.subscribe({ signal: abort.signal }));
    expect(await ended(child, signal)).toBe(0);
    abort.abort();
    await following;
    await store.close();
    expect((await output).trim().split('\n')).toEqual([expect.stringContaining(`127.0.0.1:${port}`)]);
    expect(await errors).toBe('');
  });

  test('exits when the process that started it is gone', async () => {
    const { child } = await listening();
    child.disconnect();
    expect(await ended(child)).toBe(0);
  });

  test('listens only on the configured address', async () => {
    const { child } = run({ EVENT_STORE_HOST: '127.0.0.2' });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const [, port] = /listening on 127\.0\.0\.2:(\d+)/.exec(line.toString()) ?? [];
    const reached = (host: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connectTo({ host, port: Number(port) }, () => resolve(socket.destroy().destroyed));
        socket.once('error', () => resolve(false));
      });
    expect(await reached('127.0.0.2')).toBe(true);
    expect(await reached('127.0.0.1')).toBe(false);
  });

  test('reports that its port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const { child, output, errors } = run({ EVENT_STORE_PORT: String(port) });
    expect(await ended(child)).toBe(1);
    expect(await output).toBe('');
    expect((await errors).trim().split('\n')).toEqual([expect.stringContaining(`${port} is in use`)]);
    holder.close();
  });

  test('reports that its folder is not writable', async () => {
    const notAFolder = join(folder, 'file');
    writeFileSync(notAFolder, '');
    const { child, errors } = run({ DATA_DIR: notAFolder });
    expect(await ended(child)).toBe(1);
    expect((await errors).trim().split('\n')).toEqual([expect.stringContaining('DATA_DIR')]);
  });

  test('reports that another server has its log open', async () => {
    await listening();
    const { child, errors } = run();
    expect(await ended(child)).toBe(1);
    expect((await errors).trim().split('\n')).toEqual([
      expect.stringContaining(join(folder, 'events', 'events.sqlite')),
    ]);
  });

  test('reports an invalid port', async () => {
    const { child, errors } = run({ EVENT_STORE_PORT: 'event-store' });
    expect(await ended(child)).toBe(1);
    expect(await errors).toContain('EVENT_STORE_PORT');
  });

  test('keeps running with a damaged log, refuses every call and says what is wrong, whether it finds the damage at start-up or later', async () => {
    const file = join(folder, 'events', 'events.sqlite');
    const changeLetter = (from: string, to: string) => {
      const db = new DatabaseSync(file);
      const update = db.prepare('update event set data = cast(replace(cast(data as text), ?, ?) as blob)');
      update.run(from, to);
      db.close();
    };
    const server = await listening({ EVENT_STORE_CHECK_SECONDS: '1' });
    const store = connect(server.port);
    await store.append('report-1', 'any', [event('A', { finding: 'harmless' })]);
    changeLetter('harmless', 'harmfull');
    const refusal =
      'The event log is damaged: the event at position 1 (A in report-1) was changed after it was appended.';
    const said = () => store.head().then(String, ({ message }: Error) => message);
    await expect.poll(said, { timeout: 20_000 }).toContain(refusal);
    await expect(all(store.readStream('report-1'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.append('report-1', 'any', [event('A')])).rejects.toMatchObject({
      message: expect.stringContaining('evidence restore'),
    });
    expect(await ended(server.child, 'SIGTERM')).toBe(0);
    expect(await server.errors).toContain(refusal);
    const again = await listening({ EVENT_STORE_PORT: String(server.port) });
    await expect.poll(said, { timeout: 20_000 }).toContain(refusal);
    await ended(again.child, 'SIGTERM');
    changeLetter('harmfull', 'harmless');
    await listening({ EVENT_STORE_PORT: String(server.port) });
    await expect.poll(said, { timeout: 20_000 }).toBe('1');
    await store.close();
  });

  test('does not start without credentials, and reports what is missing', async () => {
    const { child, errors } = run({ STORE_LOGINS_FILE: '' });
    expect(await ended(child)).toBe(1);
    expect((await errors).trim()).toBe(
      'No certificate and logins are configured: set STORE_CERTIFICATE_FILE, STORE_KEY_FILE, STORE_LOGINS_FILE, or use npm start, which sets them.',
    );
    const broken = run({ STORE_LOGINS_FILE: authorityFile });
    expect(await ended(broken.child)).toBe(1);
    expect((await broken.errors).trim()).toMatch(/^One of STORE_CERTIFICATE_FILE.* cannot be used: /);
  });

  test('keeps every confirmed append when it is killed repeatedly under load; a retry writes once, and a subscriber misses nothing', async () => {
    const rounds = 3;
    const perRound = 100;
    let server = await listening();
    const { port } = server;
    const store = connect(port);
    const filter = { streamPrefixes: ['report-'] };
    const following = deliveriesUntil(store, { filter }, (_, seen) => delivered(seen).length === rounds * perRound);
    for (let round = 0; round < rounds; round++) {
      const proposals = Array.from({ length: perRound }, () => event('A', { text: 'x'.repeat(50_000) }));
      const appending = proposals.map((proposed, n) => store.append(`report-${round}-${n}`, 'no_stream', [proposed]));
      await Promise.race(appending);
      await ended(server.child, 'SIGKILL');
      const results = await Promise.allSettled(appending);
      server = await listening({ EVENT_STORE_PORT: String(port) });
      for (const [n, proposed] of proposals.entries()) {
        const stream = `report-${round}-${n}`;
        if (results[n]?.status === 'fulfilled') expect(await readWhenUp(store, stream)).toHaveLength(1);
        else await appendWhenUp(store, stream, proposed);
      }
    }
    const seen = delivered(await following).map(({ stream, revision }) => `${stream}@${revision}`);
    const written = Array.from(
      { length: rounds * perRound },
      (_, n) => `report-${Math.floor(n / perRound)}-${n % perRound}@0`,
    );
    expect(seen.toSorted()).toEqual(written.toSorted());
    await store.close();
  });
});

async function appendWhenUp(store: EventStore, stream: string, proposed: NewEvent): Promise<void> {
  const appended = () => store.append(stream, 'no_stream', [proposed]).then(({ revision }) => revision, codeOf);
  await expect.poll(appended, { timeout: 10_000 }).toBe(0n);
}

async function readWhenUp(store: EventStore, stream: string): Promise<unknown> {
  await expect.poll(() => store.head().then(() => 'up', codeOf), { timeout: 10_000 }).toBe('up');
  return all(store.readStream(stream));
}

const codeOf = (error: { code: string }) => error.code;
