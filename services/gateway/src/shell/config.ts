import { join } from 'node:path';
import { isCidr } from '@evidence/access';
import { integer, list, oneOf, platformVariables, readConfig, roomVariables, text, url } from '@evidence/runtime';
import { oidcIssuerOf, oidcProblems, oidcVariables } from './oidc-config.js';

const DAY_SECONDS = 24 * 60 * 60;
const ONE_GIB = 1024 ** 3;

export type GatewayConfig = ReturnType<typeof gatewayConfig>;

/** The configuration of this service, from its environment. Throws `ConfigError`, naming every invalid variable. */
export function gatewayConfig(env: NodeJS.ProcessEnv) {
  const port = integer('PORT', { default: 8080, min: 0, max: 65_535 });
  const spec = {
    ...platformVariables,
    ...roomVariables,
    port,
    host: text('HOST', { default: '127.0.0.1' }),
    /** The URL at which clients see us, if that is not this machine and port. */
    publicUrl: url('PUBLIC_URL', { default: undefined, schemes: ['http', 'https'], shown: true }),
    /** The URL at which subscribers reach the bus, if that differs from ours. */
    publicNatsUrl: url('PUBLIC_NATS_URL', { default: undefined, schemes: ['nats', 'tls'] }),
    /** The proxies whose `X-Forwarded-For` is trusted. */
    trustedProxies: list('TRUSTED_PROXIES', {
      accepts: isCidr,
      meaning: 'a list of address blocks such as 10.0.0.0/8, separated by commas',
    }),
    /** The page on which people read a finding. */
    findingUrlTemplate: text('FINDING_URL_TEMPLATE', {
      default: undefined,
      pattern: /^https?:\/\/[^\s{}]+\{id\}[^\s{}]*$/,
      meaning: 'a URL with {id} in it, such as https://app.example/findings/{id}',
    }),
    /** Whether tenants may send their own template for a PDF. */
    packTemplates: oneOf('PACK_TEMPLATES', ['on', 'off'], { default: 'on' }),
    /** The origins whose pages may call us from a browser. */
    corsOrigins: list('CORS_ORIGINS', {
      accepts: (one) => one === '*' || URL.parse(one)?.origin === one,
      meaning: 'a list of origins such as https://app.example, separated by commas, or *',
    }),
    ...oidcVariables,
    signingKeysFile: text('SIGNING_KEYS_FILE', { default: undefined }),
    signingKeyFile: text('SIGNING_KEY_FILE', { default: undefined }),
    signingCertificateFile: text('SIGNING_CERTIFICATE_FILE', { default: undefined }),
    importBytesMax: integer('IMPORT_MAX_BYTES', { default: ONE_GIB, min: 1, max: 64 * ONE_GIB }),
    /** From the request to the finished report. Generous: a large report on a small machine takes minutes. */
    deadlineSeconds: integer('REPORT_DEADLINE_SECONDS', { default: 900, min: 1, max: DAY_SECONDS }),
    reportsPerMinute: callsPerMinute('RATE_LIMIT_REPORTS_PER_MINUTE', 6),
    tokenCallsPerMinute: callsPerMinute('RATE_LIMIT_PER_MINUTE', 60),
    tenantCallsPerMinute: callsPerMinute('RATE_LIMIT_TENANT_PER_MINUTE', 1200),
  };
  const config = readConfig(env, spec, oidcProblems);
  const { dataDir } = config;
  const publicUrl = (config.publicUrl ?? `http://127.0.0.1:${config.port}`).replace(/\/$/, '');
  return {
    ...config,
    publicUrl,
    findingUrlTemplate: config.findingUrlTemplate ?? `${publicUrl}/findings/{id}`,
    publicNatsUrl: config.publicNatsUrl ?? config.natsServers[0] ?? '',
    artifactsFolder: join(dataDir, 'artifacts'),
    /** The keys whose public halves are published. */
    signing: {
      keysFile: config.signingKeysFile,
      keyFile: config.signingKeyFile,
      certificateFile: config.signingCertificateFile,
      developmentFolder: join(dataDir, 'keys'),
    },
    oidc: oidcIssuerOf(config),
    callsPerMinute: {
      reports: config.reportsPerMinute,
      token: config.tokenCallsPerMinute,
      tenant: config.tenantCallsPerMinute,
    },
    /** The quotas of a tenant without its own. */
    quotas: {
      findings: config.quotaFindings,
      artifactBytes: config.quotaArtifactBytes,
      queuedReports: config.quotaQueuedReports,
    },
    /** The folders may be on different disks. The last one exists only if the event store is our own. */
    watchedFolders: {
      data: dataDir,
      artifacts: join(dataDir, 'artifacts'),
      events: join(dataDir, 'events'),
    } as Readonly<Record<string, string>>,
    sealKeyFile: join(dataDir, 'gateway', 'seal.key'),
  };
}

/** 0: no limit. */
const callsPerMinute = (name: string, usual: number) => integer(name, { default: usual, min: 0, max: 60_000 });
