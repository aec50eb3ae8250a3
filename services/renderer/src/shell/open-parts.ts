import { readFile } from 'node:fs/promises';
import { openArtifactFolder } from '@evidence/artifacts';
import type { MakingParts } from '@evidence/rendering';
import { httpRevocationSource, httpTimeStampAuthority, type KeyRing, openSigningKeys } from '@evidence/signing';
import { readAuthorities } from '@evidence/verify';
import type { Raising, RendererConfig } from './config.js';

/**
 * The parts that making an artifact needs. The service opens them and does not start without them; each of its threads opens its own.
 * Throws `SigningError`, `ArtifactError` and `TrustError`; certificates must be valid at `now`.
 */
export async function openParts(config: RendererConfig, now: Date): Promise<MakingParts & { readonly keys: KeyRing }> {
  const { artifactsFolder, publicUrl, raising, signing } = config;
  return {
    artifacts: await openArtifactFolder({ folder: artifactsFolder }),
    keys: await openSigningKeys({ ...signing, now }),
    publicUrl,
    ...(raising && { raising: { level: raising.level, authorities: await openAuthorities(raising) } }),
  };
}

async function openAuthorities({ tsaUrl, authoritiesFile }: Raising) {
  return {
    timestamps: httpTimeStampAuthority({ url: tsaUrl }),
    revocations: httpRevocationSource(),
    trusted: readAuthorities(await readFile(authoritiesFile, 'utf8')),
  };
}
