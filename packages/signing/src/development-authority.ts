import { randomBytes as nodeRandomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { keyFilesOf } from './key-files.js';
import { SigningError } from './signing-error.js';

export interface EnsureDevelopmentAuthority {
  /** Created if it does not exist. It must contain nothing else. */
  readonly folder: string;
  readonly now: Date;
  /** For the serial numbers; keys come from the platform's generator. */
  readonly randomBytes?: (count: number) => Uint8Array;
}

/**
 * Ensures that `folder` contains a local certificate authority and a signing key with its certificate, and never changes
 * existing files. New files are written to a sibling folder, which is then renamed, so all of them appear at once. If two
 * processes start together, one wins and both use its files. Throws `SigningError` `folder_unusable`.
 */
export async function ensureDevelopmentAuthority(request: EnsureDevelopmentAuthority): Promise<void> {
  const folder = resolve(request.folder);
  try {
    await mkdir(dirname(folder), { recursive: true });
    const present = await namesIn(folder);
    if (present.includes(basename(keyFilesOf(folder).keyFile))) return;
    if (present.length > 0) throw new Error('it contains other files, which are never overwritten');
    await makeBeside(folder, request);
  } catch (cause) {
    throw new SigningError(
      'folder_unusable',
      `The development key cannot be stored in ${folder}: ${(cause as Error).message}. Give an empty, writable folder.`,
      { cause },
    );
  }
}

async function makeBeside(
  folder: string,
  { now, randomBytes = nodeRandomBytes }: EnsureDevelopmentAuthority,
): Promise<void> {
  // mkdtemp gives mode 0700 and a unique name.
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    const { keyFile, certificateFile, authorityKeyFile, authorityCertificateFile } = keyFilesOf(draft);
    // Loaded only by the first start of an installation, because it brings a certificate library along.
    const { issueDevelopmentKey } = await import('./development-certificates.js');
    const made = await issueDevelopmentKey(now, randomBytes);
    await writeDurably(authorityKeyFile, made.authorityKeyPem);
    await writeDurably(authorityCertificateFile, made.authorityCertificatePem);
    await writeDurably(keyFile, made.keyPem);
    await writeDurably(certificateFile, `${made.certificatePem}${made.authorityCertificatePem}`);
    await rename(draft, folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // POSIX rename replaces an empty folder and refuses a filled one: another process was first.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
