import { join } from 'node:path';
import { announceSystem } from '@evidence/runtime/running-system';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { eventStoreServer, natsServer, shownServer } from '../src/system.js';

/** A user of this machine, with a repository in which `npm start` uses `.data`. */
async function user() {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const root = folder.path;
  const env = { XDG_CACHE_HOME: join(root, 'cache') };
  /** This process and its parent are two that are running. */
  const running = (dataDir: string, pid: number) => {
    const eventStoreUrl = `kurrentdb://admin:secret@127.0.0.1:${pid}?tls=false`;
    const nats = { natsUrl: `nats://127.0.0.1:${pid}`, natsAccess: { nkeyFile: '/operator.nk' } };
    const system = { pid, dataDir: join(root, dataDir), url: '', ...nats, eventStoreUrl };
    return announceSystem(system, env);
  };
  const store = (more: NodeJS.ProcessEnv = {}) => eventStoreServer({ env: { ...env, ...more }, root });
  return { root, env, running, store };
}
const [ONE, OTHER] = [process.pid, process.ppid];
/** On Linux, process ids are at most 2^22. */
const NOBODY = 2 ** 22 + 1;

test('the system on .data is used if no other is running, with its ports and credentials', async () => {
  const { root, env, running, store } = await user();
  await running('.data', ONE);
  const server = await store();
  expect(server.url).toBe(`kurrentdb://admin:secret@127.0.0.1:${ONE}?tls=false`);
  expect(shownServer(server)).toBe(`kurrentdb://…@127.0.0.1:${ONE}?tls=false (DATA_DIR ${root}/.data)`);
  expect(await natsServer({ env, root })).toMatchObject({
    url: `nats://127.0.0.1:${ONE}`,
    access: { nkeyFile: '/operator.nk' },
  });
});

test.each([
  ['tlsCaFile=%2Fca.pem', ''],
  ['tlsCaFile=%2Fca.pem&tls=true', '?tls=true'],
  ['nodePreference=leader&tlsCaFile=%2Fca.pem&userCertFile=%2Fa&userKeyFile=%2Fb', '?nodePreference=leader'],
])('a server with the options %s is shown without the paths of files', (options, shown) => {
  const server = { url: `kurrentdb://me:hunter2@a:1?${options}`, because: 'EVENT_STORE_URL' };
  expect(shownServer(server)).toBe(`kurrentdb://…@a:1${shown} (EVENT_STORE_URL)`);
});

test('DATA_DIR selects one of several systems; without it they are named, and none is guessed', async () => {
  const { root, running, store } = await user();
  await running('.data', ONE);
  const stopOther = await running('other', OTHER);
  expect((await store({ DATA_DIR: 'other' })).url).toContain(`:${OTHER}?`);
  await expect(store()).rejects.toMatchObject({
    exitCode: 2,
    message: `Several systems are running: choose one with DATA_DIR=${root}/.data or DATA_DIR=${root}/other.`,
  });
  await stopOther();
  expect((await store()).url).toContain(`:${ONE}?`);
});

test('a system elsewhere is not taken for the one on .data', async () => {
  const { root, running, store } = await user();
  await running('other', ONE);
  await expect(store()).rejects.toThrow(
    `No system is running on ${root}/.data. To use one that runs elsewhere, set DATA_DIR=${root}/other.`,
  );
});

test('the remains of a killed system do not count as a running system', async () => {
  const { running, store } = await user();
  await running('.data', NOBODY);
  await expect(store()).rejects.toThrow('No system is running on');
  await expect(store({ DATA_DIR: '.data' })).rejects.toThrow('No system is running on DATA_DIR');
  await running('.data', ONE);
  expect((await store()).url).toContain(`:${ONE}?`);
});

test('an address in the environment takes precedence over any system', async () => {
  const { running, store } = await user();
  await running('.data', ONE);
  await running('other', OTHER);
  const url = 'kurrentdb://store.example:2113';
  expect(await store({ EVENT_STORE_URL: url, DATA_DIR: '.data' })).toEqual({ url, because: 'EVENT_STORE_URL' });
  expect(await store({ EVENT_STORE_PORT: '2114' })).toEqual({
    url: 'kurrentdb://127.0.0.1:2114?tls=false',
    because: 'EVENT_STORE_PORT',
  });
});

test('the credentials of a system are used only for that system; another server gets those of the environment', async () => {
  const { env, root, running, store } = await user();
  await running('.data', ONE);
  const nats = (more: NodeJS.ProcessEnv) => natsServer({ env: { ...env, ...more }, root });
  expect((await nats({ NATS_URL: 'nats://elsewhere' })).access).toEqual({});
  const creds = { NATS_URL: 'tls://elsewhere', NATS_CREDS_FILE: '/mine.creds' };
  expect((await nats(creds)).access).toEqual({ credsFile: '/mine.creds' });
  await expect(nats({ ...creds, NATS_NKEY_FILE: '/x' })).rejects.toMatchObject({ exitCode: 2 });
  const elsewhere = { EVENT_STORE_URL: 'kurrentdb://elsewhere', EVENT_STORE_CA_FILE: '/mine.pem' };
  expect((await store(elsewhere)).url).toBe('kurrentdb://elsewhere?tlsCaFile=%2Fmine.pem');
});
