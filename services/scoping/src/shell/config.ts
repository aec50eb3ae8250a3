import { join } from 'node:path';
import { platformVariables, readConfig } from '@evidence/runtime';

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function scopingConfig(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, platformVariables);
  return {
    ...config,
    artifactsFolder: join(config.dataDir, 'artifacts'),
    viewFile: join(config.dataDir, 'views', 'scoping', 'findings.sqlite'),
  };
}
