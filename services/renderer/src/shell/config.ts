import { join } from 'node:path';
import { RETENTION_SECONDS_MAX, RETENTION_SECONDS_MIN } from '@evidence/retention';
import { integer, platformVariables, readConfig, text, url } from '@evidence/runtime';

const DAYS_90_IN_SECONDS = 7_776_000;

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function rendererConfig(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, {
    ...platformVariables,
    publicUrl: url('PUBLIC_URL', { default: 'http://127.0.0.1:8080', schemes: ['http', 'https'] }),
    retentionSeconds: integer('RETENTION_SECONDS', {
      default: DAYS_90_IN_SECONDS,
      min: RETENTION_SECONDS_MIN,
      max: RETENTION_SECONDS_MAX,
    }),
    signingKeyFile: text('SIGNING_KEY_FILE', { default: undefined }),
    signingCertificateFile: text('SIGNING_CERTIFICATE_FILE', { default: undefined }),
  });
  return {
    ...config,
    publicUrl: config.publicUrl.replace(/\/$/, ''),
    artifactsFolder: join(config.dataDir, 'artifacts'),
    developmentKeysFolder: join(config.dataDir, 'keys'),
  };
}
