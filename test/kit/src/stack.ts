import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEMO_TENANT, type ProgramName, type Scripts, Stack, scriptsOf, seed, settingsFrom } from '@evidence/local';
import { layCertificate } from './certificate.js';
import { freePort, REPOSITORY, tempFolder } from './places.js';
import { EVERYTHING_LOGIN, everythingUrl } from './store.js';

export interface TestStackOptions {
  /** Added to every program's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Kept when the stack is disposed; default a temporary folder, which is removed. */
  readonly dataDir?: string;
  /** Also import the repository's sample scans. The token is always minted. */
  readonly samples?: boolean;
  /** Programs in place of our own. */
  readonly scripts?: Partial<Scripts>;
  /** The repository whose `evidence` command mints the token and imports the samples; default this one. */
  readonly seededBy?: string;
}

/** The whole system as `npm start` runs it, on free ports. */
export interface TestStack extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly natsUrl: string;
  readonly eventStoreUrl: string;
  /** The event store with an unrestricted login, for tests that write what no service would. */
  readonly openStoreUrl: string;
  readonly dataDir: string;
  /** A bearer token of tenant `acme` with all report and finding scopes. */
  readonly token: string;
  /** NATS_URL, EVENT_STORE_URL, DATA_DIR and the rest, as the `evidence` command needs them. */
  readonly env: NodeJS.ProcessEnv;
  /** The same of one service, with its own logins: for a second instance of it. */
  serviceEnv: Stack['serviceEnv'];
  /** The URL, with login, at which another service receives the events of tenant `acme`. */
  subscriber(name: string): Promise<string>;
  /** The lines that the terminal would show. */
  readonly said: readonly string[];
  /** Drains and ends every process. Their data remain. */
  stop(): Promise<void>;
  /** Restarts on the same ports and data after a {@link stop}. */
  start(): Promise<void>;
  /** Kills one process like a crash; the supervisor restarts it. */
  kill(name: ProgramName): void;
  pids(): ReadonlyMap<ProgramName, number>;
  /** Stops it for good and removes a temporary data folder. */
  readonly dispose: () => Promise<void>;
}

const run = promisify(execFile);
const cliOf = (root: string): string => join(root, 'packages', 'cli', 'dist', 'main.js');

/** Tests and benchmarks request more than 6 reports a minute. */
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
  const begin = () => new Stack({ settings, scripts, env, say, storeLogins: [EVERYTHING_LOGIN] });
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
  if (settings.eventStoreUrl === undefined) await layCertificate(dataDir);
  await start();
  const token = await tokenOf(stack, dataDir, options, say);
  return {
    url: stack.url,
    natsUrl: stack.natsUrl,
    eventStoreUrl: stack.eventStoreUrl,
    openStoreUrl: settings.eventStoreUrl ?? everythingUrl(dataDir, storePort),
    dataDir,
    token,
    env: stack.env,
    serviceEnv: (name) => stack.serviceEnv(name),
    said,
    subscriber: async (name) => {
      const mint = ['subscribers', 'mint', '--tenant', DEMO_TENANT, '--name', name];
      return (await run(process.execPath, [cliOf(REPOSITORY), ...mint], { env: stack.env })).stdout.trim();
    },
    start,
    stop: () => stack.stop(),
    kill: (name) => stack.kill(name),
    pids: () => stack.pids(),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function tokenOf(
  stack: Stack,
  dataDir: string,
  { samples = false, seededBy = REPOSITORY }: TestStackOptions,
  say: (line: string) => void,
): Promise<string> {
  return seed({
    cli: cliOf(seededBy),
    samplesDir: samples ? join(REPOSITORY, 'deploy', 'local', 'samples') : undefined,
    tokenFile: join(dataDir, 'demo', 'token'),
    env: stack.env,
    say,
  });
}
