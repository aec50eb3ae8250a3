import { Command, Option } from 'commander';
import type { Surroundings } from './surroundings.js';

const EXAMPLES = `
Examples (from the repository; an installed \`evidence\` takes the same words):
  npm run evidence -- import scan.report.jsonl --tenant acme --endpoint ep_chat_prod
  npm run evidence -- tokens mint --tenant acme --name ci --scopes reports:generate,reports:read
  npm run evidence -- events rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4
  npm run evidence -- reports affected --tenant acme
  npm run evidence -- tail --tenant acme
  npm run evidence -- hold place rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4 --tenant acme --reason "Litigation 2026-17"
  npm run evidence -- verify report.pdf --key jwks.json

Environment:
  DATA_DIR         the system of \`npm start\` on this folder (.data); set it when several are running. reports affected reads its artifacts
  EVENT_STORE_URL  another event store, or EVENT_STORE_PORT one on this machine
  NATS_URL         another bus, for tail, or NATS_PORT one on this machine

Exit codes: 0 done, 1 failed, 2 the command line is wrong; for verify see \`evidence verify --help\`.`;

const TENANT = '--tenant <slug>';

/** An option without which the command cannot run. Commander's own (15.1.0) marks none in the help, and names only the first that is missing. */
class RequiredOption extends Option {}
const required = (flags: string, description: string) => new RequiredOption(flags, `${description} (required)`);

function requireAll(command: Command): void {
  const missing = command.options.filter(
    (option) => option instanceof RequiredOption && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing.length > 0) command.error(`error: missing ${missing.map(({ flags }) => flags).join(', ')}`);
}

/**
 * The command line. A verb's code is loaded when it is called: the libraries behind all of them take half a second, the help
 * of one takes none. `ended` is told the exit code of verbs that have their own.
 */
export function program(surroundings: Surroundings, ended: (exitCode: number) => void): Command {
  const evidence = new Command('evidence')
    .description('The operator’s command of Evidence Reports.')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions()
    .exitOverride()
    .hook('preAction', (_, command) => requireAll(command))
    .showHelpAfterError('Say --help after a command to see what it takes.');
  addImport(evidence, surroundings);
  addTokens(evidence, surroundings);
  addHistory(evidence, surroundings);
  addReports(evidence, surroundings);
  addRetention(evidence, surroundings);
  addAutoResolve(evidence, surroundings);
  evidence
    .command('verify')
    .description('verify a signed report without a network: <file> --key <file> [--attestation <file>]')
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
    .description('record a scanner’s results: the scan, what was tested, and its findings')
    .option('--format <format>', 'of the file (default: detected)')
    .addOption(required(TENANT, 'whose findings they are'))
    .addOption(required('--endpoint <id>', 'what was scanned, such as ep_chat_prod'))
    .option('--owasp-llm-edition <edition>', 'what LLM06 and the like mean where a tag does not say, such as 2025')
    .option('--strict', 'refuse a file with rows that cannot be read, instead of counting them')
    .option('--pass-when <rule>', 'for logs of Inspect AI: which scores pass, such as judge=C or judge.harm<=0.25')
    .option('--dry-run', 'record nothing, and show what would be; needs no event store')
    .option('--provider <name>', 'who runs the model, where the file does not say')
    .option('--model <name>', 'the model that was tested, where the file does not say')
    .option('--model-version <version>', 'its version, where the file does not say')
    .option('--system-prompt-sha256 <hex>', 'SHA-256 of the system prompt')
    .option('--tools-sha256 <hex>', 'SHA-256 of the list of tools that the model could call')
    .action(async (file, options) => (await import('./verbs/import.js')).importFile(file, options, surroundings));
  evidence.hook('preSubcommand', async (_, called) => {
    if (called !== command) return;
    const { scanFormats } = await import('@evidence/findings');
    command.addHelpText('after', `\nFormats: ${scanFormats.join(', ')}.`);
  });
}

function addTokens(evidence: Command, surroundings: Surroundings): void {
  const tokens = evidence.command('tokens').description('bearer tokens of a tenant');
  tokens
    .command('mint')
    .description('make a token; it is shown this once')
    .addOption(required(TENANT, 'whose token it is'))
    .addOption(required('--name <name>', 'what people call it, such as ci'))
    .addOption(required('--scopes <a,b>', 'what it may do, such as reports:generate,reports:read'))
    .option('--expires-in-days <n>', 'after which it is refused (default: never)')
    .option('--cidr <block...>', 'addresses that may use it, such as 10.0.0.0/8 (default: any)')
    .option('--print-token-only', 'print nothing but the token, for scripts')
    .action(async (options) => (await import('./verbs/tokens.js')).mint(options, surroundings));
  tokens
    .command('revoke <token-id>')
    .description('refuse a token from now on')
    .addOption(required(TENANT, 'whose token it is'))
    .action(async (id, options) => (await import('./verbs/tokens.js')).revoke(id, options, surroundings));
  tokens
    .command('list')
    .description('show the tokens of a tenant, not their secrets')
    .addOption(required(TENANT, 'whose tokens'))
    .option('--json', 'one JSON document a line')
    .action(async (options) => (await import('./verbs/tokens.js')).list(options, surroundings));
}

function addHistory(evidence: Command, surroundings: Surroundings): void {
  evidence
    .command('events <report-id>')
    .description('show the history of a report, from the event store')
    .option('--json', 'one JSON document a line')
    .action(async (id, options) => (await import('./verbs/events.js')).events(id, options, surroundings));
  evidence
    .command('tail')
    .description('follow what happens to reports from now on, on the bus; Ctrl-C ends')
    .option(TENANT, 'only this tenant’s reports')
    .option('--json', 'one CloudEvent a line')
    .action(async (options) => (await import('./verbs/tail.js')).tail(options, surroundings));
  evidence
    .command('parked')
    .description('show the messages that a service could not handle and set aside')
    .addOption(
      new Option('--service <name>', 'only of this service').choices([
        'gateway',
        'scoping',
        'mapping',
        'renderer',
        'expiry',
      ]),
    )
    .option('--json', 'one JSON document a line, with the original bytes (base64)')
    .action(async (options) => (await import('./verbs/parked.js')).parked(options, surroundings));
}

function addReports(evidence: Command, surroundings: Surroundings): void {
  evidence
    .command('reports')
    .description('reports that were issued')
    .command('affected')
    .description('list the issued reports whose verdicts would be others under the current rules; changes nothing')
    .option(TENANT, 'only this tenant’s reports')
    .option('--json', 'one JSON document a line, with every changed verdict')
    .action(async (options) => (await import('./verbs/affected.js')).affected(options, surroundings));
}

function addRetention(evidence: Command, surroundings: Surroundings): void {
  const retention = evidence.command('retention').description('how long a tenant’s reports live');
  retention
    .command('set')
    .description('for reports that become ready from now on')
    .addOption(required(TENANT, 'whose reports'))
    .addOption(required('--seconds <n>', '1 to 3153600000 (36,500 days)'))
    .action(async (options) => (await import('./verbs/retention.js')).set(options, surroundings));
  retention
    .command('show')
    .description('show the retention of a tenant and its legal holds')
    .addOption(required(TENANT, 'whose reports'))
    .option('--json', 'as a JSON document')
    .action(async (options) => (await import('./verbs/retention.js')).show(options, surroundings));
  const hold = evidence.command('hold').description('legal holds: keep a report whatever its retention');
  hold
    .command('place <report-id>')
    .description('keep this report until it is released')
    .addOption(required(TENANT, 'whose report'))
    .addOption(required('--reason <text>', 'why, for those who will judge it later'))
    .action(async (id, options) => (await import('./verbs/hold.js')).place(id, options, surroundings));
  hold
    .command('release <report-id>')
    .description('let retention decide again')
    .addOption(required(TENANT, 'whose report'))
    .action(async (id, options) => (await import('./verbs/hold.js')).release(id, options, surroundings));
}

function addAutoResolve(evidence: Command, surroundings: Surroundings): void {
  const policy = evidence.command('auto-resolve').description('when weaknesses that scans no longer see are resolved');
  policy
    .command('set')
    .description('for scans that are imported from now on')
    .addOption(required(TENANT, 'whose weaknesses'))
    .addOption(
      required('--after-clean-scans <n>', '1 to 1000 scans in a row that test a weakness without seeing it; 0: never'),
    )
    .action(async (options) => (await import('./verbs/auto-resolve.js')).set(options, surroundings));
  policy
    .command('show')
    .description('show the policy of a tenant')
    .addOption(required(TENANT, 'whose policy'))
    .option('--json', 'as a JSON document')
    .action(async (options) => (await import('./verbs/auto-resolve.js')).show(options, surroundings));
}
