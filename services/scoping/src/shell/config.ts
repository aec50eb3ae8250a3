import { join } from 'node:path';
import { integer, platformVariables, readConfig } from '@evidence/runtime';

export type ScopingConfig = ReturnType<typeof scopingConfig>;

const variables = {
  ...platformVariables,
  /** For all instances of all services together; must be the same for every instance of scoping. */
  reportsAtOnce: integer('REPORTS_AT_ONCE', { default: 6, min: 1, max: 1_000 }),
};

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function scopingConfig(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, variables);
  return { ...config, artifactsFolder: join(config.dataDir, 'artifacts') };
}
