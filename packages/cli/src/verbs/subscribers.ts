import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Subscriber, subscriberUser, UsersFolder } from '@evidence/bus/users';
import { connectTo } from '../bus.js';
import { CommandFailure, usageFailure } from '../failure.js';
import { columns, jsonLine } from '../output.js';
import type { Surroundings } from '../surroundings.js';
import { localBus } from '../system.js';
import { tenantSlug } from '../values.js';

const RELOAD_TRIES_MAX = 50;
const RELOAD_PAUSE_MS = 100;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

interface WhichOptions {
  readonly tenant: string;
  readonly name: string;
}

/** `evidence subscribers mint`: creates a permanent user of the bus for another service. Its password is printed only once. */
export async function mint(options: WhichOptions, surroundings: Surroundings): Promise<void> {
  const subscriber = subscriberOf(options);
  const { dataDir, natsUrl } = await localBus(surroundings);
  const password = await new UsersFolder(dataDir).add(subscriber);
  const user = subscriberUser(subscriber);
  if (password === undefined)
    throw new CommandFailure(`${user} already exists: choose another --name, or revoke it first.`);
  await reload(dataDir);
  const url = natsUrl.replace('://', `://${user}:${password}@`);
  await untilLetIn(url, user);
  const { stdout, stderr } = surroundings;
  stderr.write(
    `Subscriber ${user} may receive the events of tenant ${subscriber.tenant}, as durable consumer ${user} and with the inbox prefix _INBOX.${user}. The password is shown only once; store it now.\n`,
  );
  stdout.write(`${url}\n`);
}

/** `evidence subscribers revoke`. Its connections end at once; its durable consumer stays until it is deleted. */
export async function revoke(options: WhichOptions, surroundings: Surroundings): Promise<void> {
  const subscriber = subscriberOf(options);
  const { dataDir } = await localBus(surroundings);
  const user = subscriberUser(subscriber);
  if (!(await new UsersFolder(dataDir).remove(subscriber)))
    throw new CommandFailure(`There is no subscriber ${user}: see evidence subscribers list.`);
  await reload(dataDir);
  surroundings.stdout.write(`Subscriber ${user} is revoked.\n`);
}

/** `evidence subscribers list`: never their passwords. */
export async function list(options: { tenant?: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = options.tenant === undefined ? undefined : tenantSlug(options.tenant);
  const { dataDir } = await localBus(surroundings);
  const all = await new UsersFolder(dataDir).subscribers();
  const meant = all.filter((one) => tenant === undefined || one.tenant === tenant);
  const { stdout } = surroundings;
  if (options.json) for (const one of meant) stdout.write(jsonLine({ ...one, user: subscriberUser(one) }));
  else if (meant.length === 0) stdout.write('There are no subscribers.\n');
  else
    stdout.write(
      columns(
        meant.map((one) => [subscriberUser(one), one.tenant, one.name]),
        stdout,
      ),
    );
}

function subscriberOf({ tenant, name }: WhichOptions): Subscriber {
  if (!NAME.test(name))
    throw usageFailure(
      `--name "${name}" is not valid: use 1 to 32 lower-case letters, digits and -, not starting with -.`,
    );
  return { tenant: tenantSlug(tenant), name };
}

/** Waits until the login works, so that the URL can be used as soon as it is shown. */
async function untilLetIn(url: string, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await (await connectTo({ url, access: {}, because: '' }, name)).close();
      return;
    } catch (error) {
      if (tries === RELOAD_TRIES_MAX) throw error;
    }
    await pause(RELOAD_PAUSE_MS);
  }
}

/** nats-server reads its users again on SIGHUP, and disconnects those that were removed. */
async function reload(dataDir: string): Promise<void> {
  const pid = Number.parseInt(await readFile(join(dataDir, 'run', 'nats.pid'), 'utf8').catch(() => ''), 10);
  try {
    process.kill(pid, 'SIGHUP');
  } catch (cause) {
    throw new CommandFailure('nats-server is not running. The change takes effect at the next npm start.', { cause });
  }
}
