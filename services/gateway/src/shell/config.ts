import { join } from 'node:path';
import { integer, platformVariables, readConfig, text, url } from '@evidence/runtime';

const ONE_GIB = 1024 ** 3;

export type GatewayConfig = ReturnType<typeof gatewayConfig>;

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function gatewayConfig(env: NodeJS.ProcessEnv) {
  const port = integer('PORT', { default: 8080, min: 0, max: 65_535 });
  const config = readConfig(env, {
    ...platformVariables,
    port,
    host: text('HOST', { default: '127.0.0.1' }),
    /** Where clients see us, when that is not this machine and port. */
    publicUrl: url('PUBLIC_URL', { default: undefined, schemes: ['http', 'https'] }),
    importBytesMax: integer('IMPORT_MAX_BYTES', { default: ONE_GIB, min: 1, max: 64 * ONE_GIB }),
    reportsPerMinute: callsPerMinute('RATE_LIMIT_REPORTS_PER_MINUTE', 6),
    tokenCallsPerMinute: callsPerMinute('RATE_LIMIT_PER_MINUTE', 60),
    tenantCallsPerMinute: callsPerMinute('RATE_LIMIT_TENANT_PER_MINUTE', 1200),
  });
  const { dataDir } = config;
  return {
    ...config,
    publicUrl: (config.publicUrl ?? `http://127.0.0.1:${config.port}`).replace(/\/$/, ''),
    artifactsFolder: join(dataDir, 'artifacts'),
    keysFolder: join(dataDir, 'keys'),
    viewsFolder: join(dataDir, 'views', 'gateway'),
    callsPerMinute: {
      reports: config.reportsPerMinute,
      token: config.tokenCallsPerMinute,
      tenant: config.tenantCallsPerMinute,
    },
    sealKeyFile: join(dataDir, 'gateway', 'seal.key'),
  };
}

/** 0: no limit. */
const callsPerMinute = (name: string, usual: number) => integer(name, { default: usual, min: 0, max: 60_000 });
