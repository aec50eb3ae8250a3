import { join } from 'node:path';
import { StartFailure } from './failure.js';
import { greeting } from './greeting.js';
import { samplesIn, seed } from './seed.js';
import { type Settings, settingsFrom } from './settings.js';
import { Stack, scriptsOf } from './stack.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SAMPLES = join(ROOT, 'deploy', 'local', 'samples');
const CLI = join(ROOT, 'packages', 'cli', 'dist', 'main.js');
/** One Ctrl-C arrives up to three times: from the terminal, from npm, and from tools/run.mjs. */
const SAME_CTRL_C_MS = 1_000;

const say = (line: string) => console.log(line.startsWith(' ') ? line : `  ${line}`);

/** Runs the stack until it is told to stop. */
async function main(): Promise<void> {
  const settings = settingsFrom(process.env, ROOT);
  const stack = new Stack({ settings, scripts: scriptsOf(ROOT), env: process.env, say });
  const { asked, askedAgain } = stopRequests();
  try {
    await Promise.race([stack.start().then(() => welcome(stack, settings)), asked]);
  } catch (failure) {
    await stack.stop();
    throw failure;
  }
  await asked;
  say('Stopping: finishing what is in flight. Ctrl-C again stops at once.');
  await Promise.race([stack.stop(), askedAgain.then(() => stack.stopAtOnce())]);
}

async function welcome(stack: Stack, settings: Settings): Promise<void> {
  if (stack.isStopping) return;
  if (settings.eventStoreUrl !== undefined) {
    say(`Ready at http://localhost:${settings.port}, on the event store of EVENT_STORE_URL, which is left unseeded.`);
    say(
      'A token: npm run evidence -- tokens mint --tenant <slug> --name <name> --scopes reports:generate,reports:read',
    );
    return;
  }
  const tokenFile = join(settings.dataDir, 'demo', 'token');
  await seed({ cli: CLI, samplesDir: SAMPLES, tokenFile, env: stack.env, say });
  const endpointIds = [...new Set((await samplesIn(SAMPLES)).map(({ endpoint }) => endpoint))];
  console.log(greeting({ port: settings.port, tokenFile, endpointIds, startedInMs: performance.now() }));
}

/** Ctrl-C, a signal, or the end of the process that started us (tools/run.mjs): once to drain, twice to end at once. */
function stopRequests(): { asked: Promise<void>; askedAgain: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let askedAtMs: number | undefined;
  const ask = () => {
    askedAtMs ??= performance.now();
    first.resolve();
    if (performance.now() - askedAtMs > SAME_CTRL_C_MS) second.resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  process.on('disconnect', ask);
  process.channel?.unref(); // the listener must not keep us alive once all is stopped
  return { asked: first.promise, askedAgain: second.promise };
}

try {
  await main();
} catch (failure) {
  if (!(failure instanceof StartFailure)) throw failure;
  console.error(`  ${failure.message}`);
  process.exitCode = 1;
}
