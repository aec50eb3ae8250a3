import { join } from 'node:path';
import { RETENTION_SECONDS_MAX, RETENTION_SECONDS_MIN } from '@evidence/retention';
import { ConfigError, integer, oneOf, platformVariables, readConfig, text, url } from '@evidence/runtime';
import { LEVELS, type Level } from '@evidence/verify';
import { OUTAGES, type Outage } from './fault.js';

const DAYS_90_IN_SECONDS = 7_776_000;

/** To which PAdES level PDFs are raised, and whom that takes. */
export interface Raising {
  readonly level: Exclude<Level, 'B-B'>;
  readonly tsaUrl: string;
  /** PEM: who may issue the signer's certificate and the time-stamps, as a verifier will trust them. */
  readonly authoritiesFile: string;
  readonly outage: Outage;
}

export type RendererConfig = ReturnType<typeof rendererConfig>;

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
    signingKeysFile: text('SIGNING_KEYS_FILE', { default: undefined }),
    signingKeyFile: text('SIGNING_KEY_FILE', { default: undefined }),
    signingCertificateFile: text('SIGNING_CERTIFICATE_FILE', { default: undefined }),
    signatureLevel: oneOf<Level>('SIGNATURE_LEVEL', LEVELS, { default: 'B-B' }),
    tsaUrl: url('TSA_URL', { default: undefined, schemes: ['http', 'https'] }),
    tsaOutage: oneOf<Outage>('TSA_OUTAGE', OUTAGES, { default: 'delay' }),
    authoritiesFile: text('TRUSTED_AUTHORITIES_FILE', { default: undefined }),
  });
  return {
    natsServers: config.natsServers,
    eventStoreUrl: config.eventStoreUrl,
    logLevel: config.logLevel,
    retentionSeconds: config.retentionSeconds,
    publicUrl: config.publicUrl.replace(/\/$/, ''),
    artifactsFolder: join(config.dataDir, 'artifacts'),
    signing: {
      keysFile: config.signingKeysFile,
      keyFile: config.signingKeyFile,
      certificateFile: config.signingCertificateFile,
      developmentFolder: join(config.dataDir, 'keys'),
    },
    raising: raisingOf(config),
  };
}

function raisingOf(config: {
  readonly signatureLevel: Level;
  readonly tsaUrl: string | undefined;
  readonly tsaOutage: Outage;
  readonly authoritiesFile: string | undefined;
}): Raising | undefined {
  const { signatureLevel: level, tsaUrl, tsaOutage: outage, authoritiesFile } = config;
  if (level === 'B-B') return undefined;
  if (tsaUrl !== undefined && authoritiesFile !== undefined) return { level, tsaUrl, authoritiesFile, outage };
  const missing = [...(tsaUrl ? [] : ['TSA_URL']), ...(authoritiesFile ? [] : ['TRUSTED_AUTHORITIES_FILE'])];
  throw new ConfigError([
    `SIGNATURE_LEVEL=${level} needs ${missing.join(' and ')}; set it, or leave the level at B-B.`,
  ]);
}
