import { readFile, writeFile } from 'node:fs/promises';
import { type CertificateRequest, makeInstallationAuthority } from './authority.js';

const OWNER_ONLY = 0o600;

export interface CertificateFiles {
  /** Whom the clients of the server are to trust. */
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Makes a certificate, issued by an authority whose key is thrown away, unless its key file exists. PEM files, readable only by their owner. */
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
  // The key last: with it, all is there.
  await writeFile(keyFile, keyPem, { mode: OWNER_ONLY });
}

const isThere = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
