// `node tools/run.mjs <verb> [arguments]`: every verb of package.json, on a machine with only Node >= 20 and npm.
// Only the program of the verb writes to standard output: `npm run -s evidence -- … --json | jq` must get nothing else.
// Installs the pinned workspace once, then hands over to the pinned programs of node_modules/.bin, Node among them.
// package.json has `exec` before `start`, because npm 11 signals only its own child: without it, that child is a shell, which would die of the
// signal, leave this process running and turn a clean stop into an error.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, delimiter as pathDelimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(ROOT, 'node_modules', '.installed');
/** After this time, the terminal shows that the build is still running. */
const STILL_AT_IT_MS = 10_000;

/** Folders that contain tests. */
const ROOMS = ['packages', 'services', 'deploy', 'test'];
/** The tests that need a build, because they run our programs or threads. */
const RUNS_PROGRAMS = /\.(e2e|nats)\.test\.ts$/;

const env = {
  ...process.env,
  PATH: join(ROOT, 'node_modules', '.bin') + pathDelimiter + (process.env.PATH ?? ''),
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'node'),
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  // So that "ready after" counts what was installed and built too.
  EVIDENCE_STARTED_AT_MS: String(Math.round(performance.timeOrigin)),
};

const VERBS = {
  start: () => built(() => run('node', ['deploy/local/dist/main.js'], { leashed: true, NODE_ENV: 'production' })),
  test,
  bench: (args) => built(() => run('node', ['test/bench/main.ts', ...args])),
  judges: (args) =>
    built(
      async () =>
        (await run('bash', ['test/judges/install.sh'])) ||
        run('vitest', ['run', '--config', 'vitest.judges.config.ts', ...args]),
    ),
  exhaustive: (args) => built(() => run('vitest', ['run', '--config', 'vitest.exhaustive.config.ts', ...args])),
  compat: (args) => built(() => run('vitest', ['run', '--config', 'vitest.compat.config.ts', ...args])),
  containers: (args) => built(() => run('bash', ['test/docker/run.sh', ...args])),
  faults: (args) => built(() => run('node', ['test/faults/main.ts', ...args])),
  oracle: (args) => built(() => run('node', ['test/oracle/main.ts', ...args])),
  sbom: (args) => run('node', ['tools/sbom.ts', ...args]),
  types: () => built(() => run('tsc', ['-p', 'tsconfig.test.json'])),
  evidence: (args) => built(() => run('node', ['packages/cli/dist/main.js', ...args], { NODE_ENV: 'production' })),
  frameworks: (args) =>
    built(() => run('node', ['packages/frameworks/dist/main.js', ...args]), '--filter=@evidence/frameworks'),
  clients: (args) =>
    built(
      async () => (await clientTools()) && run('vitest', ['run', '--config', 'test/clients/vitest.config.ts', ...args]),
    ),
  build: () => built(() => 0),
  // Not `tsc -b --watch`: TypeScript 7.0.2 notices no change in a solution.
  watch: (args) => run('turbo', ['watch', 'build', '--output-logs=new-only', ...args]),
  generate: (args) => run('node', ['packages/contracts/generate.mjs', ...args]),
  // Dependencies, files and exports that nothing imports.
  unused: (args) => run('knip', ['--no-progress', '--treat-config-hints-as-errors', ...args]),
  lint: (args) => run('biome', ['check', '--error-on-warnings', ...args]),
};

let running;
// The running program also receives Ctrl-C from the terminal; this process must outlive it and return its exit code.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => running?.kill(signal));

const [verb, ...args] = process.argv.slice(2);
if (!Object.hasOwn(VERBS, verb)) fail(`Unknown verb "${verb}": use one of ${Object.keys(VERBS).join(', ')}.`);
process.exitCode = (await install()) || Number(await VERBS[verb](args));

/** Installs what the lockfile pins, unless the last install was the same; returns the exit code. */
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
      'The installation failed; the reason is above. If it is the network, check that npm can reach its registry (npm ping), and try again.',
    );
  }
  writeFileSync(STAMP, stamp);
  return 0;
}

/**
 * Runs the tests that the filters select, on the sources; the name of a package selects its tests. Builds first only if
 * one of them runs built programs.
 */
function test(args) {
  const filters = args.map(folderOfPackage);
  const selected = ROOMS.flatMap(testFiles).filter((file) => filters.some((filter) => file.includes(filter)));
  const runTests = () => run('vitest', ['run', ...filters]);
  return selected.length === 0 || selected.some((file) => RUNS_PROGRAMS.test(file)) ? built(runTests) : runTests();
}

/** `verify` and `@evidence/verify` become `packages/verify/`; anything else stays as it is. */
function folderOfPackage(filter) {
  const name = filter.replace('@evidence/', '');
  const room = /^[a-z-]+$/.test(name) && ROOMS.find((room) => existsSync(join(ROOT, room, name)));
  return room ? `${room}/${name}/` : filter;
}

function testFiles(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : testFiles(path);
    return path.endsWith('.test.ts') ? [path] : [];
  });
}

/** Installs the tools that test/clients pins, separately from the workspace. Returns false, and says so, if the registry cannot be reached. */
async function clientTools() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const install = ['install', '--dir', 'test/clients', '--ignore-workspace', '--ignore-scripts', '--frozen-lockfile'];
  const code = await run('npm', ['exec', '--yes', '--', packageManager, ...install]);
  if (code === 0) return true;
  if ((await run('npm', ['ping'])) === 0) fail('The tools of test/clients cannot be installed; the reason is above.');
  console.error('  Skipped: npm cannot reach its registry (npm ping), so the tools of test/clients cannot be fetched.');
  return false;
}

/** Builds what has changed, in all packages or in those that turbo's filters select; silent if nothing has. Then runs `next`. */
async function built(next, ...filters) {
  const said = [];
  let seen = '';
  let packages = 0;
  const hear = (chunk) => {
    said.push(chunk);
    seen += chunk;
    const lines = seen.split('\n');
    seen = lines.pop() ?? '';
    const missed = lines.filter((line) => line.includes('cache miss, executing')).length;
    if (packages === 0 && missed > 0) console.error('  Building …');
    packages += missed;
  };
  const startedAtMs = performance.now();
  const word = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAtMs) / 1000);
    console.error(`  Still building: ${packages} packages started, ${seconds} s so far …`);
  }, STILL_AT_IT_MS);
  const code = await run('turbo', ['run', 'build', '--output-logs=new-only', ...filters], { hear });
  clearInterval(word);
  if (code !== 0) process.stderr.write(Buffer.concat(said));
  return code || next();
}

/**
 * Runs a program and returns its exit code, or 1 if a signal ended it. `leashed` gives it a channel that closes when this process ends, in
 * whatever way. `hear` receives its output, which otherwise goes to the terminal.
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
