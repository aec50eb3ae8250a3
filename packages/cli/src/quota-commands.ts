import type { Command } from 'commander';
import { required, TENANT } from './options.js';
import type { Surroundings } from './surroundings.js';

export function addQuotas(evidence: Command, surroundings: Surroundings): void {
  const quotas = evidence.command('quotas').description('manage the quotas of a tenant');
  quotas
    .command('set')
    .description('set quotas for new imports and requests; 0 means no limit, "default" the limit of the installation')
    .addOption(required(TENANT, 'tenant of the quotas'))
    .option('--findings <n>', 'recorded findings; a weakness counts once for each scan that finds it')
    .option('--artifact-bytes <n>', 'bytes that its reports occupy until they expire')
    .option('--queued-reports <n>', 'reports that are queued or running')
    .action(async (options) => (await import('./verbs/quotas.js')).set(options, surroundings));
  quotas
    .command('show')
    .description('show the quotas of a tenant, and how many findings it has')
    .addOption(required(TENANT, 'tenant of the quotas'))
    .option('--json', 'print a JSON document')
    .action(async (options) => (await import('./verbs/quotas.js')).show(options, surroundings));
}
