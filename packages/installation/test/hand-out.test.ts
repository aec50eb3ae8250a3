import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TempFolder, tempFolder } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handOut } from '../src/index.js';

const NOW = new Date('2026-11-30T00:00:00Z');
const HOSTS = ['nats-0.nats', 'store'];
const SERVICE = ['nats-ca.pem', 'nats.nk', 'store-ca.pem', 'store.password'];

let folder: TempFolder;
const read = (...path: readonly string[]) => readFile(join(folder.path, ...path), 'utf8');
beforeAll(async () => {
  folder = await tempFolder();
  await handOut(folder.path, HOSTS, NOW);
});
afterAll(() => folder.remove());

test('gives each program a folder with what it needs and nothing else', async () => {
  const programs = (await readdir(folder.path)).filter((name) => name !== 'installation');
  const files = await Promise.all(
    programs.map(async (name) => [name, (await readdir(join(folder.path, name))).toSorted()]),
  );
  expect(Object.fromEntries(files)).toEqual({
    nats: ['nats-ca.pem', 'server.key', 'server.pem', 'users.conf'],
    'store-server': ['logins.json', 'server.key', 'server.pem', 'store-ca.pem'],
    provisioning: ['nats-ca.pem', 'nats.nk'],
    gateway: SERVICE,
    scoping: SERVICE,
    mapping: SERVICE,
    renderer: SERVICE,
    expiry: SERVICE,
    operator: SERVICE,
  });
});

test('lets only its owner read a secret', async () => {
  for (const secret of ['gateway/nats.nk', 'gateway/store.password', 'nats/server.key', 'store-server/logins.json'])
    expect([secret, (await stat(join(folder.path, secret))).mode & 0o077]).toEqual([secret, 0]);
});

test.each([
  ['nats', 'nats-ca.pem'],
  ['store-server', 'store-ca.pem'],
])(
  'issues a certificate for every host of %s, by the authority that the services trust',
  async (server, authorityFile) => {
    const certificate = new X509Certificate(await read(server, 'server.pem'));
    for (const host of [...HOSTS, 'localhost']) expect([host, certificate.checkHost(host)]).toEqual([host, host]);
    expect(certificate.checkHost('elsewhere')).toBeUndefined();
    expect(certificate.verify(new X509Certificate(await read('gateway', authorityFile)).publicKey)).toBe(true);
  },
);

test('keeps existing files when it is called again', async () => {
  const kept = [
    'gateway/nats.nk',
    'gateway/store.password',
    'nats/server.pem',
    'nats/users.conf',
    'store-server/logins.json',
  ];
  const before = await Promise.all(kept.map((file) => read(file)));
  await handOut(folder.path, HOSTS, NOW);
  expect(await Promise.all(kept.map((file) => read(file)))).toEqual(before);
});
