import type { Command } from 'commander';
import { required, TENANT } from './options.js';
import type { Surroundings } from './surroundings.js';

/** What the log says about reports: now, at any point in the past, and rebuilt. */
export function addHistory(evidence: Command, surroundings: Surroundings, ended: (exitCode: number) => void): void {
  evidence
    .command('events <report-id>')
    .description('show the history of a report from the event store')
    .option('--json', 'print one JSON document per line')
    .action(async (id, options) => (await import('./verbs/events.js')).events(id, options, surroundings));
  evidence
    .command('prove <report-id>')
    .description('rebuild a report from its events alone, and compare every digest; writes nothing')
    .option('--json', 'print one JSON document per line')
    .action(async (id, options) => ended(await (await import('./verbs/prove.js')).prove(id, options, surroundings)));
  evidence
    .command('export [report-id]')
    .description('export events, schemas, files and public keys of reports to one file, which evidence verify checks')
    .option(TENANT, 'only reports of this tenant')
    .option(
      '--period <from..to>',
      'only reports requested from the first date on and before the second, such as 2026-01-01..2026-04-01',
    )
    .addOption(required('--output <file>', 'output file, such as reports.tar; it must not exist'))
    .action(async (id, options) => (await import('./verbs/export.js')).exportReports(id, options, surroundings));
  evidence
    .command('replay [report-id]')
    .description('show reports and statuses as they were at an instant or a log position; writes nothing')
    .addOption(required('--to <point>', 'log position, or an instant such as 2026-11-29T12:00:00Z'))
    .option(TENANT, 'only data of this tenant')
    .option('--json', 'print one JSON document per line')
    .action(async (id, options) => (await import('./verbs/replay.js')).replay(id, options, surroundings));
  evidence
    .command('tail')
    .description('follow report events on NATS from now on, until Ctrl-C')
    .option(TENANT, 'only reports of this tenant')
    .option('--json', 'print one CloudEvent per line')
    .action(async (options) => (await import('./verbs/tail.js')).tail(options, surroundings));
  evidence
    .command('redrive <report-id>')
    .description('publish again the event that the next stage of a report is waiting for, if its message was lost')
    .action(async (id) => (await import('./verbs/redrive.js')).redrive(id, surroundings));
}
