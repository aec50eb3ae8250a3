import { resolve } from 'node:path';
import { provision as provisionOn } from '@evidence/bus/provision';
import { busUsers, UsersFolder } from '@evidence/bus/users';
import { handOut } from '@evidence/installation';
import { connectTo } from '../bus.js';
import { usageFailure } from '../failure.js';
import type { Surroundings } from '../surroundings.js';
import { natsServer, shownServer } from '../system.js';
import { listOf, wholeNumber } from '../values.js';

/** JetStream's own limit. */
const REPLICAS_MAX = 5;

/** `evidence provision --users <folder>`: the keys of all users of the bus, and the list of them for the configuration of nats-server. */
export async function makeUsers(folder: string, { stdout }: Surroundings): Promise<void> {
  const users = new UsersFolder(resolve(folder));
  await users.ensure();
  stdout.write(`For nats-server: include ${users.conf}\n`);
  for (const user of busUsers) stdout.write(`For ${user}: NATS_NKEY_FILE=${users.seedFile(user)}\n`);
}

/** `evidence credentials <folder>`: the credentials that each program of an installation needs, in one folder per program. */
export async function credentials(
  folder: string,
  options: { readonly hosts: string },
  { stdout, now }: Surroundings,
): Promise<void> {
  const hosts = listOf(options.hosts);
  // Certificates without them would be valid on this machine alone, and the clients elsewhere would refuse the servers.
  if (hosts.length === 0)
    throw usageFailure(
      '--hosts names no host: list the host names of NATS and store-server, such as nats-1,nats-2,store.',
    );
  const handed = await handOut(resolve(folder), hosts, now());
  for (const { program, folder: own } of handed) stdout.write(`For ${program}: ${own}\n`);
}

/** `evidence provision`: creates the stream and the buckets on NATS, for services that may not create them. Running it again changes nothing. */
export async function provision(options: { readonly replicas?: string }, surroundings: Surroundings): Promise<void> {
  const replicas =
    options.replicas === undefined
      ? undefined
      : wholeNumber('--replicas', options.replicas, { min: 1, max: REPLICAS_MAX });
  const server = await natsServer(surroundings, 'provisioning');
  const connection = await connectTo(server, 'provisioning');
  try {
    await provisionOn(connection, replicas);
    surroundings.stdout.write(`The stream REPORTS and the buckets are set up at ${shownServer(server)}.\n`);
  } finally {
    await connection.close();
  }
}
