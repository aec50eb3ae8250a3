import { readFile, writeFile } from 'node:fs/promises';
import { type CertificateRequest, makeInstallationAuthority } from './authority.js';

const OWNER_ONLY = 0o600;

export interface CertificateFiles {
  /** The authority that the server's clients must trust. */
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Creates a certificate, issued by an authority whose key is thrown away, unless its key file exists. Writes PEM files that only their owner can read. */
export async function ensureServerCertificate(
  { authorityFile, certificateFile, keyFile }: CertificateFiles,
  request: CertificateRequest,
  now: Date,
): Promise<void> {
  if (await isThere(keyFile)) return;
  const authority = await makeInstallationAuthority(now);
  const { certificatePem, keyPem } = await authority.issue(request);
  await writeFile(authorityFile, authority.certificatePem, { mode: OWNER_ONLY });
  await writeFile(certificateFile, certificatePem, { mode: OWNER_ONLY });
  // The key is written last: if it exists, everything does.
  await writeFile(keyFile, keyPem, { mode: OWNER_ONLY });
}

const isThere = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
