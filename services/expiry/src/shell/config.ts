import { join } from 'node:path';
import { integer, platformVariables, readConfig } from '@evidence/runtime';

const MIB = 1024 * 1024;

export type ExpiryConfig = ReturnType<typeof expiryConfig>;

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function expiryConfig(env: NodeJS.ProcessEnv) {
  const { scrubMibPerMinute, ...config } = readConfig(env, {
    ...platformVariables,
    scrubMibPerMinute: integer('SCRUB_MIB_PER_MINUTE', { default: 64, min: 0, max: 65_536 }),
  });
  return {
    ...config,
    scrubBytesPerMinute: scrubMibPerMinute * MIB,
    artifactsFolder: join(config.dataDir, 'artifacts'),
  };
}
