import { defaultCacheDir, findNatsServer } from '@evidence/local';

/**
 * Vitest's global setup: finds nats-server once, before the test files race to fetch it, and tells the workers through
 * NATS_SERVER. Without one the run goes on, for most tests need none; those that do fail with the same sentence.
 */
export default async function setup(): Promise<void> {
  const { env } = process;
  try {
    const { path, version } = await findNatsServer({ env, cacheDir: defaultCacheDir(env), say: console.log });
    env.NATS_SERVER = path;
    console.log(`nats-server ${version} (${path})`);
  } catch (failure) {
    console.warn(failure instanceof Error ? failure.message : failure);
  }
}
