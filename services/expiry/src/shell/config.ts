import { join } from 'node:path';
import { integer, platformVariables, readConfig } from '@evidence/runtime';

const DAY_SECONDS = 24 * 60 * 60;

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function expiryConfig(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, {
    ...platformVariables,
    /** From the request to the finished report. Generous: a large report on a small machine takes minutes. */
    deadlineSeconds: integer('REPORT_DEADLINE_SECONDS', { default: 900, min: 1, max: DAY_SECONDS }),
  });
  return {
    ...config,
    artifactsFolder: join(config.dataDir, 'artifacts'),
    viewFile: join(config.dataDir, 'views', 'expiry', 'duties.sqlite'),
  };
}
