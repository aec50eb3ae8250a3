// `node tools/run.mjs <verb> [arguments]`: every verb of package.json, on a machine with only Node >= 18 and npm.
// Only the program of the verb writes to standard output: `npm run -s evidence -- … --json | jq` must get nothing else.
// Installs the pinned workspace once, then hands over to the pinned programs of node_modules/.bin, Node among them.
// package.json says `exec` before `start`: npm 11 signals only its own child, and the shell between would die of the
// signal, leave this process behind and turn a clean stop into an error.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, delimiter as pathDelimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(ROOT, 'node_modules', '.installed');
/** A build that takes longer than this is worth a word. */
const SILENT_BUILD_MS = 1_000;

const env = {
  ...process.env,
  PATH: join(ROOT, 'node_modules', '.bin') + pathDelimiter + (process.env.PATH ?? ''),
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node'),
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
};

const VERBS = {
  start: () => built(() => run('node', ['deploy/local/dist/main.js'], { leashed: true, NODE_ENV: 'production' })),
  test: (args) => built(() => run('vitest', ['run', ...args])),
  bench: (args) => built(() => run('node', ['test/bench/main.ts', ...args])),
  judges: (args) =>
    built(
      async () =>
        (await run('bash', ['test/judges/install.sh'])) ||
        run('vitest', ['run', '--config', 'vitest.judges.config.ts', ...args]),
    ),
  oracle: (args) => built(() => run('node', ['test/oracle/main.ts', ...args])),
  types: () => built(() => run('tsc', ['-p', 'tsconfig.test.json'])),
  evidence: (args) => built(() => run('node', ['packages/cli/dist/main.js', ...args], { NODE_ENV: 'production' })),
  frameworks: (args) => built(() => run('node', ['packages/frameworks/dist/main.js', ...args])),
  clients: (args) =>
    built(
      async () => (await clientTools()) && run('vitest', ['run', '--config', 'test/clients/vitest.config.ts', ...args]),
    ),
  build: () => built(() => 0),
  generate: (args) => run('node', ['packages/contracts/generate.mjs', ...args]),
  lint: (args) => run('biome', ['check', '--error-on-warnings', ...args]),
};

let running;
// A Ctrl-C reaches the running program from the terminal too; what matters here is to outlive it and to give its answer.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => running?.kill(signal));

const [verb, ...args] = process.argv.slice(2);
if (!Object.hasOwn(VERBS, verb)) fail(`Unknown verb "${verb}": use one of ${Object.keys(VERBS).join(', ')}.`);
process.exitCode = (await install()) || Number(await VERBS[verb](args));

/** Installs what the lockfile pins, unless the last install was of the same; answers with the exit code. */
async function install() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const hash = createHash('sha256').update(packageManager);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(ROOT, file)));
  const stamp = hash.digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return 0;
  console.error('  Installing the pinned packages and Node (first start only) …');
  const install = ['exec', '--yes', '--', packageManager, 'install', '--frozen-lockfile'];
  const code = await run('npm', install, { hear: (chunk) => process.stderr.write(chunk) });
  if (code !== 0) {
    fail(
      'The installation failed for the reason above; if that is the network, see that npm reaches its registry (npm ping) and run this again.',
    );
  }
  writeFileSync(STAMP, stamp);
  return 0;
}

/** Installs what test/clients pins, apart from the workspace. Answers false, and says so, where the registry cannot be reached. */
async function clientTools() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const install = ['install', '--dir', 'test/clients', '--ignore-workspace', '--ignore-scripts', '--frozen-lockfile'];
  const code = await run('npm', ['exec', '--yes', '--', packageManager, ...install]);
  if (code === 0) return true;
  if ((await run('npm', ['ping'])) === 0) fail('The tools of test/clients cannot be installed, for the reason above.');
  console.error(
    '  Skipped: the tools of test/clients cannot be fetched, for npm does not reach its registry (npm ping).',
  );
  return false;
}

/** Builds what has changed, silently when it is quick and succeeds, and then does `next`. */
async function built(next) {
  const said = [];
  const word = setTimeout(() => console.error('  Building …'), SILENT_BUILD_MS);
  const code = await run('turbo', ['run', 'build', '--output-logs=errors-only'], { hear: (chunk) => said.push(chunk) });
  clearTimeout(word);
  if (code !== 0) process.stderr.write(Buffer.concat(said));
  return code || next();
}

/**
 * Runs a program and answers with its exit code, 1 after a signal. `leashed`
 * gives it a channel that closes when this process ends, however it ends. `hear` takes its output; else the terminal.
 */
function run(program, programArgs, { leashed = false, hear, ...extra } = {}) {
  const output = hear ? 'pipe' : 'inherit';
  const stdio = ['inherit', output, output, ...(leashed ? ['ipc'] : [])];
  return new Promise((resolve) => {
    running = spawn(program, programArgs, { cwd: ROOT, env: { ...env, ...extra }, stdio });
    for (const stream of [running.stdout, running.stderr]) stream?.on('data', hear);
    running.once('error', (error) => fail(`${program} could not be started: ${error.message}.`));
    running.once('close', (code) => resolve(code ?? 1));
  });
}

function fail(sentence) {
  console.error(`  ${sentence}`);
  process.exit(1);
}
