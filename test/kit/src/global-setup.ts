import { defaultCacheDir, findNatsServer } from '@evidence/local';
import { makeCertificateOfTheRun } from './certificate.js';
import { tempFolder } from './places.js';

/**
 * Vitest's global setup: finds nats-server once, before the test files race to fetch it, and passes it to the workers in
 * NATS_SERVER. Without one the run continues, because most tests need none; those that do fail with the same sentence.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const { env } = process;
  const folder = await tempFolder();
  await makeCertificateOfTheRun(folder.path);
  try {
    const { path, version } = await findNatsServer({ env, cacheDir: defaultCacheDir(env), say: console.log });
    env.NATS_SERVER = path;
    console.log(`nats-server ${version} (${path})`);
  } catch (failure) {
    console.warn(failure instanceof Error ? failure.message : failure);
  }
  return folder.remove;
}
