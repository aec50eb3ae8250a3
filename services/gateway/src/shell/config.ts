import { join } from 'node:path';
import { isCidr } from '@evidence/access';
import { ConfigError, integer, platformVariables, readConfig, text, url } from '@evidence/runtime';
import { oidcIssuerOf, oidcVariables } from './oidc-config.js';

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
    /** Where subscribers reach the bus, when that is not where we do. */
    publicNatsUrl: url('PUBLIC_NATS_URL', { default: undefined, schemes: ['nats', 'tls'] }),
    /** Two gateways on one machine need a folder each: a view has one writer. */
    viewsFolder: text('GATEWAY_VIEWS_DIR', { default: undefined }),
    /** Whose `X-Forwarded-For` says where a call comes from. */
    trustedProxies: text('TRUSTED_PROXIES', { default: undefined }),
    /** Whose pages may call us from a browser. */
    /** Where people read a finding. */
    findingUrlTemplate: text('FINDING_URL_TEMPLATE', {
      default: undefined,
      pattern: /^https?:\/\/[^\s{}]+\{id\}[^\s{}]*$/,
      meaning: 'a URL with {id} in it, such as https://app.example/findings/{id}',
    }),
    corsOrigins: text('CORS_ORIGINS', { default: undefined }),
    ...oidcVariables,
    signingKeysFile: text('SIGNING_KEYS_FILE', { default: undefined }),
    signingKeyFile: text('SIGNING_KEY_FILE', { default: undefined }),
    signingCertificateFile: text('SIGNING_CERTIFICATE_FILE', { default: undefined }),
    importBytesMax: integer('IMPORT_MAX_BYTES', { default: ONE_GIB, min: 1, max: 64 * ONE_GIB }),
    reportsPerMinute: callsPerMinute('RATE_LIMIT_REPORTS_PER_MINUTE', 6),
    tokenCallsPerMinute: callsPerMinute('RATE_LIMIT_PER_MINUTE', 60),
    tenantCallsPerMinute: callsPerMinute('RATE_LIMIT_TENANT_PER_MINUTE', 1200),
  });
  const { dataDir } = config;
  const publicUrl = (config.publicUrl ?? `http://127.0.0.1:${config.port}`).replace(/\/$/, '');
  return {
    ...config,
    publicUrl,
    findingUrlTemplate: config.findingUrlTemplate ?? `${publicUrl}/findings/{id}`,
    publicNatsUrl: config.publicNatsUrl ?? config.natsServers[0] ?? '',
    artifactsFolder: join(dataDir, 'artifacts'),
    /** Whose public halves are published. */
    signing: {
      keysFile: config.signingKeysFile,
      keyFile: config.signingKeyFile,
      certificateFile: config.signingCertificateFile,
      developmentFolder: join(dataDir, 'keys'),
    },
    viewsFolder: config.viewsFolder ?? join(dataDir, 'views', 'gateway'),
    trustedProxies: trustedProxiesIn(config.trustedProxies),
    corsOrigins: originsIn(config.corsOrigins),
    oidc: oidcIssuerOf(config),
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

function originsIn(list: string | undefined): readonly string[] {
  const origins = partsOf(list);
  const wrong = origins.find((one) => one !== '*' && URL.parse(one)?.origin !== one);
  if (wrong === undefined) return origins;
  throw new ConfigError([
    `CORS_ORIGINS lists origins such as https://app.example, separated by commas, or is *, not "${wrong}".`,
  ]);
}

const partsOf = (list: string | undefined): readonly string[] =>
  (list ?? '').split(',').flatMap((one) => one.trim() || []);

function trustedProxiesIn(list: string | undefined): readonly string[] {
  const cidrs = partsOf(list);
  const wrong = cidrs.find((one) => !isCidr(one));
  if (wrong === undefined) return cidrs;
  throw new ConfigError([
    `TRUSTED_PROXIES lists address blocks such as 10.0.0.0/8, separated by commas, not "${wrong}".`,
  ]);
}
