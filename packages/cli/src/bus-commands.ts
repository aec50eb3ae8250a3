import type { Command } from 'commander';
import { required, TENANT } from './options.js';
import type { Surroundings } from './surroundings.js';

/** The users of the bus, and what must be created on it before the services start. */
export function addBus(evidence: Command, surroundings: Surroundings): void {
  const subscribers = evidence.command('subscribers').description('manage NATS users for other services');
  const one = (command: Command): Command =>
    command
      .addOption(required(TENANT, 'tenant whose events the subscriber receives'))
      .addOption(required('--name <name>', 'name of the subscriber, such as crm'));
  one(subscribers.command('mint'))
    .description('create a permanent user; its URL with the password is shown only once')
    .action(async (options) => (await import('./verbs/subscribers.js')).mint(options, surroundings));
  one(subscribers.command('revoke'))
    .description('delete the user and disconnect it')
    .action(async (options) => (await import('./verbs/subscribers.js')).revoke(options, surroundings));
  subscribers
    .command('list')
    .description('list the subscribers, without passwords')
    .option(TENANT, 'only subscribers of this tenant')
    .option('--json', 'print one JSON document per line')
    .action(async (options) => (await import('./verbs/subscribers.js')).list(options, surroundings));
  evidence
    .command('provision')
    .description('create the stream and the buckets on a NATS server where the services may not create them')
    .option(
      '--users <folder>',
      'write the users’ keys and a file for nats-server to include to this folder, and create nothing on the server',
    )
    .option(
      '--replicas <n>',
      'number of servers that keep a copy of each, 1 to 5 (default: 1 for new ones, unchanged for existing ones)',
    )
    .action(async ({ users, ...options }: { users?: string; replicas?: string }) => {
      const { makeUsers, provision } = await import('./verbs/provision.js');
      return users === undefined ? provision(options, surroundings) : makeUsers(users, surroundings);
    });
  evidence
    .command('credentials <folder>')
    .description('create the keys, logins and certificates of an installation, in one folder for each program')
    .addOption(required('--hosts <a,b>', 'host names of NATS and store-server, such as nats-1,nats-2,store'))
    .action(async (folder, options) =>
      (await import('./verbs/provision.js')).credentials(folder, options, surroundings),
    );
}
