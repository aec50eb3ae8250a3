import { join } from 'node:path';
import { startFailureOf } from './failure.js';
import { greeting } from './greeting.js';
import { samplesIn, seed } from './seed.js';
import type { Settings } from './settings.js';
import { type Scripts, Stack } from './stack.js';

/** One Ctrl-C arrives up to three times: from the terminal, from npm, and from tools/run.mjs. */
const SAME_CTRL_C_MS = 1_000;

const say = (line: string) => console.log(line.startsWith(' ') ? line : `  ${line}`);

export interface SuperviseOptions {
  readonly settings: Settings;
  readonly scripts: Scripts;
  /** The script of the `evidence` command, which seeds an empty data folder with the samples. */
  readonly cli: string;
  readonly samplesDir: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs the stack in the terminal until Ctrl-C, a signal, or the end of the parent process; then drains it.
 *
 * @throws StartFailure when it cannot start; everything that had started has then been stopped.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { settings, scripts, env } = options;
  const stack = new Stack({ settings, scripts, env, say });
  const { asked, askedAgain } = stopRequests();
  try {
    await Promise.race([stack.start().then(() => welcome(stack, options)), asked]);
  } catch (failure) {
    await stack.stop();
    throw startFailureOf(failure, settings.dataDir);
  }
  await asked;
  say('Stopping once work in progress is finished. Press Ctrl-C again to stop at once.');
  const atOnce = askedAgain.then(() => {
    say('Stopping at once.');
    return stack.stopAtOnce();
  });
  await Promise.race([stack.stop(), atOnce]);
}

async function welcome(stack: Stack, { settings, cli, samplesDir, env }: SuperviseOptions): Promise<void> {
  if (stack.isStopping) return;
  if (settings.eventStoreUrl !== undefined) {
    say(`Ready at ${stack.url}, with the event store of EVENT_STORE_URL. No sample scans were added to it.`);
    say(
      'Create a token with: npm run evidence -- tokens mint --tenant <slug> --name <name> --scopes reports:generate,reports:read',
    );
    return;
  }
  const tokenFile = join(settings.dataDir, 'demo', 'token');
  await seed({ cli, samplesDir, tokenFile, env: stack.env, say });
  const endpointIds = [...new Set((await samplesIn(samplesDir)).map(({ endpoint }) => endpoint))];
  console.log(greeting({ url: stack.url, tokenFile, endpointIds, startedInMs: sinceCommand(env) }));
}

/** Milliseconds since the command was started: `npm start` may have installed and built first, and passes on when it began. */
function sinceCommand({ EVIDENCE_STARTED_AT_MS: startedAt }: NodeJS.ProcessEnv): number {
  const elapsedMs = Date.now() - Number(startedAt);
  return elapsedMs > 0 ? elapsedMs : performance.now();
}

/** The first request is to drain, the second to stop at once. */
function stopRequests(): { readonly asked: Promise<void>; readonly askedAgain: Promise<void> } {
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
  process.channel?.unref(); // the listener must not keep the process alive once everything has stopped
  return { asked: first.promise, askedAgain: second.promise };
}
