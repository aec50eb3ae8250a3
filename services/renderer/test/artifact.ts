import { publishedKeys } from '@evidence/signing';
import { readTrust } from '@evidence/verify';
import { onTestFinished } from 'vitest';
import { makeArtifact } from '../../../packages/rendering/src/make-artifact.js';
import type { LocalAuthorities } from '../../../packages/signing/test/authorities.js';
import { openParts } from '../src/shell/open-parts.js';
import { placeMappedReport } from './mapped-report.js';

/** The environment of a renderer that makes archived PDFs, with local authorities that issued a certificate to `signer`. */
export const archivedBy = ({ folder, url }: LocalAuthorities): NodeJS.ProcessEnv => ({
  SIGNING_KEY_FILE: `${folder}/signer.key`,
  SIGNING_CERTIFICATE_FILE: `${folder}/signer.crt`,
  SIGNATURE_LEVEL: 'B-LTA',
  TSA_URL: `${url}/tsr`,
  TRUSTED_AUTHORITIES_FILE: `${folder}/root.crt`,
});

/** A stored artifact with its attestation, and the keys to trust. The folder is removed after the test. */
export async function artifactOf(format: 'pdf' | 'json', findings: number, env: NodeJS.ProcessEnv = {}) {
  const place = await placeMappedReport(format, { findings, env });
  onTestFinished(place.remove);
  const now = new Date();
  const made = await makeArtifact(await openParts(place.config, now), place);
  const stored = async ({ sha256 }: { readonly sha256: string }) =>
    Buffer.from(await place.artifacts.get('acme', sha256));
  const published = await publishedKeys({ ...place.config.signing, now });
  return {
    bytes: await stored(made.artifact),
    envelope: await stored(made.attestation),
    trust: readTrust(JSON.stringify(published)),
    published,
    folder: place.folder,
  };
}
