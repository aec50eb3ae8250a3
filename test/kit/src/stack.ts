import { join } from 'node:path';
import { type ProgramName, type Scripts, Stack, scriptsOf, seed, settingsFrom } from '@evidence/local';
import { freePort, REPOSITORY, tempFolder } from './places.js';

export interface TestStackOptions {
  /** Added to every program's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Kept when the stack is disposed; default a temporary folder, which is removed. */
  readonly dataDir?: string;
  /** Imports the repository's sample scans too; the token is minted always. */
  readonly samples?: boolean;
  /** Programs in place of our own. */
  readonly scripts?: Partial<Scripts>;
}

/** The whole system as `npm start` runs it, on free ports. */
export interface TestStack extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly natsUrl: string;
  readonly eventStoreUrl: string;
  readonly dataDir: string;
  /** A bearer token of tenant `acme` with all report and finding scopes. */
  readonly token: string;
  /** NATS_URL, EVENT_STORE_URL, DATA_DIR and the rest, as the `evidence` command takes them. */
  readonly env: NodeJS.ProcessEnv;
  /** What the terminal would have shown. */
  readonly said: readonly string[];
  /** Drains and ends every process; what they have stored stays. */
  stop(): Promise<void>;
  /** Starts again on the same ports and data after a {@link stop}. */
  start(): Promise<void>;
  /** Kills one process as a crash would; the supervisor starts it again. */
  kill(name: ProgramName): void;
  pids(): ReadonlyMap<ProgramName, number>;
  /** Stops it for good and removes a temporary data folder. */
  readonly dispose: () => Promise<void>;
}

/** Tests and benches ask for more than 6 reports a minute. */
const NOT_LIMITED = {
  RATE_LIMIT_REPORTS_PER_MINUTE: '0',
  RATE_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_TENANT_PER_MINUTE: '0',
};

export async function startStack(options: TestStackOptions = {}): Promise<TestStack> {
  const folder = options.dataDir === undefined ? await tempFolder() : undefined;
  const dataDir = options.dataDir ?? join(folder?.path ?? '', 'data');
  const [port, natsPort, storePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const env: NodeJS.ProcessEnv = { ...process.env, ...NOT_LIMITED, ...options.env };
  const settings = settingsFrom(
    { ...env, DATA_DIR: dataDir, PORT: `${port}`, NATS_PORT: `${natsPort}`, EVENT_STORE_PORT: `${storePort}` },
    REPOSITORY,
  );
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const scripts = { ...scriptsOf(REPOSITORY), ...options.scripts };
  const begin = () => new Stack({ settings, scripts, env, say });
  let stack = begin();
  const start = async () => {
    await stack.stop();
    stack = begin();
    await stack.start().catch(async (failure) => {
      await stack.stop();
      throw new Error([failure.message, ...said.slice(-20)].join('\n'), { cause: failure });
    });
  };
  const dispose = async () => {
    await stack.stop();
    await folder?.remove();
  };
  await start();
  const token = await tokenOf(stack, dataDir, options.samples ?? false, say);
  return {
    url: stack.url,
    natsUrl: stack.natsUrl,
    eventStoreUrl: stack.eventStoreUrl,
    dataDir,
    token,
    env: stack.env,
    said,
    start,
    stop: () => stack.stop(),
    kill: (name) => stack.kill(name),
    pids: () => stack.pids(),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function tokenOf(stack: Stack, dataDir: string, samples: boolean, say: (line: string) => void): Promise<string> {
  return seed({
    cli: join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js'),
    samplesDir: samples ? join(REPOSITORY, 'deploy', 'local', 'samples') : undefined,
    tokenFile: join(dataDir, 'demo', 'token'),
    env: stack.env,
    say,
  });
}
