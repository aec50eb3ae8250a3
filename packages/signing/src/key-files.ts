import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SigningError } from './signing-error.js';

/** The files in a folder of keys. The certificate file is the whole chain, the signing certificate first. */
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

/** As `readKeyFile`, for binary files. */
export async function readKeyBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SigningError(
        'key_missing',
        `The file ${path}, which is needed for signing, does not exist: correct the path, or make a key.`,
        {
          cause,
        },
      );
    }
    const reason = (cause as Error).message;
    throw new SigningError(
      'key_unreadable',
      `The file ${path}, which is needed for signing, cannot be read: ${reason}.`,
      { cause },
    );
  }
}
