import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { getContainerRuntimeClient } from 'testcontainers';
import { test } from 'vitest';

const run = promisify(execFile);
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;

/** The image of deploy/Dockerfile, as `npm run containers` builds it. */
export const IMAGE = 'evidence-reports';
export const NATS_IMAGE = process.env.NATS_IMAGE ?? 'nats:2.14.4-alpine';

/** A running engine; an installed client is not enough. DOCKER_HOST and the rootless sockets are tried, as testcontainers does. */
const engine = await getContainerRuntimeClient().catch(() => undefined);

/** Whether there is an engine that has our image. */
export const hasImage = engine !== undefined && (await isThere(IMAGE));

/** Whether the engine has an image, or can fetch it. */
export const canHave = async (image: string): Promise<boolean> =>
  engine !== undefined && ((await isThere(image)) || (await succeeds('pull', '--quiet', image)));

/** Adds a test whose skip says why the other tests of its file are not run. */
export function sayUnless(condition: boolean, sentence: string): void {
  test('reports whether the tests could run', (context) => {
    if (!condition) context.skip(sentence);
  });
}

export const NO_ENGINE =
  'no container engine with our image is here: npm run containers builds it where one runs or can be installed';

/** The standard output of the engine's command. Rejects with its output if it fails. */
export async function docker(...args: readonly string[]): Promise<string> {
  return (await dockerWith({}, ...args)).stdout;
}

export async function dockerWith(
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run('docker', args, { env: { ...process.env, ...env }, maxBuffer: OUTPUT_MAX_BYTES });
}

function isThere(image: string): Promise<boolean> {
  return succeeds('image', 'inspect', image);
}

function succeeds(...args: readonly string[]): Promise<boolean> {
  return docker(...args).then(
    () => true,
    () => false,
  );
}
