import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningError } from './signing-error.js';

/** Where a folder of keys keeps what. The certificate file is the whole chain, the signing certificate first. */
export interface KeyFiles {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly authorityKeyFile: string;
  readonly authorityCertificateFile: string;
}

export function keyFilesOf(folder: string): KeyFiles {
  return {
    keyFile: join(folder, 'signing-key.pem'),
    certificateFile: join(folder, 'signing-certificate.pem'),
    authorityKeyFile: join(folder, 'authority-key.pem'),
    authorityCertificateFile: join(folder, 'authority-certificate.pem'),
  };
}

/** The text of a key or certificate file. Throws `SigningError` `key_missing` or `key_unreadable`, naming the file. */
export async function readKeyFile(path: string): Promise<string> {
  return (await readKeyBytes(path)).toString('utf8');
}

/** As `readKeyFile`, for what is no text. */
export async function readKeyBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SigningError(
        'key_missing',
        `There is no file ${path}, which signing needs: give the right path, or make a key.`,
        {
          cause,
        },
      );
    }
    const reason = (cause as Error).message;
    throw new SigningError('key_unreadable', `${path}, which signing needs, cannot be read: ${reason}.`, { cause });
  }
}
