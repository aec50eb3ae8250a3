import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventType, newestVersion, sha256Of, type WriterName, writerNames, writers } from '@evidence/contracts';
import type { EventStore, NewEvent } from '@evidence/event-store';
import { openKurrentEventStore } from '@evidence/event-store/kurrent';
import { ensureStoreCredentials, localStoreUrl, storeCredentials } from '@evidence/local';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { all, event } from '../../event-store/test/scenario.js';
import { readDoors, type StoreServer, startStoreServer } from '../src/index.js';

let folder: string;
let server: StoreServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doors-'));
  await ensureStoreCredentials(folder, new Date(), [
    { name: 'all', passwordSha256: sha256Of('all') },
    { name: 'writes-only', passwordSha256: sha256Of('writes'), reads: false },
  ]);
  server = await startStoreServer({
    file: ':memory:',
    port: 0,
    now: () => new Date('2026-11-29T12:00:00Z'),
    doors: readDoors(storeCredentials(folder)),
  });
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

const urlOf = (login: string, more = '') =>
  `kurrentdb://${login}@localhost:${server.port}?tlsCaFile=${encodeURIComponent(storeCredentials(folder).authorityFile)}${more}`;

function opened(connectionString: string): EventStore {
  const store = openKurrentEventStore({ connectionString });
  onTestFinished(() => store.close());
  return store;
}

const as = async (writer: WriterName): Promise<EventStore> =>
  opened((await localStoreUrl(folder, writer, server.port)) ?? '');

/** An event of a type, in the name of an actor. */
const of = (type: string, actor: unknown): NewEvent => ({ ...event(type), metadata: { actor } });
const ACTORS = { gateway: 'token:tok_1', operator: 'operator:root' } as const;
const actorOf = (writer: WriterName): string =>
  writer === 'gateway' || writer === 'operator' ? ACTORS[writer] : `service:${writer}`;

const outcome = (appending: Promise<unknown>): Promise<string> =>
  appending.then(
    () => 'appended',
    (error: { code: string }) => error.code,
  );

describe.each(writerNames)('%s', (writer) => {
  test('appends its own event types and no others, whichever actor it names', async () => {
    const store = await as(writer);
    const types = [...Object.keys(newestVersion), '$metadata', 'SomethingElse'];
    const tried = await Promise.all(
      types.map(async (type) => [
        type,
        await outcome(store.append(`x-${writer}-${type}`, 'any', [of(type, actorOf(writer))])),
      ]),
    );
    const own: readonly EventType[] = writers[writer].types;
    const wanted = types.map((type) => [type, own.includes(type as EventType) ? 'appended' : 'denied']);
    // The port's own check: a type that begins with $ is never sent.
    expect(tried.filter(([type]) => type !== '$metadata')).toEqual(wanted.filter(([type]) => type !== '$metadata'));
    expect(tried.find(([type]) => type === '$metadata')).not.toEqual(['$metadata', 'appended']);
    const [first = ''] = own;
    const stranger = types.find((type) => !own.includes(type as EventType)) ?? '';
    const mixed = [of(first, actorOf(writer)), of(stranger, actorOf(writer))];
    expect(await outcome(store.append(`mixed-${writer}`, 'no_stream', mixed))).toBe('denied');
    expect(await all(opened(urlOf('all:all')).readStream(`mixed-${writer}`))).toEqual([]);
  });

  test('appends only in its own name', async () => {
    const store = await as(writer);
    const [type = ''] = writers[writer].types;
    const names = ['token:tok_1', 'operator:root', ...writerNames.map((name) => `service:${name}`)];
    const odd = [undefined, '', 7, 'service:scoping2', 'Service:scoping', 'xtoken:a', 'operator'];
    for (const actor of [...names, ...odd]) {
      const isOwn = typeof actor === 'string' && actor === actorOf(writer);
      expect([actor, await outcome(store.append(`name-${writer}-${actor}`, 'any', [of(type, actor)]))]).toEqual([
        actor,
        isOwn ? 'appended' : 'denied',
      ]);
    }
  });

  test('may delete nothing', async () => {
    const client = KurrentDBClient.connectionString((await localStoreUrl(folder, writer, server.port)) ?? '');
    onTestFinished(() => client.dispose());
    const store = await as(writer);
    const [type = ''] = writers[writer].types;
    await store.append(`kept-${writer}`, 'any', [of(type, actorOf(writer))]);
    for (const ending of [client.deleteStream(`kept-${writer}`), client.tombstoneStream(`kept-${writer}`)])
      await expect(ending).rejects.toMatchObject({ type: 'access-denied' });
    await expect(client.setStreamMetadata(`kept-${writer}`, { truncateBefore: 1 })).rejects.toThrow();
    expect(await all(store.readStream(`kept-${writer}`))).toHaveLength(1);
  });
});

test.each([
  [
    'nobody',
    () =>
      `kurrentdb://localhost:${server.port}?tlsCaFile=${encodeURIComponent(storeCredentials(folder).authorityFile)}`,
  ],
  ['an unknown name', () => urlOf('mallory:test')],
  ['a wrong password', () => urlOf('scoping:wrong')],
  ['a name without a password', () => urlOf('scoping:x').replace(':x@', ':%20@')],
])('%s reads nothing, writes nothing and follows nothing', async (_, url) => {
  const store = opened(url());
  expect(await outcome(store.append('report-1', 'any', [of('ReportStarted', 'service:scoping')]))).toBe('denied');
  await expect(store.head()).rejects.toMatchObject({ code: 'denied' });
  await expect(all(store.readAll())).rejects.toMatchObject({ code: 'denied' });
  await expect(all(store.readStream('report-1'))).rejects.toMatchObject({ code: 'denied' });
  const stop = new AbortController();
  const seen: unknown[] = [];
  const following = (async () => {
    for await (const delivery of store.subscribe({ signal: stop.signal })) seen.push(delivery);
  })();
  stop.abort();
  await following;
  expect(seen).toEqual([]);
});

test('a login that may only write cannot read; one without limits can delete', async () => {
  const blind = opened(urlOf('writes-only:writes'));
  expect(await outcome(blind.append('report-2', 'any', [event('A')]))).toBe('appended');
  await expect(all(blind.readStream('report-2'))).rejects.toMatchObject({ code: 'denied' });
  const client = KurrentDBClient.connectionString(urlOf('all:all'));
  onTestFinished(() => client.dispose());
  await client.deleteStream('report-2');
  expect(await all(opened(urlOf('all:all')).readStream('report-2'))).toEqual([]);
});

test('the server reports that it checks writers; a server without doors does not', async () => {
  expect(await (await as('gateway')).checksWriters?.()).toBe(true);
  const open = await startStoreServer({ file: ':memory:', port: 0, now: () => new Date() });
  onTestFinished(() => open.close());
  expect(await opened(`kurrentdb://127.0.0.1:${open.port}?tls=false`).checksWriters?.()).toBe(false);
});

test('it serves no client without TLS, and none that trusts another authority', async () => {
  expect(await outcome(opened(`kurrentdb://all:all@127.0.0.1:${server.port}?tls=false`).head())).toBe('unavailable');
  const other = mkdtempSync(join(tmpdir(), 'other-'));
  onTestFinished(() => rmSync(other, { recursive: true }));
  await ensureStoreCredentials(other, new Date());
  const { authorityFile } = storeCredentials(other);
  const stranger = `kurrentdb://all:all@localhost:${server.port}?tlsCaFile=${encodeURIComponent(authorityFile)}`;
  expect(await outcome(opened(stranger).append('report-3', 'any', [event('A')]))).toBe('unavailable');
  expect(await outcome(opened(stranger).head())).toBe('unavailable');
});

test('it also takes its port on the other loopback address, so that no other program can listen there', async () => {
  const squatter = createServer();
  const listening = new Promise((resolve, reject) => {
    squatter
      .once('error', reject)
      .listen({ host: '::1', port: server.port, exclusive: true }, () => resolve('listening'));
  }).finally(() => squatter.close());
  await expect(listening).rejects.toMatchObject({ code: expect.stringMatching(/^EADDR(INUSE|NOTAVAIL)$/) });
});

test('existing credentials are kept, so that passwords in use stay valid; the limits of a login follow the build', async () => {
  const before = await localStoreUrl(folder, 'mapping', 1);
  writeFileSync(storeCredentials(folder).loginsFile, '{"logins":[]}');
  await ensureStoreCredentials(folder, new Date());
  expect(await localStoreUrl(folder, 'mapping', 1)).toBe(before);
  expect(readDoors(storeCredentials(folder)).logins.map(({ name }) => name)).toEqual(writerNames);
  expect(await localStoreUrl(join(folder, 'elsewhere'), 'mapping', 1)).toBeUndefined();
});
