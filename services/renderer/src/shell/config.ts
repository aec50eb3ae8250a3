import { join } from 'node:path';
import { RETENTION_SECONDS_MAX, RETENTION_SECONDS_MIN } from '@evidence/retention';
import { integer, oneOf, platformVariables, readConfig, text, url } from '@evidence/runtime';
import { LEVELS, type Level } from '@evidence/verify';
import { OUTAGES, type Outage } from './fault.js';

const DAYS_90_IN_SECONDS = 7_776_000;

/** The PAdES level of PDFs, and the authorities that it needs. */
export interface Raising {
  readonly level: Exclude<Level, 'B-B'>;
  readonly tsaUrl: string;
  /** PEM: the authorities that issue the signer's certificate and the time-stamps, as a verifier will trust them. */
  readonly authoritiesFile: string;
  readonly outage: Outage;
}

export type RendererConfig = ReturnType<typeof rendererConfig>;

/** What this service needs from its environment. Throws `ConfigError` naming every wrong variable. */
export function rendererConfig(env: NodeJS.ProcessEnv) {
  const spec = {
    ...platformVariables,
    publicUrl: url('PUBLIC_URL', { default: 'http://127.0.0.1:8080', schemes: ['http', 'https'], shown: true }),
    retentionSeconds: integer('RETENTION_SECONDS', {
      default: DAYS_90_IN_SECONDS,
      min: RETENTION_SECONDS_MIN,
      max: RETENTION_SECONDS_MAX,
    }),
    // The last report that waits for the single thread is done before its handler's 15 minutes are over.
    templateDeadlineSeconds: integer('TEMPLATE_DEADLINE_SECONDS', { default: 60, min: 1, max: 100 }),
    signingKeysFile: text('SIGNING_KEYS_FILE', { default: undefined }),
    signingKeyFile: text('SIGNING_KEY_FILE', { default: undefined }),
    signingCertificateFile: text('SIGNING_CERTIFICATE_FILE', { default: undefined }),
    signatureLevel: oneOf<Level>('SIGNATURE_LEVEL', LEVELS, { default: 'B-B' }),
    tsaUrl: url('TSA_URL', { default: undefined, schemes: ['http', 'https'] }),
    tsaOutage: oneOf<Outage>('TSA_OUTAGE', OUTAGES, { default: 'delay' }),
    authoritiesFile: text('TRUSTED_AUTHORITIES_FILE', { default: undefined }),
  };
  const config = readConfig(env, spec, raisingProblems);
  return {
    natsServers: config.natsServers,
    natsAccess: config.natsAccess,
    eventStoreUrl: config.eventStoreUrl,
    dataDir: config.dataDir,
    logLevel: config.logLevel,
    retentionSeconds: config.retentionSeconds,
    templateDeadlineSeconds: config.templateDeadlineSeconds,
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

interface RaisingSettings {
  readonly signatureLevel: Level;
  readonly tsaUrl: string | undefined;
  readonly tsaOutage: Outage;
  readonly authoritiesFile: string | undefined;
}

function raisingProblems({ signatureLevel, tsaUrl, authoritiesFile }: Partial<RaisingSettings>): readonly string[] {
  if (signatureLevel === undefined || signatureLevel === 'B-B') return [];
  const missing = [...(tsaUrl ? [] : ['TSA_URL']), ...(authoritiesFile ? [] : ['TRUSTED_AUTHORITIES_FILE'])];
  if (missing.length === 0) return [];
  return [
    `SIGNATURE_LEVEL=${signatureLevel} needs ${missing.join(' and ')}: set what is missing, or leave the level at B-B.`,
  ];
}

/** For settings without {@link raisingProblems}. */
function raisingOf({ signatureLevel, tsaUrl, tsaOutage, authoritiesFile }: RaisingSettings): Raising | undefined {
  if (signatureLevel === 'B-B' || tsaUrl === undefined || authoritiesFile === undefined) return undefined;
  return { level: signatureLevel, tsaUrl, authoritiesFile, outage: tsaOutage };
}
