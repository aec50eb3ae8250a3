import { randomBytes as nodeRandomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { keyFilesOf } from './key-files.js';
import { SigningError } from './signing-error.js';

export interface EnsureDevelopmentAuthority {
  /** Made when it is not there. It must hold nothing else. */
  readonly folder: string;
  readonly now: Date;
  /** For the serial numbers; keys come from the platform's generator. */
  readonly randomBytes?: (count: number) => Uint8Array;
}

/**
 * Sees to it that `folder` holds a local certificate authority and a signing key with its certificate, and leaves
 * what is there alone. They are made in a folder beside it which is then renamed: all files appear at once, and of two
 * processes that start together one wins and both use the winner's. Throws `SigningError` `folder_unusable`.
 */
export async function ensureDevelopmentAuthority(request: EnsureDevelopmentAuthority): Promise<void> {
  const folder = resolve(request.folder);
  try {
    await mkdir(dirname(folder), { recursive: true });
    const present = await namesIn(folder);
    if (present.includes(basename(keyFilesOf(folder).keyFile))) return;
    if (present.length > 0) throw new Error('it holds other files, which are not overwritten');
    await makeBeside(folder, request);
  } catch (cause) {
    throw new SigningError(
      'folder_unusable',
      `No development key can be kept in ${folder}: ${(cause as Error).message}. Name an empty folder that can be written.`,
      { cause },
    );
  }
}

async function makeBeside(
  folder: string,
  { now, randomBytes = nodeRandomBytes }: EnsureDevelopmentAuthority,
): Promise<void> {
  // mkdtemp gives mode 0700 and a name that nobody else uses.
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    const { keyFile, certificateFile, authorityKeyFile, authorityCertificateFile } = keyFilesOf(draft);
    // Loaded for the one start in an installation's life that makes a key: it brings a certificate library along.
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
