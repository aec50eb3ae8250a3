import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { busUsers, UsersFolder } from '@evidence/bus/users';
import { writerNames } from '@evidence/contracts/writers';
import { storeCredentials } from '@evidence/runtime/local-store';
import { ensureServerCertificate } from './server-certificate.js';
import { ensureStoreCredentials } from './store-credentials.js';

/** A program of the installation, and the folder with everything that it needs to log in to the others, or to accept their logins. */
export interface HandedOut {
  readonly program: string;
  readonly folder: string;
}

/**
 * Creates the keys, logins and certificates of an installation whose parts run separately, and copies to `<folder>/<program>` what each program
 * needs and nothing else, for one volume or one secret for each program. The originals are in `<folder>/installation`. Existing ones are kept; a
 * second call changes only the permissions of logins, if a newer build defines other ones. `hosts`: the names at which the servers are reached.
 *
 * - `nats`: `users.conf`, to be included; `server.pem`, `server.key` and `nats-ca.pem`, which are also used within the cluster.
 * - `store-server`: `server.pem`, `server.key`, `logins.json`, `store-ca.pem`.
 * - each service, `operator` and `provisioning`: `nats.nk`, `nats-ca.pem`; for writers of the event store also `store.password`, `store-ca.pem`.
 */
export async function handOut(folder: string, hosts: readonly string[], now: Date): Promise<readonly HandedOut[]> {
  const origin = join(folder, 'installation');
  const users = new UsersFolder(origin);
  await users.ensure();
  await ensureStoreCredentials(origin, now, [], hosts);
  const nats = natsCertificate(origin);
  const peer = { commonName: 'NATS', usage: 'peer', hosts: ['localhost', '127.0.0.1', '::1', ...hosts] } as const;
  await ensureServerCertificate(nats, peer, now);

  const store = storeCredentials(origin);
  const natsCa = { 'nats-ca.pem': nats.authorityFile };
  const storeCa = { 'store-ca.pem': store.authorityFile };
  const needs: Record<string, Record<string, string>> = {
    nats: { ...natsCa, 'server.pem': nats.certificateFile, 'server.key': nats.keyFile, 'users.conf': users.conf },
    'store-server': {
      ...storeCa,
      ...{ 'server.pem': store.certificateFile, 'server.key': store.keyFile, 'logins.json': store.loginsFile },
    },
  };
  for (const user of busUsers) needs[user] = { ...natsCa, 'nats.nk': users.seedFile(user) };
  for (const writer of writerNames)
    needs[writer] = { ...needs[writer], ...storeCa, 'store.password': store.passwordFile(writer) };

  const handed: HandedOut[] = [];
  for (const [program, files] of Object.entries(needs)) {
    const own = join(folder, program);
    await mkdir(own, { recursive: true });
    for (const [name, from] of Object.entries(files)) await copyFile(from, join(own, name));
    handed.push({ program, folder: own });
  }
  return handed;
}

function natsCertificate(origin: string) {
  const at = (name: string) => join(origin, 'credentials', 'nats', name);
  return { authorityFile: at('authority.pem'), certificateFile: at('server.pem'), keyFile: at('server.key') };
}
