import { join } from 'node:path';
import { platformVariables, readConfig } from '@evidence/runtime';

export type MappingConfig = ReturnType<typeof mappingConfig>;

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function mappingConfig(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, platformVariables);
  return { ...config, artifactsFolder: join(config.dataDir, 'artifacts') };
}
