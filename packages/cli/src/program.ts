import { Command, Option } from 'commander';
import { addBackup } from './backup-commands.js';
import { addBus } from './bus-commands.js';
import { addHistory } from './history-commands.js';
import { requireAll, required, TENANT } from './options.js';
import { addQuotas } from './quota-commands.js';
import type { Surroundings } from './surroundings.js';

const EXAMPLES = `
Examples (run from the repository; an installed \`evidence\` takes the same arguments):
  npm run evidence -- import scan.report.jsonl --tenant acme --endpoint ep_chat_prod
  npm run evidence -- tokens mint --tenant acme --name ci --scopes reports:generate,reports:read
  npm run evidence -- events rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4
  npm run evidence -- prove rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4
  npm run evidence -- export --tenant acme --output acme.tar
  npm run evidence -- replay --to 2026-11-29T12:00:00Z --tenant acme
  npm run evidence -- log check
  npm run evidence -- reports affected --tenant acme
  npm run evidence -- tail --tenant acme
  npm run evidence -- backup /mnt/backup/evidence --keys /mnt/safe/evidence
  npm run evidence -- hold place rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4 --tenant acme --reason "Litigation 2026-17"
  npm run evidence -- verify report.pdf --key jwks.json

Environment:
  DATA_DIR         data folder of the system (default: .data); set it when several systems are running
  EVENT_STORE_URL  another event store; or set EVENT_STORE_PORT for one on this machine
  NATS_URL         another NATS server; or set NATS_PORT for one on this machine

Exit codes: 0 success, 1 failure, 2 wrong usage. For verify, see \`evidence verify --help\`.`;

/**
 * The command line. The code of a verb is loaded only when the verb is called, because loading the libraries of all verbs takes half a second, and
 * help needs none of them. `ended` receives the exit code of verbs that have their own.
 */
export function program(surroundings: Surroundings, ended: (exitCode: number) => void): Command {
  const evidence = new Command('evidence')
    .description('Operator commands of Evidence Reports.')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions()
    .exitOverride()
    .hook('preAction', (_, command) => requireAll(command))
    .showHelpAfterError('Add --help after a command to see its arguments and options.');
  addImport(evidence, surroundings);
  addTokens(evidence, surroundings);
  addBus(evidence, surroundings);
  addHistory(evidence, surroundings, ended);
  addParked(evidence, surroundings);
  addLog(evidence, surroundings, ended);
  addReports(evidence, surroundings);
  addBackup(evidence, surroundings, ended);
  addRetention(evidence, surroundings);
  addQuotas(evidence, surroundings);
  addAutoResolve(evidence, surroundings);
  addExpiry(evidence, surroundings);
  evidence
    .command('verify')
    .description('verify a signed report or an export offline: <file> --key <file> [--attestation <file>]')
    .argument('[arguments...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (argv: string[]) => ended(await (await import('./verbs/verify.js')).verify(argv, surroundings)));
  return evidence;
}

function addImport(evidence: Command, surroundings: Surroundings): void {
  const command = evidence
    .command('import <file>')
    .description('import a scanner’s results: the scan, what it tested, and its findings')
    .option('--format <format>', 'format of the file (default: detected)')
    .addOption(required(TENANT, 'tenant that owns the findings'))
    .addOption(required('--endpoint <id>', 'endpoint that was scanned, such as ep_chat_prod'))
    .option(
      '--owasp-llm-edition <edition>',
      'edition of the OWASP LLM list, such as 2025, for tags that do not name one',
    )
    .option('--strict', 'refuse the file if a row cannot be used or a total contradicts its rows')
    .option('--pass-when <rule>', 'Inspect AI logs: which scores pass, such as judge=C or judge.harm<=0.25')
    .option('--dry-run', 'show what would be recorded, and record nothing; needs no event store')
    .option('--started-at <instant>', 'when the scan ran, such as 2026-05-20T08:00:00Z, if the file does not say')
    .option('--provider <name>', 'provider of the model, if the file does not say')
    .option('--model <name>', 'model that was tested, if the file does not say')
    .option('--model-version <version>', 'version of the model, if the file does not say')
    .option('--system-prompt-sha256 <hex>', 'SHA-256 of the system prompt')
    .option('--tools-sha256 <hex>', 'SHA-256 of the list of tools that the model could call')
    .action(async (file, options) => (await import('./verbs/import.js')).importFile(file, options, surroundings));
  evidence.hook('preSubcommand', async (_, called) => {
    if (called !== command) return;
    const { scanFormats } = await import('@evidence/findings/parse');
    command.addHelpText('after', `\nFormats: ${scanFormats.join(', ')}.`);
  });
}

function addTokens(evidence: Command, surroundings: Surroundings): void {
  const tokens = evidence.command('tokens').description('manage the API tokens of a tenant');
  tokens
    .command('mint')
    .description('create a token; it is shown only once')
    .addOption(required(TENANT, 'tenant of the token'))
    .addOption(required('--name <name>', 'name of the token, such as ci'))
    .addOption(required('--scopes <a,b>', 'scopes of the token, such as reports:generate,reports:read'))
    .option('--expires-in-days <n>', 'days until the token expires (default: never)')
    .option('--cidr <block...>', 'addresses from which it may be used, such as 10.0.0.0/8 (default: any)')
    .option('--print-token-only', 'print only the token, for scripts')
    .action(async (options) => (await import('./verbs/tokens.js')).mint(options, surroundings));
  tokens
    .command('revoke <token-id>')
    .description('revoke a token')
    .addOption(required(TENANT, 'tenant of the token'))
    .action(async (id, options) => (await import('./verbs/tokens.js')).revoke(id, options, surroundings));
  tokens
    .command('list')
    .description('list the tokens of a tenant, without their secrets')
    .addOption(required(TENANT, 'tenant of the tokens'))
    .option('--json', 'print one JSON document per line')
    .action(async (options) => (await import('./verbs/tokens.js')).list(options, surroundings));
}

function addParked(evidence: Command, surroundings: Surroundings): void {
  const parked = evidence
    .command('parked')
    .description('manage parked messages: those that a service could not handle');
  const services = ['gateway', 'scoping', 'mapping', 'renderer', 'expiry'];
  const chosen = (command: Command): Command =>
    command
      .option('--id <id>', 'only the message with this id')
      .addOption(new Option('--service <name>', 'only messages of this service').choices(services))
      .option('--code <code>', 'only messages with this error code, such as message_unproven')
      .option('--report <report-id>', 'only messages of this report');
  chosen(parked.command('list', { isDefault: true }))
    .description('list the messages that wait for an operator')
    .option('--json', 'print one JSON document per line, with the original bytes (base64)')
    .action(async (options) => (await import('./verbs/parked.js')).list(options, surroundings));
  parked
    .command('show <id>')
    .description('show one message, its body, and what was done about it')
    .option('--json', 'print a JSON document, with the original bytes (base64)')
    .action(async (id, options) => (await import('./verbs/parked.js')).show(id, options, surroundings));
  chosen(parked.command('replay'))
    .description('publish the selected messages again, in your name')
    .option('--dry-run', 'list the selected messages, and change nothing')
    .action(async (options) => (await import('./verbs/parked.js')).replay(options, surroundings));
  chosen(parked.command('drop'))
    .description('drop the selected messages, in your name')
    .option('--dry-run', 'list the selected messages, and change nothing')
    .action(async (options) => (await import('./verbs/parked.js')).drop(options, surroundings));
}

function addLog(evidence: Command, surroundings: Surroundings, ended: (exitCode: number) => void): void {
  const log = evidence.command('log').description('check and maintain the event log');
  log
    .command('check')
    .description('list every unreadable event; the exit code is 1 if there is one')
    .option('--json', 'print one JSON document per line')
    .action(async (options) => ended(await (await import('./verbs/log.js')).check(options, surroundings)));
  log
    .command('adopt')
    .description('confirm a log that has no event in common with NATS: every service publishes it from the beginning')
    .action(async () => (await import('./verbs/log.js')).adopt(surroundings));
  log
    .command('format')
    .description('convert the log of a stopped system to the format of an older release, or back')
    .addOption(required('--to <n>', 'log format of the other release'))
    .action(async (options) => (await import('./verbs/backup.js')).format(options, surroundings));
  log
    .command('show <position>')
    .description('print one event as it is stored, readable or not: its data, then its metadata')
    .option('--json', 'print a JSON document; parts that are not JSON are in base64')
    .action(async (position, options) => (await import('./verbs/log.js')).show(position, options, surroundings));
}

function addReports(evidence: Command, surroundings: Surroundings): void {
  evidence
    .command('reports')
    .description('check issued reports')
    .command('affected')
    .description('list the issued reports whose verdicts would differ under the current rules; changes nothing')
    .option(TENANT, 'only reports of this tenant')
    .option('--json', 'print one JSON document per line, with every changed verdict')
    .action(async (options) => (await import('./verbs/affected.js')).affected(options, surroundings));
}

function addRetention(evidence: Command, surroundings: Surroundings): void {
  const retention = evidence.command('retention').description('manage how long a tenant’s reports are kept');
  retention
    .command('set')
    .description('set the retention of reports that become ready from now on')
    .addOption(required(TENANT, 'tenant of the reports'))
    .addOption(
      required('--seconds <n>', 'how long to keep a report: 1 to 3153600000 (36,500 days), not less than the floor'),
    )
    .option('--dry-run', 'show what would change, and write nothing')
    .action(async (options) => (await import('./verbs/retention.js')).set(options, surroundings));
  retention
    .command('floor')
    .description('set the minimum retention of all reports, including those that are ready, regardless of the policy')
    .addOption(required(TENANT, 'tenant of the reports'))
    .addOption(
      required('--seconds <n>', 'minimum time to keep a report: 1 to 3153600000 (36,500 days); 0 removes the floor'),
    )
    .addOption(required('--reason <text>', 'reason, such as the law that requires it'))
    .option('--dry-run', 'show what would change, and write nothing')
    .action(async (options) => (await import('./verbs/retention.js')).floor(options, surroundings));
  retention
    .command('due')
    .description('list the reports that are due to be pruned; changes nothing')
    .addOption(required(TENANT, 'tenant of the reports'))
    .option('--by <instant>', 'instant by which they are due, such as 2026-05-20T08:00:00Z (default: now)')
    .option('--json', 'print one JSON document per line')
    .action(async (options) => (await import('./verbs/retention.js')).due(options, surroundings));
  retention
    .command('show')
    .description('show the retention of a tenant, its floor and its legal holds')
    .addOption(required(TENANT, 'tenant of the reports'))
    .option('--json', 'print a JSON document')
    .action(async (options) => (await import('./verbs/retention.js')).show(options, surroundings));
  const hold = evidence
    .command('hold')
    .description('manage legal holds, which keep a report regardless of its retention');
  hold
    .command('place <report-id>')
    .description('keep a report until the hold is released')
    .addOption(required(TENANT, 'tenant of the report'))
    .addOption(required('--reason <text>', 'reason for the hold, for later review'))
    .option('--dry-run', 'show what would change, and write nothing')
    .action(async (id, options) => (await import('./verbs/hold.js')).place(id, options, surroundings));
  hold
    .command('release <report-id>')
    .description('release a hold, so that retention applies again')
    .addOption(required(TENANT, 'tenant of the report'))
    .option('--dry-run', 'show what would change, and write nothing')
    .action(async (id, options) => (await import('./verbs/hold.js')).release(id, options, surroundings));
}

function addExpiry(evidence: Command, surroundings: Surroundings): void {
  evidence
    .command('expiry')
    .description('manage the expiry of reports')
    .command('confirm')
    .description('confirm the clock after a jump, so that expiring and pruning continue')
    .action(async () => (await import('./verbs/expiry.js')).confirm(surroundings));
}

function addAutoResolve(evidence: Command, surroundings: Surroundings): void {
  const policy = evidence
    .command('auto-resolve')
    .description('manage the automatic resolution of weaknesses that scans no longer find');
  policy
    .command('set')
    .description('set the policy for scans that are imported from now on')
    .addOption(required(TENANT, 'tenant of the weaknesses'))
    .addOption(
      required('--after-clean-scans <n>', '1 to 1000 scans in a row that test a weakness without finding it; 0: never'),
    )
    .action(async (options) => (await import('./verbs/auto-resolve.js')).set(options, surroundings));
  policy
    .command('show')
    .description('show the policy of a tenant')
    .addOption(required(TENANT, 'tenant of the policy'))
    .option('--json', 'print a JSON document')
    .action(async (options) => (await import('./verbs/auto-resolve.js')).show(options, surroundings));
}
