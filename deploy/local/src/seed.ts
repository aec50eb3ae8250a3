import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { output } from './command.js';
import { StartFailure } from './failure.js';

export const DEMO_TENANT = 'acme';
const DEMO_SCOPES = 'reports:generate,reports:read,findings:read,findings:write,audit:read';
/** A sample has a few hundred results; this is the worst case on a slow machine. */
const CLI_TIMEOUT_MS = 60_000;

/** A scanner's file in the repository, as listed in `samples/manifest.json`. */
export interface Sample {
  readonly file: string;
  readonly format: string;
  readonly endpoint: string;
}

export interface SeedOptions {
  /** `packages/cli/dist/main.js` */
  readonly cli: string;
  /** The folder of the samples, or `undefined` for a token alone. */
  readonly samplesDir: string | undefined;
  /** The file of the token, readable only by its owner. */
  readonly tokenFile: string;
  /** With NATS_URL, EVENT_STORE_URL and DATA_DIR of a running stack. */
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

export async function samplesIn(folder: string): Promise<readonly Sample[]> {
  return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Sample[];
}

/**
 * Adds the demo tenant to an empty store: its scans and a token. Done once, as the token's file shows; an interrupted run is repeated, and the
 * importer skips what is already recorded.
 *
 * @returns the token
 * @throws StartFailure `seed_failed` with the command's own message
 */
export async function seed({ cli, samplesDir, tokenFile, env, say }: SeedOptions): Promise<string> {
  const known = await readFile(tokenFile, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const evidence = (...args: string[]) => runCli(cli, args, env);
  if (samplesDir !== undefined) {
    const samples = await samplesIn(samplesDir);
    say(`Importing ${samples.length} sample scans for tenant ${DEMO_TENANT} (first start only) …`);
    for (const { file, format, endpoint } of samples) {
      const source = join(samplesDir, file);
      await evidence('import', source, '--format', format, '--tenant', DEMO_TENANT, '--endpoint', endpoint);
    }
  }
  const mint = ['tokens', 'mint', '--tenant', DEMO_TENANT, '--name', 'demo', '--scopes', DEMO_SCOPES];
  const token = (await evidence(...mint, '--print-token-only')).trim();
  await mkdir(dirname(tokenFile), { recursive: true });
  await writeFile(`${tokenFile}.new`, `${token}\n`, { mode: 0o600 });
  await rename(`${tokenFile}.new`, tokenFile);
  return token;
}

async function runCli(cli: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return await output(process.execPath, [cli, ...args], { env, timeoutMs: CLI_TIMEOUT_MS });
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    const said = (stderr || message).trim().split('\n').slice(-3).join(' ');
    throw new StartFailure('seed_failed', `\`evidence ${args.slice(0, 2).join(' ')}\` failed while seeding: ${said}`, {
      args,
    });
  }
}
